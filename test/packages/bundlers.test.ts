import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'
import { execute } from './execute.js'
import { chromium } from './programs.js'

const app = join(folder, 'esm.mjs')
const bundled = (name: string) => join(folder, 'bundles', name)

/** Runs a script of `bundlers/`. */
const bundle = (script: string, ...args: string[]) =>
  execute(process.execPath, [join(import.meta.dirname, 'bundlers', `${script}.mjs`), ...args])

/** Each makes `app.js` of a script; vite, which is for pages, a folder for the page beside it. */
const bundlers: Record<string, (script: string, output: string) => Promise<string>> = {
  'esbuild, esm': (script, output) => bundle('esbuild', script, output, 'esm'),
  'esbuild, iife': (script, output) => bundle('esbuild', script, output, 'iife'),
  rollup: (script, output) => bundle('rollup', script, output),
  webpack: (script, output) => bundle('webpack', script, output, 'production'),
  'webpack, development': (script, output) => bundle('webpack', script, output, 'development'),
  rspack: (script, output) => bundle('rspack', script, output, 'production'),
  'rspack, development': (script, output) => bundle('rspack', script, output, 'development'),
  parcel: (script, output) => bundle('parcel', script, output, 'production'),
  'parcel, development': (script, output) => bundle('parcel', script, output, 'development'),
  'vite build': (script, output) => bundle('vite', dirname(script), output),
}
const names = Object.keys(bundlers)

let expected: string
beforeAll(async () => {
  expected = await run('esm.mjs')
  for (const name of names) await bundlers[name](app, bundled(name))
}, 240_000)

