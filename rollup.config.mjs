import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { rollup } from 'rollup'
import ts from 'typescript'
import { parameters } from './build/bindings/parameters.js'
import { contractOf, withContract } from './scripts/contract.mjs'
import { splitKernels } from './scripts/families.mjs'
import { split } from './scripts/instruction_streams.mjs'
import { families } from './scripts/kernel_families.mjs'
import { lzma } from './scripts/lzma.mjs'
import { positionalCalls } from './scripts/named_calls.mjs'
import { namedClasses } from './scripts/named_classes.mjs'
import { withoutImports } from './scripts/standalone_module.mjs'
import { threadAsText, threadProgram } from './scripts/thread_program.mjs'
import { stripped } from './scripts/wasm_module.mjs'

/** `npm run build -- --debug`: kernels that say why they trap, and which one does. */
const isDebug = process.env.SOFTMARGIN_BUILD === 'debug'
const wholeKernels = `build/${isDebug ? 'wasm-checked' : 'wasm'}/softmargin_bg.wasm`
const relaxedKernels = isDebug ? wholeKernels : 'build/wasm-relaxed/softmargin_bg.wasm'

/** Error classes that both bundles share, so that `instanceof` works whichever of them threw. */
const errors = './errors.js'

/**
 * Resolves the TypeScript layer's imports of the kernels: whole, they become the file `name` next to the entries;
 * inlined, `parts` has the modules of `#core.wasm?inlined` and its like.
 */
function kernels(wasm, name, parts) {
  const partOf = (id) => /^#(\w+)[.]wasm[?]inlined$/.exec(id)?.[1]
  return {
    name: 'kernels',
    resolveId(source) {
      if (partOf(source) !== undefined) return { id: source, moduleSideEffects: false }
      if (isDebug && source === './seam.js') return resolve('build/ts/kernels/debug_seam.js')
      if (source.startsWith('#kernels'))
        return resolve(`build/bindings/${source.split('/')[1] ?? 'kernels'}.js`)
      // The runtime loads it.
      if (source.startsWith(`./${name}`)) return { id: source, external: true }
      return null
    },
    load(id) {
      const part = partOf(id)
      return part === undefined ? null : `export default ${JSON.stringify(inlined(parts()[part]))}`
    },
    writeBundle() {
      writeFileSync(`dist/${name}`, stripped(readFileSync(wasm)))
    },
  }
}

/** What ts/kernels/inline/unpack.ts makes a module of. */
function inlined(module) {
  const { sorted, lengths, head } = split(module)
  const compressed = Buffer.from(lzma(sorted)).toString('base64')
  return { compressed, sorted: sorted.length, lengths, head, size: module.length }
}

/** The program of a worker: a text for where no file can be brought along, and a file, which a page loads from its own origin. */
const thread = {
  ...threadAsText,
  writeBundle() {
    writeFileSync('dist/thread.js', `${threadProgram()}\nonmessage = ({ data }) => serve(data)\n`)
  },
}

/** The second binary: one bundle copies it next to the entries of both. */
const copyOfRelaxedKernels = {
  name: 'relaxed-kernels',
  writeBundle() {
    writeFileSync('dist/softmargin.relaxed.wasm', stripped(readFileSync(relaxedKernels)))
  },
}

/** For hosts that are not JavaScript. */
const standaloneKernels = {
  name: 'standalone-kernels',
  async writeBundle() {
    const declared = readFileSync(wholeKernels.replace('_bg.wasm', '.d.ts'), 'utf8')
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const kernels = readFileSync(wholeKernels)
    const contract = await contractOf(kernels, declared, version)
    writeFileSync(
      'dist/softmargin.core.wasm',
      withContract(stripped(await withoutImports(kernels)), contract),
    )
  },
}

const sharedErrors = {
  name: 'shared-errors',
  resolveId: (source, importer) =>
    importer !== undefined && source.endsWith('/errors.js') ? { id: errors, external: true } : null,
}

/**
 * The library that splits CSV into cells: a script for CommonJS, without its parts for Node's own streams, as a function whose one call
 * is pure.
 */
const papaparse = {
  name: 'papaparse',
  resolveId: (source) => (source === 'papaparse' ? resolve('node_modules/papaparse/papaparse.js') : null),
  load(id) {
    if (id !== resolve('node_modules/papaparse/papaparse.js')) return null
    const script = readFileSync(id, 'utf8').replaceAll('typeof PAPA_BROWSER_CONTEXT', "'object'")
    const head = 'function papaparse(define, module = { exports: {} }, exports = module.exports) {'
    return `${head}\n${script}\nreturn module.exports\n}\nconst papa = papaparse()\nexport default papa\n`
  },
}

