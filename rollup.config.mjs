import { copyFileSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { lzma } from './scripts/lzma.mjs'

const inlined = '#kernels.wasm?inlined'

/** Classes that both bundles throw: `instanceof` must not depend on which of them did. */
const errors = './errors.js'

/** Where the TypeScript layer's imports of its kernels lead; they lie beside the entries as `name`. */
function kernels(wasm, name) {
  return {
    name: 'kernels',
    resolveId(source) {
      if (source === inlined) return `\0${inlined}`
      // The runtime loads it.
      if (source.startsWith(`./${name}`)) return { id: source, external: true }
      return null
    },
    load(id) {
      if (id !== `\0${inlined}`) return null
      const bytes = readFileSync(wasm)
      const compressed = Buffer.from(lzma(bytes)).toString('base64')
      return `export const size = ${bytes.length}\nexport const compressed = '${compressed}'`
    },
    writeBundle() {
      copyFileSync(wasm, `dist/${name}`)
    },
  }
}

/** The second binary, which one bundle puts beside the entries of both. */
const relaxedKernels = {
  name: 'relaxed-kernels',
  writeBundle() {
    copyFileSync('build/wasm-relaxed/softmargin_bg.wasm', 'dist/softmargin.relaxed.wasm')
  },
}

const sharedErrors = {
  name: 'shared-errors',
  resolveId: (source) => (source.endsWith('/errors.js') ? { id: errors, external: true } : null),
}

/** The declarations carry the documentation: what runs goes without. */
const withoutComments = {
  name: 'without-comments',
  transform(code, id) {
    const printer = ts.createPrinter({ removeComments: true })
    return { code: printer.printFile(ts.createSourceFile(id, code, ts.ScriptTarget.ESNext)), map: null }
  },
}

const entries = (...names) => Object.fromEntries(names.map((name) => [name, `build/ts/entry/${name}.js`]))

const common = {
  external: 'node:fs',
  output: {
    dir: 'dist',
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    hoistTransitiveImports: false,
  },
  onwarn(warning) {
    throw new Error(warning.message)
  },
}

/** Entries of their own, as imports run in the order of files: this one goes before the inlined kernels. */
const relaxed = 'build/ts/entry/relaxed.js'

export default [
  {
    ...common,
    input: {
      ...entries('default', 'node', 'workerd', 'edge-light', 'slim'),
      errors: 'build/ts/errors.js',
      onnx: 'build/ts/onnx/index.js',
      relaxed,
    },
    plugins: [kernels('build/wasm/softmargin_bg.wasm', 'softmargin.wasm'), relaxedKernels, withoutComments],
  },
  {
    ...common,
    input: {
      ...entries('loss.default', 'loss.node', 'loss.workerd', 'loss.edge-light'),
      'loss.relaxed': relaxed,
    },
    plugins: [kernels('build/wasm-loss/softmargin_bg.wasm', 'loss.wasm'), sharedErrors, withoutComments],
  },
]
