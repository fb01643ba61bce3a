/** A page in a browser that is not steered: a script that the server adds works on it, and posts what it saw. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileOf, typeOf } from '../../../scripts/site_server.mjs'
import type { Open } from '../../../test/browser/open.js'
import type { Program } from '../../../test/packages/programs.js'
import { AXE, FOLDER, UNDER } from './pages.js'
import { TIMES } from './times.js'

/** What a page reports, served from a nested path with the scripts of the check in its head. */
export async function reportOf<Report>(
  { path }: Program,
  open: Open,
  page: string,
  headers: Record<string, string>,
  witness: string,
): Promise<Report> {
  let answer: (report: Report) => void
  const report = new Promise<Report>((resolve) => {
    answer = resolve
  })
  const extra: Record<string, string> = {
    'check/axe.js': AXE,
    'check/times.js': TIMES,
    'check/witness.js': witness,
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      answer((await json(request)) as Report)
      return response.end()
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = extra[pathname.slice(UNDER.length)] ?? fileOf(FOLDER, request.url ?? '/', UNDER)
    if (file === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': typeOf(file), ...headers })
    const script = (name: string, defer = '') => `<script ${defer} src="${UNDER}check/${name}.js"></script>`
    const scripts = script('times') + script('witness') + script('axe', 'defer')
    const body = readFileSync(file)
    response.end(
      extname(file) === '.html' ? String(body).replace('<meta name="viewport"', `${scripts}$&`) : body,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = await open(path, `http://127.0.0.1:${port}${UNDER}${page}`)
  try {
    return await report
  } finally {
    await close()
    server.closeAllConnections()
    server.close()
  }
}
