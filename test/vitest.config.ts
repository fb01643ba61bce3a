import { defineConfig } from 'vitest/config'
import { browserProjects } from './browser/project.js'

/** Only for the run on kernels with relaxed SIMD. */
const ofRelaxed = process.env.SOFTMARGIN_KERNELS === 'wasm-relaxed' ? [] : ['test/kernels/relaxed']

const common = {
  setupFiles: ['test/setup.ts'],
  testTimeout: 60_000,
}

export default defineConfig({
  test: {
    // Kernels are read as bytes: no import leads to them.
    forceRerunTriggers: ['**/build/wasm/softmargin_bg.wasm'],
    projects: [
      {
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
