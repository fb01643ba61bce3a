// node checkpoints.mjs <examples/checkpoints/worker.js>: asks the worker four times for each of its stores, in Cloudflare's local
// simulator, and prints as JSON what it answers.
import { withMiniflare } from './miniflare_of.mjs'

const [entry] = process.argv.slice(2)
const stores = { kvNamespaces: ['CHECKPOINTS'], r2Buckets: ['MODELS'] }

await withMiniflare(entry, { compatibilityDate: '2026-01-01', ...stores }, async (miniflare) => {
  const answers = { kv: [], r2: [] }
  for (const [place, texts] of Object.entries(answers)) {
    for (let i = 0; i < 4; i++) {
      const response = await miniflare.dispatchFetch(`http://localhost/${place}`)
      texts.push(await response.text())
    }
  }
  console.log(JSON.stringify(answers))
})
