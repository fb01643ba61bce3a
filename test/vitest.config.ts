import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { threadAsText } from '../scripts/thread_program.mjs'
import { browserProjects } from './browser/project.js'

/** Only for the run on kernels with relaxed SIMD. */
const ofRelaxed = process.env.SOFTMARGIN_KERNELS === 'wasm-relaxed' ? [] : ['test/kernels/relaxed']

const common = {
  setupFiles: ['test/support/setup.ts'],
  testTimeout: 180_000,
}

/** Kernels that say why they trap, with the calls of the debug build. */
const isDebug = process.env.SOFTMARGIN_KERNELS === 'wasm-checked'
const debugSeam = fileURLToPath(new URL('../ts/kernels/debug_seam.ts', import.meta.url))

export default defineConfig({
  test: {
    // Kernels are read as bytes: no import leads to them.
    forceRerunTriggers: ['**/build/wasm/softmargin_bg.wasm'],
    projects: [
      {
        plugins: [threadAsText],
        resolve: { alias: isDebug ? [{ find: './seam.js', replacement: debugSeam }] : [] },
        test: {
          ...common,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/packages', ...ofRelaxed],
          // The collector is asked for by memory tests.
          execArgv: ['--expose-gc'],
        },
      },
      {
        test: {
          ...common,
          name: 'packages',
          include: ['test/packages/*.test.ts'],
          globalSetup: ['test/packages/setup.ts'],
        },
      },
      ...(await browserProjects(common)),
    ],
  },
})
