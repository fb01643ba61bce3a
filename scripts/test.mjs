// All tests. A failing part does not stop the next ones; at the end stand the counts of each part, what failed, and
// the total as the last line.
// --all-runtimes: a runtime or browser that is missing on this machine counts as a failure.
// --spark: only the tests of python/ that need pyspark and Java, which are installed if need be.
// With patterns, as in `npm test -- conv2d optim/`: only the test files whose paths contain one of them, in Node.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { build, compileKernels } from './build.mjs'
import { lint } from './lint.mjs'
import { asProgram } from './program.mjs'
import { inProject, packageTool, readProjectFile, wasmTestTarget } from './project.mjs'
import { installPackages, setup, sitePackages, testPackages } from './setup.mjs'
import { prepareSiteCheck, siteTests } from './site_check.mjs'
import { size } from './size.mjs'
import { Failure, run } from './step.mjs'
import { ensureSpark } from './toolchain/spark.mjs'
import { ensureTestTarget, ensureToolchain } from './toolchain.mjs'

const total = { passed: 0, failed: 0, skipped: 0 }

/** Said once more at the end, where a reader of a long log looks. */
const summary = []

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
  for (const line of ['', ...summary, '', counts(total)]) console.log(line)
  if (total.failed) process.exitCode = 1
}

function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

/** Runs one part and adds its tests to the total; a part that throws counts as one failed test. */
async function part(action) {
  try {
    const tests = (await action()) ?? {}
    for (const kind in tests) total[kind] += tests[kind]
    return true
  } catch (reason) {
    const message = reason instanceof Failure ? reason.message : String(reason?.stack ?? reason)
    console.error(message)
    summary.push(`FAILED: ${message.trimEnd().split('\n').at(-1)}`)
    total.failed += 1
    return false
  }
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
  const run = () => runVitest('wasm', process.execPath, { project: 'webkit' })
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
  return countOf('vitest on the site', await vitestOf(process.execPath, siteTests), { allRuntimes })
}

const pythonTests = 'python/tests'

/** Tests of python/ on Spark; with patterns, those whose names contain one. Nothing that they need may be missing. */
async function testSpark(patterns = []) {
  const { python, env } = await ensureSpark()
  const chosen = patterns.length > 0 ? ['-k', patterns.join(' or ')] : []
  const args = [
    '-m',
    'pytest',
    '-m',
    'spark',
    '-p',
    'no:cacheprovider',
    '-rs',
    '--durations=3',
    '--color=no',
    ...chosen,
  ]
  const { succeeded, output } = await run(python, args, {
    cwd: inProject('python'),
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
    show: true,
    keep: true,
  })
  const last = output.trimEnd().split('\n').at(-1)
  const count = (...kinds) =>
    kinds.reduce((sum, kind) => sum + Number(new RegExp(`(\\d+) ${kind}`).exec(last)?.[1] ?? 0), 0)
  const tests = { passed: count('passed'), failed: count('failed', 'error', 'skipped'), skipped: 0 }
  return checked('pytest on Spark', succeeded, tests)
}

