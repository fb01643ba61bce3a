/** The same tests in the browsers of the machine, but for those that are about Node's processes, collector or files. */
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { TestProjectConfiguration } from 'vitest/config'
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node'
import { threadAsText } from '../../scripts/thread_program.mjs'
import { chromium, firefox, type Program, webkit } from '../packages/programs.js'
import { type Close, type Open, openFirefox, openWebKit } from './open.js'

const ONLY_IN_NODE = [
  'test/kernels/contract.test.ts',
  'test/kernels/debug_seam.test.ts',
  'test/kernels/loss_kernels.test.ts',
  'test/kernels/lzma.test.ts',
  'test/kernels/named_calls.test.ts',
  'test/kernels/relaxed',
  'test/kernels/simd',
  'test/kernels/threads',
  'test/memory',
  'test/packages',
  'test/samples',
  'test/graph/strided.test.ts',
  'test/serialization/hostile_work.test.ts',
  'test/serialization/little_memory.test.ts',
  'test/serialization/nested.test.ts',
  'test/serialization/python.test.ts',
  'test/serialization/reference.test.ts',
  'test/datasets/memory.test.ts',
  'test/datasets/streams.test.ts',
  'test/trainer/memory.test.ts',
  'test/trainer/python.test.ts',
  'test/sparse/sparse_csr.test.ts',
  'test/call/hostile.test.ts',
  'test/surface/builtins.test.ts',
  'test/surface/comparison.test.ts',
  'test/surface/copies.test.ts',
  'test/surface/printing.test.ts',
  'test/surface/realms.test.ts',
  'test/whole/coverage.test.ts',
  'test/whole/from_pytorch.test.ts',
  'test/whole/house.test.ts',
]

/** What a page needs to have SharedArrayBuffer. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const inPage = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** How a browser is started, by vitest's own packages or by `open.ts`. */
interface Engine {
  program: Program
  provider: (drivers: Drivers, path: string) => BrowserProviderOption
}

const engines: Record<string, Engine> = {
  chromium: {
    program: chromium,
    // Chromium's own sandbox is not for root, as whom CI runs.
    provider: ({ playwright }, executablePath) =>
      playwright({ launchOptions: { executablePath, chromiumSandbox: false } }),
  },
  firefox: { program: firefox, provider: (drivers, path) => onePage(drivers, path, openFirefox) },
  webkit: { program: webkit, provider: (drivers, path) => onePage(drivers, path, openWebKit) },
}

/** A project for each browser; in place of one that is not there, the reason on stderr. */
export async function browserProjects(common: object): Promise<TestProjectConfiguration[]> {
  const drivers = await findDrivers()
  return Object.entries(engines).flatMap(([name, { program, provider }]) => {
    const missing = program.missing ?? drivers.missing
    if (missing === undefined) return [projectIn(name, provider(drivers, program.path), common)]
    console.error(`skipped: the tests in ${name} (${missing})`)
    return []
  })
}

function projectIn(name: string, provider: BrowserProviderOption, common: object): TestProjectConfiguration {
  const alias = { 'node:fs': inPage('node_fs.ts'), 'node:vm': inPage('node_vm.ts') }
  return {
    plugins: [threadAsText],
    resolve: { alias },
    server: { headers },
    // What only Node's runs import is not to be prepared for a page.
    optimizeDeps: { exclude: ['binaryen'] },
    test: {
      ...common,
      name,
      include: ['test/**/*.test.ts'],
      exclude: ['**/node_modules/**', ...ONLY_IN_NODE],
      // All browsers start at once, while Node's tests run.
      testTimeout: 180_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        connectTimeout: 180_000,
        provider,
        instances: [{ browser: name as 'chromium' }],
      },
    },
  }
}

/** A provider that opens vitest's page, and has nothing else to do with the browser. */
function onePage({ defineBrowserProvider }: Drivers, path: string, open: Open): BrowserProviderOption {
  function providerFactory(): BrowserProvider {
    const pages: Close[] = []
    return {
      name: 'page',
      supportsParallelism: false,
      getCommandsContext: () => ({}),
      async openPage(_session, url) {
        pages.push(await open(path, url))
      },
      async close() {
        await Promise.all(pages.splice(0).map((close) => close()))
      },
    }
  }
  return defineBrowserProvider({ name: 'page', supportedBrowser: ['firefox', 'webkit'], providerFactory })
}

interface Drivers {
  playwright: (options: object) => BrowserProviderOption
  defineBrowserProvider: (options: object) => BrowserProviderOption
  missing?: string
}

async function findDrivers(): Promise<Drivers> {
  const require = createRequire(new URL('../packages/package.json', import.meta.url))
  const load = async (name: string) => import(pathToFileURL(require.resolve(name)).href)
  try {
    return { ...(await load('@vitest/browser')), ...(await load('@vitest/browser-playwright')) }
  } catch {
    return { missing: 'npm test installs its driver' } as Drivers
  }
}
