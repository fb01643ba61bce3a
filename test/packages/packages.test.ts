import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Consumer, createConsumer } from './consumer.js'
import { answerOfWorker, newestDate } from './workerd.js'

let consumer: Consumer
beforeAll(async () => {
  consumer = await createConsumer()
}, 60_000)
afterAll(() => consumer.remove())

/** Source of a file of dist without its comments. */
async function code(path: string): Promise<string> {
  return String(await consumer.read(path)).replace(/\/\*.*?\*\//gs, '')
}

/** A file of dist and all that it imports. */
async function withImports(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, named, bare] of (await code(path)).matchAll(/from '(\.[^']*)'|import '(\.[^']*)'/g)) {
    const target: string = named ?? bare
    if (target.endsWith('.js')) await withImports(posix.join(posix.dirname(path), target), found)
  }
  return found
}

describe('the tarball', () => {
  test('holds dist and the documents, nothing else', () => {
    const isBuilt = (path: string) =>
      /^dist\/([\w.-]+\.js|softmargin(\.relaxed)?\.wasm|(chunks|types)\/.*)$/.test(path)
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']
    expect(consumer.packed.filter((path) => !isBuilt(path)).sort()).toEqual(documents)
  })

  test('holds no chunk that no entry imports', async () => {
    const entries = consumer.packed.filter((path) => /^dist\/[\w.-]+\.js$/.test(path))
    const reached = new Set<string>()
    for (const entry of entries) await withImports(entry, reached)
    expect(consumer.packed.filter((path) => path.endsWith('.js') && !reached.has(path))).toEqual([])
  })

  test('names no folder of the machine that built it', async () => {
    for (const path of consumer.packed) {
      const contents = (await consumer.read(path)).toString('latin1')
      for (const folder of [process.cwd(), homedir()])
        expect(contents.includes(`${folder}/`), path).toBe(false)
    }
  })

  test('finds its kernels without import.meta.url: bundlers would want to resolve that', async () => {
    // The conditions node, deno and bun lead to this one, which does without if it finds nothing.
    const isForServers = (path: string) => path === 'dist/relaxed.js'
    for (const path of consumer.packed.filter((path) => path.endsWith('.js') && !isForServers(path))) {
      expect(await code(path)).not.toMatch(/import\.meta|new URL\(/)
    }
  })
})

describe('gives the same digits', () => {
  let expected: string
  beforeAll(async () => {
    expected = await consumer.run('esm.mjs')
  })

  test('in Node with import', () => {
    const { loss, training } = JSON.parse(expected) as { loss: number; training: { losses: number[] } }
    expect(loss).toBeGreaterThan(0)
    expect(training.losses.at(-1)).toBeLessThan(training.losses[0])
  })

  const canRequire = 'require_module' in process.features
  const skipped = canRequire ? '' : ` (skipped: Node ${process.version} cannot require ES modules, 20.19 can)`
  test.skipIf(!canRequire)(`in Node with require${skipped}`, async () => {
    expect(await consumer.run('commonjs.cjs')).toBe(expected)
  })

  test.each(['2024-01-01', newestDate])('in workerd as of %s', async (date) => {
    expect(await answerOfWorker(consumer, date)).toBe(expected)
  })
})

test('softmargin and softmargin/loss share one linear memory', async () => {
  expect(await consumer.run('one_memory.mjs')).toBe('true')
})

describe('softmargin/slim', () => {
  test('says what is missing when it is used before it is initialised', async () => {
    expect(await consumer.run('slim.mjs', 'nothing')).toBe(
      'RuntimeError: softmargin is not initialised: call initSync(module) or await init(url) of softmargin/slim first',
    )
  })

  test.each(['bytes', 'module', 'response', 'promise', 'text', 'url'])('starts from %s', async (way) => {
    expect(await consumer.run('slim.mjs', way)).toBe('3,6')
  })
})

describe('the types satisfy a strict compiler', () => {
  const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
  const bundler = { module: 'esnext', moduleResolution: 'bundler' }
  const plain = ['es2022']
  const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc')

  /** What the compiler says about a file of the consumer. */
  async function complaints(file: string, options: object): Promise<string> {
    const config = join(consumer.folder, 'tsconfig.json')
    const all = { target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, types: [], ...options }
    await writeFile(config, JSON.stringify({ compilerOptions: all, files: [file] }))
    const run = promisify(execFile)(process.execPath, [tsc, '-p', config], { cwd: consumer.folder })
    return run.then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    )
  }

  test.each([
    ['types.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
    ['types.ts', "bundler and the compiler's usual libraries", bundler],
    ['using.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
    ['slim.ts', "nodenext and the compiler's usual libraries", nodenext],
  ])('%s with %s', async (file, _name, options) => {
    expect(await complaints(file, options)).toBe('')
  })
})

test('the JavaScript of softmargin/loss is small and has no tensors', async () => {
  const paths = [...(await withImports('dist/loss.default.js'))]
  const sources = await Promise.all(paths.map(async (path) => String(await consumer.read(path))))
  const source = sources.join('').replace(/'[A-Za-z0-9+/=]{10000,}'/, "''")
  const gzipped = gzipSync(source).length
  const wasm = await consumer.read('dist/softmargin.wasm')
  console.log(
    `softmargin/loss: JavaScript ${source.length} bytes, ${gzipped} gzipped; ` +
      `kernels ${wasm.length} bytes, ${gzipSync(wasm).length} gzipped`,
  )
  expect(source).not.toMatch(/class (Tensor|Module|Storage)\b/)
  expect(gzipped).toBeLessThanOrEqual(12 * 1024)
})
