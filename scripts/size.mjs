// The size of each import in an app: bundled, minified, with its kernels, through gzip. size_budget.json has the
// limits, in kB of 1000 bytes.
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { asProgram } from './program.mjs'
import { inProject, readProjectFile, root } from './project.mjs'
import { setup } from './setup.mjs'
import { Failure } from './step.mjs'

/** Prints the sizes of the built package, and returns how many are within their budgets and how many are not. */
export async function size() {
  const budgets = JSON.parse(readProjectFile('scripts', 'size_budget.json'))
  const result = { passed: 0, failed: 0 }
  console.log(row('import', 'condition', 'kB', 'gzip kB', 'budget'))
  for (const { specifier, condition, file } of [...entries(), ...apps]) {
    const contents = await carried(file)
    const zipped = kilobytes(contents.map((content) => gzipSync(content, { level: 9 })))
    // Workers get their kernels uncompressed.
    const budget = budgets[`${specifier} in ${condition}`] ?? budgets[specifier]
    const fits = zipped <= budget
    result[fits ? 'passed' : 'failed'] += 1
    const figures = [kilobytes(contents).toFixed(1), zipped.toFixed(1), budget]
    console.log(row(specifier, condition, ...figures) + (fits ? '' : ' exceeded'))
  }
  return result
}

/** What bundlers keep of the package in an app that trains a small model. */
const apps = [
  { specifier: 'one layer', condition: 'default', file: 'test/packages/consumer/one_layer.mjs' },
  {
    specifier: 'one layer of core',
    condition: 'default',
    file: 'test/packages/consumer/one_layer_of_core.mjs',
  },
]

function* entries() {
  const { name, exports } = JSON.parse(readProjectFile('package.json'))
  for (const [subpath, conditions] of Object.entries(exports)) {
    if (typeof conditions === 'string') continue
    for (const [condition, files] of Object.entries(conditions)) {
      const file = typeof files === 'string' ? files : files.module
      if (condition !== 'types') yield { specifier: posix.join(name, subpath), condition, file }
    }
  }
}

/** The bundle of a file with all its exports, and the kernel files that the runtime loads; not what it imports later. */
async function carried(file) {
  // Imported here: the packages may just have been installed.
  const { build } = await import('vite')
  const bundling = {
    input: inProject(file),
    external: /\.wasm/,
    preserveEntrySignatures: 'strict',
  }
  const alias = {
    'softmargin/core': inProject('dist/core.js'),
    softmargin: inProject('dist/default.js'),
  }
  const resolve = { alias }
  const options = { root, configFile: false, logLevel: 'error', resolve }
  const { output } = await build({ ...options, build: { write: false, rolldownOptions: bundling } })
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]))
  const paths = new Set([output[0].fileName])
  for (const path of paths) for (const imported of chunks.get(path)?.imports ?? []) paths.add(imported)
  return [...paths].map(
    (path) => chunks.get(path)?.code ?? readFileSync(inProject('dist', path.replace('?module', ''))),
  )
}

const kilobytes = (contents) => contents.reduce((sum, content) => sum + Buffer.byteLength(content), 0) / 1000

const row = (specifier, condition, ...figures) =>
  specifier.padEnd(18) + condition.padEnd(12) + figures.map((figure) => String(figure).padStart(9)).join('')

await asProgram(import.meta.url, async () => {
  await setup()
  const { failed } = await size()
  if (failed > 0) throw new Failure('An import costs more than size_budget.json allows')
})
