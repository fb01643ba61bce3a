// node pictures.mjs <chromium> <folder>: trains in the page of examples/pictures for an epoch, and stops a second training; prints
// as JSON what the page says, and the marks below its pictures.
import { withBrowser, withFolder } from './page.mjs'

const [program, folder] = process.argv.slice(2)

await withBrowser(program, (browser) =>
  withFolder(folder, async (url) => {
    const page = await browser.newPage()
    page.setDefaultTimeout(180_000)
    page.on('pageerror', (error) => console.error(error.message))
    await page.goto(url)
    const status = page.locator('#status')
    await page.locator('#train:enabled').waitFor()
    const read = await status.textContent()
    await page.fill('#epochs', '1')
    await page.locator('#train').dispatchEvent('click')
    await page.getByText('other pictures').waitFor()
    const [trained, marks] = [
      await status.textContent(),
      await page.locator('figcaption div').allTextContents(),
    ]
    await page.locator('#train').dispatchEvent('click')
    await page.getByText('Epoch 1 of 1').waitFor()
    await page.locator('#stop').dispatchEvent('click')
    await page.getByText('Stopped').waitFor()
    console.log(JSON.stringify({ read, trained, marks }))
  }),
)