function skipSpark() {
  const isOnSpark = (file) =>
    /^test_.*\.py$/.test(file) && readProjectFile(pythonTests, file).includes('pytest.mark.spark')
  const files = readdirSync(inProject(pythonTests)).filter(isOnSpark)
  const why = 'needs pyspark, 450 MB, and Java: npm test -- --spark'
  for (const file of files) console.log(`skipped: ${pythonTests}/${file} (${why})`)
  return { skipped: files.length }
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

/** The suite, or a part of it, on one build of the kernels. */
async function testTypeScript(kernels, node, { allRuntimes = false, ...which }) {
  const title = `vitest on ${kernels}${which.threads ? ' on several threads' : ''}`
  return countOf(title, await runVitest(kernels, node, which), { allRuntimes })
}

async function runVitest(kernels, node, { project, filters = [], threads }) {
  const where = ['--config=test/vitest.config.ts', '--root=.', `--project=${project}`]
  const env = { SOFTMARGIN_KERNELS: kernels }
  if (threads !== undefined) env.SOFTMARGIN_NUM_THREADS = String(threads)
  return vitestOf(node, [...filters, ...where], env)
}

/** The outcome of a run, its output, and its report if it wrote one. */
async function vitestOf(node, options, variables = {}) {
  const report = 'build/vitest.json'
  rmSync(inProject(report), { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const [, [vitest]] = packageTool('vitest')
  const env = { ...(await ensureToolchain()), ...variables }
  const { succeeded, output } = await run(node, [vitest, 'run', ...options, ...reporters], {
    env,
    show: true,
    keep: true,
  })
  const result = existsSync(inProject(report)) ? JSON.parse(readProjectFile(report)) : undefined
  return { succeeded, output, result }
}

function countOf(runner, { succeeded, result }, { allRuntimes = false } = {}) {
  if (result === undefined) throw new Failure(`${runner} wrote no report`)
  const failures = result.testResults.flatMap(failuresIn)
  const skipped = result.testResults.flatMap(skippedIn)
  for (const { name } of skipped) console.log(`skipped: ${name}`)
  const needsRuntime = ({ file }) => [testPackages, sitePackages].some((folder) => file.includes(folder))
  const lacking = allRuntimes ? skipped.filter(needsRuntime).length : 0
  if (lacking > 0) {
    const names = skipped.filter(needsRuntime).map(({ name }) => `FAILED: ${name} (lacks a runtime)`)
    summary.push(...names)
    console.error(`${lacking} tests lack a runtime, and --all-runtimes was given`)
  }
  summary.push(...failures)
  return checked(runner, succeeded, {
    passed: result.numPassedTests,
    failed: failures.length + lacking,
    skipped: result.numPendingTests + result.numTodoTests - lacking,
  })
}

function skippedIn({ name: file, assertionResults }) {
  const isSkipped = ({ status }) => ['pending', 'skipped', 'todo'].includes(status)
  return assertionResults.filter(isSkipped).map(({ fullName: name }) => ({ file, name }))
}

/** A file that cannot be loaded has no tests, but is one failure. */
function failuresIn({ name: file, status, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  if (status === 'failed' && assertionResults.length === 0) return [`FAILED: ${file} (cannot be loaded)`]
  return failed.map(({ fullName }) => `FAILED: ${fullName} (${file})`)
}

async function testCrate() {
  // Shows the worst errors over all floats.
  return cargoTest('cargo test', ['--release'], await ensureToolchain(), ['--show-output'])
}

/** The crate's tests as WebAssembly, with SIMD128 and with sizes of 32 bits, whose overflow is an error. */
async function testCrateIn32Bits({ allRuntimes }) {
  const env = await ensureToolchain()
  if (!(await ensureTestTarget(env))) {
    console.log(`skipped: the crate's tests in 32 bits (Rust has no standard library for ${wasmTestTarget})`)
    return allRuntimes ? { failed: 1 } : { skipped: 1 }
  }
  console.log("The crate's tests in 32 bits; all floats are the native run's, as they would take hours here")
  // Node 20's WASI, called from optimised code without a frame, crashes V8's collector when memory grows.
  const flags = ['--no-warnings', '--no-turbo-fast-api-calls']
  const runner = [process.execPath, ...flags, inProject('scripts/wasi_runner.mjs')]
  const settings = [
    `target.${wasmTestTarget}.runner=${JSON.stringify(runner)}`,
    'profile.dev.opt-level=2',
    'profile.dev.debug=false',
  ]
  const args = ['--target', wasmTestTarget, ...settings.flatMap((setting) => ['--config', setting])]
  return cargoTest(`cargo test on ${wasmTestTarget}`, args, {
    ...env,
    RUSTFLAGS: '-C target-feature=+simd128 -C overflow-checks=on -C debug-assertions=on',
    CARGO_TARGET_DIR: inProject('target', 'wasm-tests'),
    // A panic ends the program here, and what was captured would be lost.
    RUST_TEST_NOCAPTURE: '1',
  })
}

async function cargoTest(title, options, env, testOptions = []) {
  const args = ['test', ...options, '--no-fail-fast', '--', ...testOptions]
  const { succeeded, output } = await run('cargo', args, { env, show: true, keep: true })
  const tests = { passed: 0, failed: 0, skipped: 0 }
  for (const [, passed, failed, ignored] of output.matchAll(/(\d+) passed; (\d+) failed; (\d+) ignored/g)) {
    tests.passed += Number(passed)
    tests.failed += Number(failed)
    tests.skipped += Number(ignored)
  }
  const failures = [...output.matchAll(/^test (\S+) \.\.\. FAILED$/gm)]
  summary.push(...failures.map(([, name]) => `FAILED: ${name} (${title})`))
  return checked(title, succeeded, tests)
}

/** Throws if there were no tests; an error outside of the tests counts as one. */
function checked(runner, succeeded, tests) {
  if (tests.passed + tests.failed === 0) throw new Failure(`${runner} ran no tests`)
  const isBroken = !succeeded && tests.failed === 0
  if (isBroken) summary.push(`FAILED: ${runner} ended with an error outside of its tests`)
  const outcome = isBroken ? { ...tests, failed: 1 } : tests
  summary.push(`${runner}: ${counts(outcome)}`)
  return outcome
}

await asProgram(import.meta.url, test)
