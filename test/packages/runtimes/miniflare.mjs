// node miniflare.mjs <entry> <compatibility date>: prints what a worker answers in Cloudflare's local simulator.
import { withMiniflare } from './miniflare_of.mjs'

const [entry, compatibilityDate] = process.argv.slice(2)
await withMiniflare(entry, { compatibilityDate }, async (miniflare) => {
  const response = await miniflare.dispatchFetch('http://localhost/')
  console.log(await response.text())
})
