// node first_logs.mjs <chromium> <page>...: opens each page, a folder with index.html, under a strict content
// security policy, and prints as JSON what each has logged first, or what went wrong. dev:<folder> is served
// by vite's development server, others as they are.
import { createServer } from 'vite'
import { POLICY, withBrowser, withFolder } from './page.mjs'

const [program, ...pages] = process.argv.slice(2)

await withBrowser(program, async (browser) => {
  const firstLog = (url) => firstLogOf(browser, url)
  const answers = pages.map((page) =>
    page.startsWith('dev:') ? withVite(page.slice('dev:'.length), firstLog) : withFolder(page, firstLog),
  )
  console.log(JSON.stringify(await Promise.all(answers)))
})

async function withVite(root, work) {
  const server = { host: '127.0.0.1', port: 0, headers: { 'Content-Security-Policy': POLICY } }
  const vite = await createServer({ root, logLevel: 'warn', server })
  await vite.listen()
  return work(vite.resolvedUrls.local[0]).finally(() => vite.close())
}

async function firstLogOf(browser, url) {
  const page = await browser.newPage()
  const answer = new Promise((resolve) => {
    page.on('console', (message) => {
      if (message.type() === 'log') resolve(message.text())
      // No page here has an icon.
      const isMissingIcon = message.location().url.endsWith('/favicon.ico')
      if (message.type() === 'error' && !isMissingIcon) resolve(`error: ${message.text()}`)
    })
    page.on('pageerror', (error) => resolve(`error: ${error.message}`))
    setTimeout(resolve, 30_000, 'nothing in 30 s').unref()
  })
  await page.goto(url)
  return answer
}
