import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const glue = resolve('build/wasm/softmargin.js')
const wasm = resolve('build/wasm/softmargin_bg.wasm')
const base64 = '#kernels.wasm?base64'

/** Where the TypeScript layer's three imports of the kernels lead. */
const kernels = {
  name: 'kernels',
  resolveId(source) {
    if (source === '#kernels') return glue
    if (source === base64) return `\0${base64}`
    // The runtime loads it: it lies beside the entries.
    if (source.startsWith('./softmargin.wasm')) return { id: source, external: true }
    return null
  },
  load(id) {
    return id === `\0${base64}` ? `export default '${readFileSync(wasm, 'base64')}'` : null
  },
  writeBundle() {
    mkdirSync('dist', { recursive: true })
    copyFileSync(wasm, 'dist/softmargin.wasm')
    copyFileSync(resolve('build/wasm-relaxed/softmargin_bg.wasm'), 'dist/softmargin.relaxed.wasm')
  },
}

const entries = [
  'default',
  'node',
  // An entry for its place only: it finds the kernels beside itself.
  'relaxed',
  'workerd',
  'edge-light',
  'slim',
  'loss.default',
  'loss.node',
  'loss.workerd',
  'loss.edge-light',
]

export default {
  input: Object.fromEntries(entries.map((entry) => [entry, `build/ts/entry/${entry}.js`])),
  external: 'node:fs',
  plugins: [kernels],
  output: {
    dir: 'dist',
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    // Entries and whatever two of them share: one instance of the kernels for `softmargin` and `softmargin/loss`.
    hoistTransitiveImports: false,
  },
  onwarn(warning) {
    throw new Error(warning.message)
  },
}
