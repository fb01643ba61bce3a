// node web_worker.mjs <chromium> <folder>: trains in both ways that examples/web-worker has, and prints as JSON
// what the page says of each.
import { withBrowser, withFolder } from './page.mjs'

const [program, folder] = process.argv.slice(2)

await withBrowser(program, (browser) =>
  withFolder(folder, async (url) => {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error.message))
    await page.goto(url)
    const results = {}
    for (const id of ['worker', 'page']) {
      await page.click(`#${id}`)
      const result = page.getByText('frames were drawn meanwhile')
      await result.waitFor({ timeout: 60_000 })
      results[id] = await result.textContent()
      await page.evaluate(() => document.getElementById('result').replaceChildren())
    }
    console.log(JSON.stringify(results))
  }),
)