/** What a call makes at the top of a module, or in a table: `const SUM = signature(…`, `exp: elementwise(…`. */
const declaration = /^((?:export )?const \w+ = | {4}\w+: )(\w+\()/gm

/**
 * Removes comments from the code, as the type declarations carry the documentation; its source map points to the TypeScript source.
 * Marks declarations that call something as pure: bundlers drop those that an app does not use, although declaring an operation
 * registers it, and what brings its kernels installs them.
 * Keeps webpack and Rspack from making a chunk of workers, for which their output asks where it runs before all else, and Node
 * has no answer.
 */
const withoutComments = {
  name: 'without-comments',
  load(id) {
    if (!existsSync(`${id}.map`)) return null
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }
  },
  transform(code, fileName) {
    const compilerOptions = { target: ts.ScriptTarget.ESNext, removeComments: true, sourceMap: true }
    const transformers = { before: [positionalCalls(parameters), namedClasses] }
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName,
      compilerOptions,
      transformers,
    })
    const marked = outputText
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .replace(declaration, '$1/* @__PURE__ */ $2')
      .replace("import('./web_team.js')", `import(/* webpackMode: "eager" */ './web_team.js')`)
      // A script with one character beyond Latin-1 is stored, and read, with two bytes for each.
      .replace(
        /[\u0080-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    return { code: marked, map: sourceMapText ?? null }
  },
}

/** The module that tsc made of a file of ts/. */
function moduleOf(path) {
  const file = resolve(`build/ts/${path}.js`)
  // Else a moved file would go to another chunk without a word.
  if (!existsSync(file)) throw new Error(`rollup.config.mjs names ts/${path}.ts, which does not exist`)
  return file
}

/**
 * Modules that users see as namespaces, and their files: bundlers can follow `torch.nn.Linear` through files to the one
 * class, but not through the namespace objects that rollup would make.
 */
const namespaces = {
  torch: 'entry/inlined/api',
  // Not a namespace, but Parcel must find it in its own file.
  default_export: 'entry/inlined/default_export',
  nn: 'entry/inlined/nn',
  'nn.functional': 'entry/inlined/functional',
  'core.torch': 'entry/inlined/core/index',
  'core.default_export': 'entry/inlined/core/default_export',
  'core.nn': 'entry/inlined/core/nn',
  'core.nn.functional': 'entry/inlined/core/functional',
  'nn.init': 'nn/init',
  'nn.utils': 'nn/utils',
  optim: 'entry/inlined/optimizers',
  'optim.lr_scheduler': 'optim/lr_scheduler/index',
  'optim.swa_utils': 'optim/swa_utils',
  metrics: 'entry/inlined/metrics',
  'metrics.functional': 'entry/inlined/metric_functions',
  utils: 'entry/inlined/utils',
  'utils.data': 'entry/inlined/datasets_and_loaders',
  wasm: 'surface/wasm',
  // Where the kernels are one whole module.
  'whole.torch': 'api',
  'whole.default_export': 'default_export',
  'whole.metrics': 'metrics/index',
  'whole.metrics.functional': 'metrics/functional',
  'whole.nn': 'nn/index',
  'whole.optim': 'optim/index',
  'whole.utils': 'data/namespace',
  'whole.utils.data': 'data/index',
  'whole.nn.functional': 'nn/functional',
}

const namespaceModules = Object.fromEntries(
  Object.entries(namespaces).map(([name, path]) => [name, moduleOf(path)]),
)

/** Modules that export namespaces. */
const holders = [
  ...['index', 'core/index', 'core/nn', 'entry/inlined/index', 'entry/core'].map(moduleOf),
  ...Object.values(namespaceModules),
]

/** Modules whose namespaces have the kernels inlined take over the names of those that have not. */
const isTakenOver = (importer, path) => isInlined(importer) && !isInlined(path)
const isInlined = (path) => path.startsWith(dirname(moduleOf('entry/inlined/index')))

const namespacesAsFiles = {
  name: 'namespaces-as-files',
  resolveId(source, importer) {
    if (!holders.includes(importer)) return null
    const path = resolve(dirname(importer), source)
    if (isTakenOver(importer, path)) return null
    const [name] = Object.entries(namespaceModules).find(([, module]) => module === path) ?? []
    // Without effects: those that are taken over are not imported.
    return name === undefined ? null : { id: `./${name}.js`, external: true, moduleSideEffects: false }
  },
}

const namesIn = (folder) =>
  readdirSync(`build/ts/${folder}`).flatMap((name) =>
    name.endsWith('.js') ? [`${folder}/${name.slice(0, -3)}`] : [],
  )

/** Modules in chunks of their own: those that do something when they are imported, and what not every entry has. */
const chunks = {
  methods: ['surface/conversions', 'surface/indexing', 'surface/methods/core', 'surface/methods/add'],
  all_methods: namesIn('surface/methods').filter((name) => !/(core|add)$/.test(name)),
  // Pages load it alone.
  team: ['kernels/threads/team'],
  inlined: ['kernels/inline/inlined', 'entry/inlined/with_kernels'],
  // Without the core, which `softmargin/report` must not install.
  unpack: ['kernels/inline/unpack', 'kernels/inline/lzma', 'kernels/inline/instruction_streams'],
  ...Object.fromEntries(Object.keys(families).map((name) => [`${name}_kernels`, [`entry/inlined/${name}`]])),
}

