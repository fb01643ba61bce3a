import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    // The collector is asked for by memory tests.
    execArgv: ['--expose-gc'],
    testTimeout: 60_000,
  },
})
