// node axe.mjs <chromium> <folder>: what axe-core finds in each page of the folder, narrow and wide, light and dark, and how far
// each is wider than its window; as JSON.
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withBrowser } from './page.mjs'

const [program, folder] = process.argv.slice(2)
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const files = (await readdir(folder)).filter((name) => name.endsWith('.html'))
await withBrowser(program, async (browser) => {
  const found = {}
  const page = await browser.newPage()
  for (const file of files) {
    // From disk, as a report is opened: no server adds a policy to the page's own.
    await page.goto(pathToFileURL(join(folder, file)).href)
    await page.evaluate(axe)
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await page.evaluate('axe.run()')
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        const wrong = violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html }))
        found[`${file}, ${width} px, ${colorScheme}`] = { wrong, overflow }
      }
    }
  }
  console.log(JSON.stringify(found))
})
