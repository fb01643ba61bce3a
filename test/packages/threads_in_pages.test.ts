/** Kernels of the packed package on several threads, on pages: after bundling, in each browser, under a strict policy. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Open, openChromium, openFirefox, openWebKit } from '../browser/open.js'
import { folder } from './consumer.js'
import { execute } from './execute.js'
import { chromium, firefox, type Program, webkit } from './programs.js'
import { serve } from './site.js'

/** What a page needs to have memory that threads share. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const ALLOWING_BLOBS = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:"

const source = join(folder, 'threads')
const bundled = (name: string) => join(folder, 'bundles', `threads, ${name}`)
const bundle = (script: string, ...args: string[]) =>
  execute(process.execPath, [join(import.meta.dirname, 'bundlers', `${script}.mjs`), ...args])

const shared = { threads: 2, shared: true, same: true, warnings: [] }
const alone = { threads: 1, shared: false, same: true }

/** What a page reports. */
async function reportOf({ path }: Program, open: Open, site: string, headers: Record<string, string>) {
  const { url, report, close } = await serve(site, headers)
  const end = await open(path, url)
  try {
    return await report
  } finally {
    await end()
    close()
  }
}

async function withPage(name: string, build: (output: string) => Promise<unknown>, type = ' type="module"') {
  const output = bundled(name)
  await mkdir(output, { recursive: true })
  await build(output)
  await writeFile(join(output, 'index.html'), `<!doctype html><script${type} src="app.js"></script>`)
  return output
}

const whereIs = (name: string, { missing }: Program) =>
  missing === undefined ? '' : ` (${name} was skipped: ${missing})`

/** Puts the file of a worker beside a page or a script. */
const withThread = (place: string) =>
  cp(join(folder, 'node_modules/softmargin/dist/thread.js'), join(place, 'thread.js'))

/** With the file of a worker beside the page, and beside the script of the page's own worker. */
const byVite = async () => {
  await bundle('vite', source, bundled('vite'))
  for (const place of ['', 'assets']) await withThread(join(bundled('vite'), place))
  return bundled('vite')
}

const browsers: [name: string, program: Program, open: Open][] = [
  ['Chromium', chromium, openChromium],
  ['Firefox', firefox, openFirefox],
  ['WebKit', webkit, openWebKit],
]

describe.each(browsers)('in %s', (name, program, open) => {
  const skipped = whereIs(name, program)

  test.skipIf(program.missing)(
    `an isolated page and its worker have threads, with the bits of one${skipped}`,
    async () => {
      const answers = await reportOf(program, open, await byVite(), ISOLATED)
      expect(answers).toEqual({ page: shared, worker: shared })
    },
    120_000,
  )

  test.skipIf(program.missing)(
    `another page has one thread, and is told why${skipped}`,
    async () => {
      const why =
        'softmargin: kernels run on one thread, as this page is not isolated (crossOriginIsolated), so that no memory can be shared'
      const told = { ...alone, warnings: [why] }
      expect(await reportOf(program, open, await byVite(), {})).toEqual({ page: told, worker: told })
    },
    120_000,
  )
})

describe.skipIf(chromium.missing)(`an isolated page${whereIs('Chromium', chromium)}`, () => {
  const app = join(source, 'only_page.mjs')
  /** Where the file of a worker lies beside the package's, and where a bundler has taken these apart. */
  const bringing: Record<string, (output: string) => Promise<unknown>> = {
    'no bundler': async (output) => {
      await cp(join(folder, 'node_modules/softmargin/dist'), join(output, 'dist'), { recursive: true })
      for (const name of ['work', 'counting'])
        await cp(join(source, `${name}.mjs`), join(output, `${name}.js`))
      const addressed = async (file: string) =>
        (await readFile(file, 'utf8'))
          .replace("'softmargin'", "'./dist/default.js'")
          .replace(/\.mjs'/g, ".js'")
      await writeFile(join(output, 'work.js'), await addressed(join(source, 'work.mjs')))
      await writeFile(join(output, 'app.js'), await addressed(app))
    },
  }
  const others: Record<string, (output: string) => Promise<unknown>> = {
    webpack: (output) => bundle('webpack', app, output, 'production'),
    rspack: (output) => bundle('rspack', app, output, 'production'),
    parcel: (output) => bundle('parcel', app, output, 'production'),
    rollup: (output) => bundle('rollup', app, output),
    'esbuild, esm': (output) => bundle('esbuild', app, output, 'esm'),
    'esbuild, iife': (output) => bundle('esbuild', app, output, 'iife'),
  }
  const visit = (output: string, headers: Record<string, string>) =>
    reportOf(chromium, openChromium, output, { ...ISOLATED, ...headers })
  const type = (name: string) => (name.includes('iife') ? '' : undefined)

  test.each(Object.entries(bringing))(
    'of %s has threads',
    async (name, build) => {
      expect(await visit(await withPage(name, build), {})).toEqual({ page: shared })
    },
    120_000,
  )

  test.each(Object.entries(others))(
    'of %s has threads where the policy allows blobs, else one and a sentence',
    async (name, build) => {
      const output = await withPage(name, build, type(name))
      expect(await visit(output, { 'Content-Security-Policy': ALLOWING_BLOBS })).toEqual({ page: shared })
      const told = {
        ...alone,
        warnings: [expect.stringMatching(/^softmargin: kernels run on one thread, as workers/)],
      }
      expect(await visit(output, {})).toEqual({ page: told })
      await withThread(output)
      expect(await visit(output, {})).toEqual({ page: shared })
    },
    120_000,
  )
})
