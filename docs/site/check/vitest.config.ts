import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['docs/site/check/*.test.ts'],
    testTimeout: 180_000,
    // One browser after another: what is measured here is the page, not the machine.
    fileParallelism: false,
  },
})
