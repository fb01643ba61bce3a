// Serves a folder as a static host does. `under` is the path at which it is, `headers` what the host sends.
import { once } from 'node:events'
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

export async function startServer(folder, { port = 0, under = '/', headers = {} } = {}) {
  const server = createServer((request, response) => {
    const file = fileOf(folder, request.url, under)
    if (file === undefined)
      return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('No such file')
    response.writeHead(200, { 'Content-Type': typeOf(file), 'Cache-Control': 'no-cache', ...headers })
    createReadStream(file).pipe(response)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}${under}`, server }
}

export const typeOf = (file) => TYPES[extname(file)] ?? 'application/octet-stream'

/** The file of a folder that a URL asks for, if there is one. */
export function fileOf(folder, url, under) {
  const { pathname } = new URL(url, 'http://localhost')
  if (!pathname.startsWith(under)) return undefined
  const path = normalize(decodeURIComponent(pathname.slice(under.length)))
  if (path.startsWith('..')) return undefined
  const file = join(folder, pathname.endsWith('/') ? join(path, 'index.html') : path)
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined
}

export async function serveSite(folder) {
  const { url } = await startServer(folder, { port: 8080 }).catch(() => startServer(folder))
  console.log(`The site is at ${url} (Ctrl+C ends this)`)
}
