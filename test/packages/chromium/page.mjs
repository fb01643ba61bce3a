/** Pages as a strict site serves them, in a Chromium of the machine. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'

/** Nothing inline, and of eval only WebAssembly's. */
export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Runs `work` with a browser that is closed after it. */
export async function withBrowser(executablePath, work) {
  // Chromium's own sandbox is not for root, as whom CI runs.
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false })
  return work(browser).finally(() => browser.close())
}

/** Runs `work` with the URL of a folder that is served until it is done. */
export async function withFolder(folder, work) {
  const server = createServer((request, response) => respond(folder, request, response))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return work(`http://127.0.0.1:${server.address().port}/`).finally(() => server.close())
}

async function respond(folder, { url }, response) {
  const path = url.endsWith('/') ? `${url}index.html` : url
  const body = await readFile(join(folder, new URL(path, 'http://localhost').pathname)).catch(() => null)
  response.writeHead(body === null ? 404 : 200, {
    'Content-Type': TYPES[extname(path)] ?? 'text/plain',
    'Content-Security-Policy': POLICY,
  })
  response.end(body)
}