const chunkOf = new Map(
  Object.entries(chunks).flatMap(([chunk, paths]) => paths.map((path) => [moduleOf(path), chunk])),
)

/** What the entries of the package are made of, each on its own. */
const apart = [
  ...holders,
  ...['entry', 'kernels/inline', 'onnx', 'datasets', 'report', 'trainer'].flatMap(modulesIn),
  ...['base/errors', 'kernels/init'].map(moduleOf),
]

function modulesIn(folder) {
  const names = readdirSync(`build/ts/${folder}`, { recursive: true }).filter((name) => name.endsWith('.js'))
  return names.map((name) => resolve('build/ts', folder, name))
}

/** One chunk for the rest, otherwise Rollup emits about 20 small shared chunks. */
const chunk = (id) =>
  // The family apart from the core, as above.
  (id === '#metrics.wasm?inlined' ? 'metrics_family' : chunkOf.get(id)) ??
  (id.startsWith('#') || id.includes('node_modules') || apart.includes(id) ? null : 'softmargin')

const entries = (...names) => Object.fromEntries(names.map((name) => [name, `build/ts/entry/${name}.js`]))

const common = {
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

/** What `softmargin`, `softmargin/onnx` and `softmargin/datasets` share, so that a class is one class. */
const isShared = (id) => /^\.\/(errors|instance-|softmargin-)/.test(id)

/** The files of dist, with their source maps. */
const built = {
  name: 'built',
  load: (id) => ({ code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }),
}

/** The names of the kernels that an entry may call. */
async function kernelsOf(entry) {
  const withoutKernels = {
    name: 'without-kernels',
    resolveId(source) {
      if (/[.]wasm/.test(source)) return source
      return source.startsWith('#kernels')
        ? resolve(`build/bindings/${source.split('/')[1] ?? 'kernels'}.js`)
        : null
    },
    load: (id) => (/[.]wasm/.test(id) ? 'export default {}' : null),
  }
  const input = `build/ts/entry/${entry}.js`
  const plugins = [sharedErrors, threadAsText, withoutKernels, withoutComments]
  const bundle = await rollup({ input, plugins, onwarn() {} })
  const { output } = await bundle.generate({ format: 'es' })
  const text = output.map(({ code }) => code).join('')
  return [...text.matchAll(/\bkernels\.(\w+)|\bcalls\.(\w+)/g)].map(([, kernel, call]) => kernel ?? call)
}

/** The family of the kernels that `softmargin/core` does not call, and that are of no other family. */
const ofCore = new Set(await kernelsOf('core'))
const ofRest = new Set((await kernelsOf('default')).filter((name) => !ofCore.has(name)))
const rest = {
  test: (name) => ofRest.has(name) && !Object.values(families).some((family) => family.test(name)),
}

const lossKernels = 'build/wasm-loss/softmargin_bg.wasm'

export default [
  {
    ...common,
    // Files of checkpoints.
    external: /^node:/,
    output: { ...common.output, manualChunks: chunk },
    input: {
      ...entries('default', 'core', 'workerd', 'edge-light', 'slim'),
      ...entries('datasets.default', 'datasets.node', 'datasets.workerd', 'datasets.edge-light'),
      'node.modules': 'build/ts/entry/node.js',
      errors: 'build/ts/base/errors.js',
      datasets: 'build/ts/datasets/index.js',
      onnx: 'build/ts/onnx/index.js',
      report: 'build/ts/entry/report.js',
      trainer: 'build/ts/trainer/index.js',
      ...entries('trainer.default', 'trainer.node'),
      relaxed,
      ...entries('node_threads', 'web_threads', 'web_team'),
      ...namespaceModules,
    },
    plugins: [
      sharedErrors,
      papaparse,
      thread,
      namespacesAsFiles,
      kernels(wholeKernels, 'softmargin.wasm', () =>
        splitKernels(readFileSync(wholeKernels), { ...families, rest }),
      ),
      copyOfRelaxedKernels,
      standaloneKernels,
      withoutComments,
    ],
  },
  // Node, Deno and Bun take a fifth of a millisecond for each file. Bundlers get the namespaces, in files of their own.
  {
    ...common,
    external: isShared,
    output: { ...common.output, generatedCode: { symbols: true } },
    input: { node: 'dist/node.modules.js' },
    plugins: [built],
  },
  {
    ...common,
    input: {
      ...entries('loss.default', 'loss.node', 'loss.workerd', 'loss.edge-light'),
      'loss.relaxed': relaxed,
    },
    plugins: [
      kernels(lossKernels, 'loss.wasm', () => ({ core: stripped(readFileSync(lossKernels)) })),
      sharedErrors,
      withoutComments,
    ],
  },
]
