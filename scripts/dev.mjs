// npm run dev [-- patterns]: runs the tests again at every change, and compiles the crate first if it changed.
import { watch } from 'node:fs'
import { compileKernels } from './build.mjs'
import { asProgram } from './program.mjs'
import { inProject, packageTool } from './project.mjs'
import { installPackages } from './setup.mjs'
import { attempt, run } from './step.mjs'

/** The builds that the suite runs on and compares with. */
const KERNELS = ['wasm', 'wasm-scalar']

/** Milliseconds: editors write a file in several steps. */
const SETTLE = 200

async function dev(patterns) {
  await installPackages()
  await compileKernels(KERNELS)
  const watcher = watchCrate()
  const config = ['--config=test/vitest.config.ts', '--root=.', '--project=node']
  const [program, args] = packageTool('vitest', 'watch', ...config, ...patterns)
  const { code } = await run(program, args, { keep: false, show: true })
  watcher.close()
  process.exitCode = code ?? 1
}

/** Compiles the crate after each change. The tests depend on the kernels, so they run again. */
function watchCrate() {
  let timer
  let compiling = Promise.resolve()
  return watch(inProject('crate'), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      compiling = compiling.then(() => attempt(() => compileKernels(KERNELS)))
    }, SETTLE)
  })
}

await asProgram(import.meta.url, dev)
