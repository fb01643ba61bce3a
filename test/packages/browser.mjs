// node browser.mjs <chromium> <page>...: opens each page, a folder with index.html, under a strict content
// security policy, and prints as JSON what each has logged first, or what went wrong. dev:<folder> is served
// by vite's development server, others as they are.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'
import { createServer as createViteServer } from 'vite'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** Nothing inline, and of eval only WebAssembly's. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

const [executablePath, ...pages] = process.argv.slice(2)
// Chromium's own sandbox is not for root, as whom CI runs.
const browser = await chromium.launch({ executablePath, chromiumSandbox: false })
try {
  console.log(JSON.stringify(await Promise.all(pages.map(answerOf))))
} finally {
  await browser.close()
}

async function answerOf(page) {
  if (page.startsWith('dev:')) {
    const server = { host: '127.0.0.1', port: 0, headers: { 'Content-Security-Policy': POLICY } }
    const vite = await createViteServer({ root: page.slice('dev:'.length), logLevel: 'warn', server })
    await vite.listen()
    return firstLog(vite.resolvedUrls.local[0]).finally(() => vite.close())
  }
  const server = createServer((request, response) => serve(page, request, response))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return firstLog(`http://127.0.0.1:${server.address().port}/`).finally(() => server.close())
}

async function serve(folder, { url }, response) {
  const path = url.endsWith('/') ? `${url}index.html` : url
  const body = await readFile(join(folder, new URL(path, 'http://localhost').pathname)).catch(() => null)
  response.writeHead(body === null ? 404 : 200, {
    'Content-Type': TYPES[extname(path)] ?? 'text/plain',
    'Content-Security-Policy': POLICY,
  })
  response.end(body)
}

async function firstLog(url) {
  const page = await browser.newPage()
  try {
    const answer = new Promise((resolve) => {
      page.on('console', (message) => {
        if (message.type() === 'log') resolve(message.text())
        if (message.type() === 'error') resolve(`error: ${message.text()}`)
      })
      page.on('pageerror', (error) => resolve(`error: ${error.message}`))
      setTimeout(resolve, 30_000, 'nothing in 30 s').unref()
    })
    await page.goto(url)
    return await answer
  } finally {
    await page.close()
  }
}
