/** The same tests in Chromium, but for those that are about Node's processes, collector or files. */
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { TestProjectConfiguration } from 'vitest/config'
import { chromium } from '../packages/programs.js'

const ONLY_IN_NODE = [
  'test/from_pytorch.test.ts',
  'test/lzma.test.ts',
  'test/memory',
  'test/packages',
  'test/relaxed',
  'test/samples',
  'test/serialization/little_memory.test.ts',
  'test/serialization/python.test.ts',
  'test/simd',
]

/** What a page needs to have SharedArrayBuffer. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Nothing, with the reason on stderr, where there is no Chromium or no driver for it. */
export async function browserProject(common: object): Promise<TestProjectConfiguration[]> {
  const driver = await findDriver()
  const missing = chromium.missing ?? driver.missing
  if (missing !== undefined) {
    console.error(`skipped: the tests in Chromium (${missing})`)
    return []
  }
  // Chromium's own sandbox is not for root, as whom CI runs.
  const launchOptions = { executablePath: chromium.path, chromiumSandbox: false }
  return [
    {
      resolve: { alias: { 'node:fs': fileURLToPath(new URL('node_fs.ts', import.meta.url)) } },
      server: { headers },
      test: {
        ...common,
        name: 'chromium',
        include: ['test/**/*.test.ts'],
        exclude: ['**/node_modules/**', ...ONLY_IN_NODE],
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: driver.playwright({ launchOptions }),
          instances: [{ browser: 'chromium' }],
        },
      },
    },
  ]
}

async function findDriver() {
  try {
    const require = createRequire(new URL('../packages/package.json', import.meta.url))
    const { href } = pathToFileURL(require.resolve('@vitest/browser-playwright'))
    return (await import(href)) as { playwright: (options: object) => never; missing?: undefined }
  } catch {
    return { missing: 'npm test installs its driver', playwright: () => undefined as never }
  }
}
