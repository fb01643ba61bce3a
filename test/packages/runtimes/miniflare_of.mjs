/** A worker bundled as wrangler does, in Cloudflare's local simulator. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

/** Runs `work` with the simulator of the worker `entry`. */
export async function withMiniflare(entry, options, work) {
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
  const miniflare = new Miniflare({ modules, ...options })
  try {
    await work(miniflare)
  } finally {
    await miniflare.dispose()
  }
}
