/** A folder as a strict site serves it to a page that reports back. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { json } from 'node:stream/consumers'

/** Nothing inline, and of eval only WebAssembly's. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

interface Site {
  url: string
  /** The first JSON that the page posts. */
  report: Promise<unknown>
  close: () => void
}

export async function serve(folder: string, headers: Record<string, string> = {}): Promise<Site> {
  let answer: (report: unknown) => void
  const report = new Promise((resolve) => {
    answer = resolve
  })
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'POST') answer(await json(request))
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    const body = await readFile(join(folder, path)).catch(() => null)
    response.writeHead(body === null ? 404 : 200, {
      'Content-Type': TYPES[extname(path)] ?? 'text/plain',
      'Content-Security-Policy': POLICY,
      ...headers,
    })
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, report, close: () => server.close() }
}
