// The tests of the crate.
import { inProject, wasmTestTarget } from '../project.mjs'
import { run } from '../step.mjs'
import { ensureTestTarget, ensureToolchain } from '../toolchain.mjs'
import { checked, remember } from './outcome.mjs'

export async function testCrate() {
  // Shows the worst errors over all floats.
  return cargoTest('cargo test', ['--release'], await ensureToolchain(), ['--show-output'])
}

/** The crate's tests as WebAssembly, with SIMD128 and with sizes of 32 bits, whose overflow is an error. */
export async function testCrateIn32Bits({ allRuntimes }) {
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
  remember(...failures.map(([, name]) => `FAILED: ${name} (${title})`))
  return checked(title, succeeded, tests)
}
