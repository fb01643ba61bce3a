import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'
import { split } from './scripts/instruction_streams.mjs'
import { lzma } from './scripts/lzma.mjs'

const inlined = '#kernels.wasm?inlined'

/** `npm run build -- --debug`: kernels that say why they trap, and which one does. */
const isDebug = process.env.SOFTMARGIN_BUILD === 'debug'
const wholeKernels = `build/${isDebug ? 'wasm-checked' : 'wasm'}/softmargin_bg.wasm`
const relaxedKernels = isDebug ? wholeKernels : 'build/wasm-relaxed/softmargin_bg.wasm'

/** Error classes that both bundles share, so that `instanceof` works whichever of them threw. */
const errors = './errors.js'

/** Resolves the TypeScript layer's imports of the kernels, which become the file `name` next to the entries. */
function kernels(wasm, name) {
  return {
    name: 'kernels',
    resolveId(source) {
      if (source === inlined) return `\0${inlined}`
      if (isDebug && source === './seam.js') return resolve('build/ts/kernels/debug_seam.js')
      if (source.startsWith('#kernels'))
        return resolve(`build/bindings/${source.split('/')[1] ?? 'kernels'}.js`)
      // The runtime loads it.
      if (source.startsWith(`./${name}`)) return { id: source, external: true }
      return null
    },
    load(id) {
      if (id !== `\0${inlined}`) return null
      const bytes = readFileSync(wasm)
      const { sorted, lengths, head } = split(bytes)
      const compressed = Buffer.from(lzma(sorted)).toString('base64')
      const constants = { compressed, sorted: sorted.length, lengths, head, size: bytes.length }
      return Object.entries(constants)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}`)
        .join('\n')
    },
    writeBundle() {
      copyFileSync(wasm, `dist/${name}`)
    },
  }
}

/** The second binary: one bundle copies it next to the entries of both. */
const copyOfRelaxedKernels = {
  name: 'relaxed-kernels',
  writeBundle() {
    copyFileSync(relaxedKernels, 'dist/softmargin.relaxed.wasm')
  },
}

const sharedErrors = {
  name: 'shared-errors',
  resolveId: (source, importer) =>
    importer !== undefined && source.endsWith('/errors.js') ? { id: errors, external: true } : null,
}

/** `const SUM = signature(…`, `export const record = define(…` */
const declaration =
  /^((?:export )?const \w+ = )((?:signature|called|comparison|define\w*|elementwise|drawn|alongDim)\()/gm

/**
 * Removes comments from the code, as the type declarations carry the documentation; its source map points to the TypeScript source.
 * Marks declarations of signatures and operations as pure: bundlers drop those that an app does not use,
 * although declaring an operation registers it.
 */
const withoutComments = {
  name: 'without-comments',
  load(id) {
    if (!existsSync(`${id}.map`)) return null
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }
  },
  transform(code, fileName) {
    const compilerOptions = { target: ts.ScriptTarget.ESNext, removeComments: true, sourceMap: true }
    const { outputText, sourceMapText } = ts.transpileModule(code, { fileName, compilerOptions })
    const marked = outputText
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .replace(declaration, '$1/* @__PURE__ */ $2')
    return { code: marked, map: sourceMapText ?? null }
  },
}

/**
 * Modules that users see as namespaces, and their files: bundlers can follow `torch.nn.Linear` through files to the one
 * class, but not through the namespace objects that rollup would make.
 */
const namespaces = {
  torch: 'api',
  // Not a namespace, but Parcel must find it in its own file.
  default_export: 'default_export',
  nn: 'nn/index',
  'nn.functional': 'nn/functional',
  'nn.init': 'nn/init',
  'nn.utils': 'nn/utils',
  optim: 'optim/index',
  'optim.lr_scheduler': 'optim/lr_scheduler/index',
  metrics: 'metrics/index',
  utils: 'data/namespace',
  'utils.data': 'data/index',
  wasm: 'surface/wasm',
}

const moduleOf = (path) => resolve(`build/ts/${path}.js`)

/** Modules that export namespaces. */
const holders = ['index', ...Object.values(namespaces)].map(moduleOf)

const namespacesAsFiles = {
  name: 'namespaces-as-files',
  resolveId(source, importer) {
    if (!holders.includes(importer)) return null
    const path = resolve(dirname(importer), source)
    const [name] = Object.entries(namespaces).find(([, module]) => moduleOf(module) === path) ?? []
    return name === undefined ? null : { id: `./${name}.js`, external: true }
  },
}

/** One chunk for the rest, otherwise Rollup emits about 20 small shared chunks. Modules with side effects stay separate. */
function oneChunk(id) {
  const isApart =
    /build.ts.(entry|base.errors|onnx|surface.(conversions|indexing|methods)|kernels.(init|inline))|[?]inlined/.test(
      id,
    )
  return isApart || holders.includes(id) ? null : 'softmargin'
}

const entries = (...names) => Object.fromEntries(names.map((name) => [name, `build/ts/entry/${name}.js`]))

const common = {
  external: 'node:fs',
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    hoistTransitiveImports: false,
  },
  onwarn(warning) {
    throw new Error(warning.message)
  },
}

/** Its own entry, because imports run in the order of files: it must run before the inlined kernels. */
const relaxed = 'build/ts/entry/relaxed.js'

export default [
  {
    ...common,
    output: { ...common.output, manualChunks: oneChunk },
    input: {
      ...entries('default', 'node', 'workerd', 'edge-light', 'slim'),
      errors: 'build/ts/base/errors.js',
      onnx: 'build/ts/onnx/index.js',
      relaxed,
      ...Object.fromEntries(Object.entries(namespaces).map(([name, path]) => [name, moduleOf(path)])),
    },
    plugins: [
      sharedErrors,
      namespacesAsFiles,
      kernels(wholeKernels, 'softmargin.wasm'),
      copyOfRelaxedKernels,
      withoutComments,
    ],
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
