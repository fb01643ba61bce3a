// node checkpoints.mjs <chromium> <folder>: in the page of examples/checkpoints, stops a training, loads the page again and goes on, for
// each place; prints as JSON what the page says.
import { withBrowser, withFolder } from './page.mjs'

const [program, folder] = process.argv.slice(2)

await withBrowser(program, (browser) =>
  withFolder(folder, async (url) => {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error.message))
    const says = async (text) => {
      const result = page.locator('#result', { hasText: text })
      await result.waitFor({ timeout: 60_000 })
      return result.textContent()
    }
    const results = {}
    for (const id of ['opfs', 'indexeddb']) {
      await page.goto(url)
      await page.click(`#${id}`)
      await page.waitForFunction(() => document.getElementById('progress').value > 0.1)
      await page.click('#stop')
      const stopped = await says('Stopped')
      await page.reload()
      await page.click(`#${id}`)
      results[id] = { stopped, done: await says('Done') }
    }
    console.log(JSON.stringify(results))
  }),
)
