/** The front page and a page of text in Firefox and WebKit, which are not steered: a script that the server adds reports. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { json } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { fileOf, typeOf } from '../../../scripts/site_server.mjs'
import { type Open, openFirefox, openWebKit } from '../../../test/browser/open.js'
import { firefox, type Program, webkit } from '../../../test/packages/programs.js'
import { demo } from './demo.js'
import { AXE, FOLDER, UNDER } from './pages.js'

const WITNESS = 'docs/site/check/witness.js'

interface Report {
  complaints: string[]
  learned: string
  scores: string[]
  foreign: string[]
  faults: string[]
  found: number
  threads: string
  isolated: boolean
}

/** What a page reports, served from a nested path with the scripts of the check in its head. */
async function reportOf(
  { path }: Program,
  open: Open,
  page: string,
  headers: Record<string, string>,
): Promise<Report> {
  let answer: (report: Report) => void
  const report = new Promise<Report>((resolve) => {
    answer = resolve
  })
  const extra: Record<string, string> = { 'check/axe.js': AXE, 'check/witness.js': WITNESS }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      answer((await json(request)) as Report)
      return response.end()
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = extra[pathname.slice(UNDER.length)] ?? fileOf(FOLDER, request.url ?? '/', UNDER)
    if (file === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': typeOf(file), ...headers })
    const scripts = `<script src="${UNDER}check/witness.js"></script><script defer src="${UNDER}check/axe.js"></script>`
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

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const browsers = [
  { name: 'Firefox', program: firefox, open: openFirefox },
  { name: 'WebKit', program: webkit, open: openWebKit },
]

// Without a screen these draw in software, and may share the machine.
describe.each(browsers)('in $name', { timeout: 300_000 }, ({ program, open }) => {
  test.skipIf(program.missing !== undefined)('the front page learns, and finds', async () => {
    const report = await reportOf(program, open, 'index.html', {})
    expect(report).toMatchObject({ complaints: [], foreign: [], faults: [], isolated: false, threads: '1' })
    expect(report.learned).toContain(demo().stopped)
    expect(report.scores).toEqual(demo().scores)
    expect(report.found).toBeGreaterThan(0)
  })

  test.skipIf(program.missing !== undefined)('the same on an isolated page', async () => {
    const report = await reportOf(program, open, 'index.html', ISOLATED)
    expect(report).toMatchObject({ complaints: [], foreign: [] })
    expect(report.learned).toContain(demo().stopped)
  })
})
