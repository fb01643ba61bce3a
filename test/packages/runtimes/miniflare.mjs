// node miniflare.mjs <entry> <compatibility date>: bundles a worker as wrangler does, runs it as Cloudflare's
// local simulator does, and prints what it answers.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

const [entry, compatibilityDate] = process.argv.slice(2)
const modules = []

const wasmAsModule = {
  name: 'wasm-as-module',
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
      const contents = await readFile(`${resolveDir}/${path}`)
      modules.push({ type: 'CompiledWasm', path: basename(path), contents })
      return { path: `./${basename(path)}`, external: true }
    })
  },
}

const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  plugins: [wasmAsModule],
  write: false,
})
modules.unshift({ type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0].text })
const miniflare = new Miniflare({ modules, compatibilityDate })
try {
  const response = await miniflare.dispatchFetch('http://localhost/')
  console.log(await response.text())
} finally {
  await miniflare.dispose()
}
