// All tests. A failing part does not stop the next ones; at the end stand the counts of each part, what failed, and
// the total as the last line.
// --all-runtimes: a runtime or browser that is missing on this machine counts as a failure.
// --spark: only the tests of python/ that need pyspark and Java, which are installed if need be.
// With patterns, as in `npm test -- conv2d optim/`: only the test files whose paths contain one of them, in Node.
import { spawnSync } from 'node:child_process'
import { build, compileKernels } from './build.mjs'
import { lint } from './lint.mjs'
import { asProgram } from './program.mjs'
import { inProject } from './project.mjs'
import { installPackages, setup, testPackages } from './setup.mjs'
import { prepareSiteCheck, siteTests } from './site_check.mjs'
import { size } from './size.mjs'
import { testCrate, testCrateIn32Bits } from './test/cargo.mjs'
import { part, report } from './test/outcome.mjs'
import { skipSpark, testSpark } from './test/spark.mjs'
import { countOf, runSuite, testTypeScript, vitest } from './test/vitest.mjs'
import { ensureToolchain } from './toolchain.mjs'

async function test(args) {
  const allRuntimes = args.includes('--all-runtimes')
  const patterns = args.filter((arg) => !arg.startsWith('--'))
  if (args.includes('--spark')) {
    if (await part(setup)) await part(() => testSpark(patterns))
  } else if (patterns.length > 0) {
    await part(() => testMatching(patterns))
  } else if (await part(prepare)) {
    // The build first: it generates types that lint needs.
    await part(() => build({ forTests: true }))
    await part(lint)
    await part(size)
    await part(() => testTypeScript('wasm', process.execPath, { project: '!webkit', allRuntimes }))
    await part(testWebKit)
    await part(() => testSite({ allRuntimes }))
    await part(() => (allRuntimes ? testSpark() : skipSpark()))
    await part(testThreads)
    await part(() => testRelaxed({ allRuntimes }))
    await part(testChecked)
    await part(testCrate)
    await part(() => testCrateIn32Bits({ allRuntimes }))
  }
  report()
}

async function prepare() {
  await installPackages()
  await installPackages(testPackages)
  await ensureToolchain()
}

/** Runs only the matching test files, without checking types or the package. */
async function testMatching(patterns) {
  await installPackages()
  await compileKernels(['wasm', 'wasm-scalar'])
  return testTypeScript('wasm', process.execPath, { project: 'node', filters: patterns })
}

/** The suite in WebKit. Its engine sometimes crashes: if no test had failed by then, it runs once more. */
async function testWebKit() {
  const run = () => runSuite('wasm', process.execPath, { project: 'webkit' })
  let outcome = await run()
  // The tests of the package report it as skipped, with the reason.
  if (outcome.output.includes('No projects matched the filter')) return {}
  const isLost = outcome.output.includes('Browser connection was closed while running tests')
  if (isLost && outcome.result?.numFailedTests === 0) {
    console.error('WebKit was lost while it ran the tests: once more')
    outcome = await run()
  }
  return countOf('vitest in WebKit', outcome)
}

/** The site: built, and opened in the browsers that are here. */
async function testSite({ allRuntimes }) {
  await prepareSiteCheck()
  return countOf('vitest on the site', await vitest(process.execPath, siteTests), { allRuntimes })
}

const families = ['elementwise', 'reduce', 'shape', 'sort', 'linear', 'conv', 'norm', 'embedding', 'loss']

const inTests = (folder) => `test/${folder}`

/** The suite once more on the kernels with relaxed SIMD, in a Node that has it. */
function testRelaxed({ allRuntimes }) {
  const newer = inProject(testPackages, 'node_modules/node-24/bin/node')
  const node = [process.execPath, newer].find(hasRelaxedKernels)
  if (node !== undefined) return testTypeScript('wasm-relaxed', node, { project: 'node' })
  console.log('skipped: the suite on kernels with relaxed SIMD (no Node here has it)')
  return allRuntimes ? { failed: 1 } : { skipped: 1 }
}

function hasRelaxedKernels(node) {
  const file = inProject('build/wasm-relaxed/softmargin_bg.wasm')
  const program = `process.exit(Number(!WebAssembly.validate(fs.readFileSync('${file}'))))`
  return spawnSync(node, ['-e', program]).status === 0
}

/** Tests that call every kernel, and whole programs, on three threads. */
function testThreads() {
  const filters = [...families, 'optim', 'metrics', 'random', 'nn', 'graph', 'whole'].map(inTests)
  return testTypeScript('wasm', process.execPath, { project: 'node', filters, threads: 3 })
}

/** Tests that call every kernel, on the build that traps on integer overflow, where sizes have 32 bits. */
function testChecked() {
  const filters = [...families, 'metrics', 'whole/sizes'].map(inTests)
  return testTypeScript('wasm-checked', process.execPath, { project: 'node', filters })
}

await asProgram(import.meta.url, test)