/** Contents of all files of a bundle. */
async function contents(name: string): Promise<string[]> {
  const files = await readdir(bundled(name), { recursive: true, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  return Promise.all(paths.map((path) => readFile(path, 'latin1')))
}

const inlinedKernels = (files: string[]) =>
  files.flatMap((file) => file.match(/[A-Za-z0-9+/=]{2000,}/g) ?? [])

describe.each(names)('the output of %s', (name) => {
  // What vite builds is for a page.
  if (name !== 'vite build') {
    test('gives the same digits in Node', async () => {
      expect(await execute(process.execPath, [join(bundled(name), 'app.js')])).toBe(expected)
    })

    test('is one library to all ways of importing it', async () => {
      const output = bundled(`imports, ${name}`)
      await bundlers[name](join(folder, 'imports.mjs'), output)
      expect(await execute(process.execPath, [join(output, 'app.js')])).toBe(await run('imports.mjs'))
    })

    test('keeps the names of classes', async () => {
      const output = bundled(`class names, ${name}`)
      await bundlers[name](join(folder, 'class_names.mjs'), output)
      expect(await execute(process.execPath, [join(output, 'app.js')])).toBe(await run('class_names.mjs'))
    })
  }

  test('has each kernel once: those of softmargin, of its families, and the few of softmargin/loss, inlined', async () => {
    const files = await contents(name)
    expect(files.filter((file) => file.startsWith('\0asm'))).toEqual([])
    expect(inlinedKernels(files)).toHaveLength(14)
  })
})

test('softmargin/slim leaves one file of kernels to load, and inlines none', async () => {
  await bundle('vite', join(folder, 'slim'), bundled('slim'))
  const files = await contents('slim')
  expect(files.filter((file) => file.startsWith('\0asm'))).toHaveLength(1)
  expect(inlinedKernels(files)).toEqual([])
})

const where = chromium.missing ? `Chromium (skipped: ${chromium.missing})` : 'Chromium'

describe.skipIf(chromium.missing)(`in ${where} under a strict content security policy`, () => {
  const pages = [...names, 'no bundler', 'policy', 'slim'].map(bundled)
  let answers: Record<string, string>
  beforeAll(async () => {
    for (const name of names) if (name !== 'vite build') await writePage(name)
    await writeWithoutBundler()
    await mkdir(bundled('policy'), { recursive: true })
    await writeFile(join(bundled('policy'), 'app.js'), "console.log(eval('1'))")
    await writePage('policy')
    const answering = [...names, 'no bundler', 'policy', 'slim', 'vite dev']
    const script = join(import.meta.dirname, 'chromium', 'first_logs.mjs')
    const printed = await execute(process.execPath, [script, chromium.path, ...pages, `dev:${folder}`])
    answers = Object.fromEntries((JSON.parse(printed) as string[]).map((answer, i) => [answering[i], answer]))
  }, 120_000)

  async function writePage(name: string): Promise<void> {
    const type = name.includes('iife') ? '' : ' type="module"'
    await writeFile(join(bundled(name), 'index.html'), `<!doctype html><script${type} src="app.js"></script>`)
  }

  /** The files of dist as a content delivery network serves them, imported by their addresses. */
  async function writeWithoutBundler(): Promise<void> {
    const target = bundled('no bundler')
    await cp(join(folder, 'node_modules/softmargin/dist'), join(target, 'dist'), { recursive: true })
    await cp(join(folder, 'digits.mjs'), join(target, 'digits.js'))
    const addresses = {
      "'softmargin'": "'./dist/default.js'",
      "'softmargin/loss'": "'./dist/loss.default.js'",
      "'./digits.mjs'": "'./digits.js'",
    }
    let script = await readFile(app, 'utf8')
    for (const [name, address] of Object.entries(addresses)) script = script.replace(name, address)
    await writeFile(join(target, 'app.js'), script)
    await writePage('no bundler')
  }

  test('eval is refused', () => {
    expect(answers.policy).toMatch(/^error: .*eval/)
  })

  test('softmargin/slim loads its kernels', () => {
    expect(answers.slim).toBe('3,6')
  })

  test.each([...names, 'no bundler', 'vite dev'])('%s gives the same digits', (name) => {
    expect(answers[name]).toBe(expected)
  })
})

describe('what an app carries that trains one layer', () => {
  const unused = /EmbeddingBag|OneCycleLR|safetensors|MultilabelAUROC/

  // Not esbuild: it keeps all members of a namespace within another; nor Parcel: of one that is exported.
  test.each(['rollup', 'webpack', 'rspack'])('is what it uses of torch, by %s', async (name) => {
    const output = `one layer, ${name}`
    await bundlers[name](join(folder, 'one_layer.mjs'), bundled(output))
    expect(await execute(process.execPath, [join(bundled(output), 'app.js')])).toBe('true')
    expect((await contents(output)).join('')).not.toMatch(unused)
    expect((await contents(name)).join('')).toMatch(unused)
    // The core, maxima, and what the other methods call.
    expect(inlinedKernels(await contents(output))).toHaveLength(3)
  })

  test.each(['rollup', 'webpack', 'rspack', 'vite build'])('pools with its kernels, by %s', async (name) => {
    const output = `pooling, ${name}`
    await mkdir(join(folder, 'pooling'), { recursive: true })
    await writeFile(join(folder, 'pooling', 'index.html'), '<script type="module" src="./app.mjs"></script>')
    await writeFile(
      join(folder, 'pooling', 'app.mjs'),
      "import { max_pool2d, ones } from 'softmargin'; console.log(max_pool2d(ones([1, 2, 2]), 2).item())",
    )
    await bundlers[name](join(folder, 'pooling', 'app.mjs'), bundled(output))
    expect(inlinedKernels(await contents(output))).toHaveLength(4)
    if (name === 'vite build') return
    expect(await execute(process.execPath, [join(bundled(output), 'app.js')])).toBe('1')
  })

  test('is what it uses of torch, by vite', async () => {
    expect((await contents('slim')).join('')).not.toMatch(unused)
  })
})

describe('what an app carries that imports softmargin/loss alone', () => {
  test('has no tensors, and is small', async () => {
    await bundle('esbuild', join(folder, 'loss_only.mjs'), bundled('loss'), 'esm')
    expect(Number(await execute(process.execPath, [join(bundled('loss'), 'app.js')]))).toBeCloseTo(Math.LN2)
    const [source] = await contents('loss')
    expect(source).not.toMatch(/requires_grad|state_dict|manual_seed/)
    expect(gzipSync(source).length).toBeLessThan(20_000)
  })
})
