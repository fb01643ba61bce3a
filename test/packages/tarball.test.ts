import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, packed, read, run, tarball } from './consumer.js'
import { execute, outcome } from './execute.js'

/** A file of dist and all that it imports. */
async function withImports(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found
  found.add(path)
  // The last are what is loaded later: by import(), or as a worker's file.
  const imports = /from '(\.[^']*)'|import '(\.[^']*)'|(?:import|new URL)\((?:\/\*.*?\*\/ )?'(\.[^']*)'/g
  for (const [, named, bare, later] of String(await read(path)).matchAll(imports)) {
    const target: string = named ?? bare ?? later
    if (target.endsWith('.js')) await withImports(posix.join(posix.dirname(path), target), found)
  }
  return found
}

/** What a file of dist takes from others, and gives. */
async function exportsOf(path: string): Promise<Map<string, string>> {
  const exported = new Map<string, string>()
  for (const [, names, file] of String(await read(path)).matchAll(
    /^export \{ (.*) \}(?: from '(.*)')?;$/gm,
  )) {
    for (const name of names.split(', ')) exported.set(name.replace(/.* as /, ''), file ?? '')
  }
  return exported
}

/** What headings of a page are linked as. */
function anchorsOf(page: string): Set<string> {
  const headings = page.matchAll(/^#+ (.+)$/gm)
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  return new Set(Array.from(headings, ([, heading]) => anchorOf(heading)))
}

const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt'

/** Crates that run while others are compiled, and leave nothing of themselves. */
const COMPILING =
  'bumpalo proc-macro2 quote rustversion syn wasm-bindgen-macro wasm-bindgen-macro-support'.split(' ')

/** Not the scripts of examples, which travel too. */
const isCode = (path: string) => /^dist\/.*\.js$/.test(path)

describe('the tarball', () => {
  test('holds dist, the documents and the examples, nothing else', () => {
    const isBuilt = (path: string) =>
      /^dist\/([\w.-]+\.js(\.map)?|(softmargin(\.core|\.relaxed)?|loss)\.wasm|types\/.*\.d\.ts)$/.test(path)
    const isDocument = (path: string) =>
      /^(docs\/(site\/)?[\w-]+\.md|[A-Z]+\.md|bench\/(RESULTS\.md|growth\.svg))$/.test(path)
    const isExample = (path: string) =>
      /^examples\/[\w-]+\/(data\/)?[\w-]+\.(js|ts|py|html|css|toml|md|svm|json)$/.test(path)
    const others = packed.filter((path) => ![isBuilt, isDocument, isExample].some((is) => is(path)))
    expect(others.sort()).toEqual(['LICENSE', NOTICES, 'package.json'])
    for (const path of ['docs/cookbook.md', 'examples/node-server/server.js']) expect(packed).toContain(path)
  })

  test('has what its documents link to, headings too', async () => {
    const headings = new Map<string, Set<string>>()
    const pages = packed.filter((path) => path.endsWith('.md'))
    for (const path of pages) headings.set(path, anchorsOf(String(await read(path))))
    const broken: string[] = []
    for (const path of pages) {
      const prose = String(await read(path)).replace(/^```.*?^```$|`[^`\n]*`/gms, '')
      for (const [, link] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue
        const [file, anchor] = link.split('#')
        const target = file === '' ? path : posix.join(posix.dirname(path), file)
        const isThere = packed.includes(target) && (!anchor || headings.get(target)?.has(anchor))
        if (!isThere) broken.push(`${path}: ${link}`)
      }
    }
    expect(broken).toEqual([])
  })

  test('leads debuggers from every script to ts/, whose text it carries', async () => {
    // But for the program of a worker, which is a file as small as it is as text.
    const scripts = packed.filter((path) => /^dist\/.*\.js$/.test(path) && path !== 'dist/thread.js')
    const texts = new Map<string, string>()
    for (const path of scripts) {
      expect(String(await read(path))).toContain(`//# sourceMappingURL=${posix.basename(path)}.map`)
      const { sources, sourcesContent } = JSON.parse(String(await read(`${path}.map`)))
      sources.forEach((source: string, i: number) => void texts.set(source, sourcesContent[i]))
    }
    expect(texts.get('../ts/nn/linear.ts')).toBe(await readFile('ts/nn/linear.ts', 'utf8'))
  })

  test('names the licence of each crate that is compiled in, and of what is no crate', async () => {
    const notices = String(await read(NOTICES))
    const locked = (await readFile('Cargo.lock', 'utf8')).matchAll(
      /^name = "(.*)"\nversion = "(.*)"\nsource/gm,
    )
    const crates = Array.from(locked, ([, name, version]) => ({ name, version }))
    expect(crates.length).toBeGreaterThan(COMPILING.length)
    const named = crates.filter(({ name }) => !COMPILING.includes(name))
    for (const { name, version } of named) expect(notices).toContain(`\n${name} ${version}: `)
    for (const part of ['libm', 'compiler_builtins', 'fdlibm', 'mt19937', 'PyTorch', 'papaparse'])
      expect(notices).toContain(part)
    expect(notices.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(named.length)
    expect(notices).not.toMatch(/registry|\.cargo|index\./)
  })

  test('holds no chunk that no entry imports', async () => {
    const entries = packed.filter((path) =>
      /^dist\/((loss|datasets|trainer)\.)?(default|core|node(\.modules)?|workerd|edge-light|slim|onnx|report|trainer)\.js$/.test(
        path,
      ),
    )
    const reached = new Set<string>()
    for (const entry of entries) await withImports(entry, reached)
    expect(packed.filter((path) => isCode(path) && !reached.has(path))).toEqual([])
  })

  test('has the same names where kernels are inlined', async () => {
    for (const name of ['torch', 'nn', 'nn.functional', 'metrics', 'optim']) {
      const inlined = await exportsOf(`dist/${name}.js`)
      const whole = await exportsOf(`dist/whole.${name}.js`)
      expect([...inlined.keys()].sort()).toEqual([...whole.keys()].sort())
    }
  })

  test('gives each function and class the families of kernels that it calls', {
    timeout: 600_000,
  }, async () => {
    const script = join(import.meta.dirname, 'bundlers', 'families.mjs')
    const dist = join(folder, 'node_modules/softmargin/dist')
    // Hundreds of bundles: a busy machine takes minutes.
    const printed = await execute(process.execPath, [script, dist], { timeout: 600_000 })
    const { names, missing } = JSON.parse(printed)
    expect(missing).toEqual({})
    expect(names).toBeGreaterThan(600)
  })

  test('names no folder of the machine that built it', async () => {
    for (const path of packed) {
      const contents = (await read(path)).toString('latin1')
      for (const folder of [process.cwd(), homedir()]) {
        expect(contents.includes(`${folder}/`), path).toBe(false)
      }
    }
  })

  test('finds its kernels without import.meta.url: bundlers would want to resolve that', async () => {
    // The conditions node, deno and bun lead to these, which do without if they find nothing. The last has the one expression
    // for the file of a worker that bundlers know; it too does without.
    const isExempt = (path: string) => /^dist\/((loss\.)?relaxed|node|web_team)\.js$/.test(path)
    for (const path of packed.filter((path) => isCode(path) && !isExempt(path))) {
      expect(String(await read(path))).not.toMatch(/import\.meta|new URL\(/)
    }
  })

  test('tells Parcel 2, which reads no exports unless asked to, of each path that it exports', async () => {
    const { alias, exports } = JSON.parse(String(await read('package.json'))) as {
      alias: Record<string, string>
      exports: Record<string, string | { default: string }>
    }
    const paths = Object.entries(exports).map(([path, to]) => [
      path,
      typeof to === 'string' ? to : to.default,
    ])
    const { '.': _main, './package.json': _itself, ...others } = Object.fromEntries(paths)
    expect(alias).toEqual(others)
  })

  test('has nothing that publint would report', async () => {
    const publint = 'test/packages/node_modules/publint/src/cli.js'
    expect(await execute(process.execPath, [publint, 'run', tarball, '--strict'])).toMatch(/All good!$/)
  })

  test('has types that resolve as its code does', async () => {
    const attw = 'test/packages/node_modules/@arethetypeswrong/cli/dist/index.js'
    // require() gives the ES module, as Node 20.19 and later allow; and a file of WebAssembly has no types.
    const exceptions = [
      '--ignore-rules',
      'cjs-resolves-to-esm',
      '--exclude-entrypoints',
      'softmargin.wasm',
      'softmargin.core.wasm',
      'softmargin.relaxed.wasm',
    ]
    const answer = await execute(process.execPath, [attw, tarball, '--format', 'ascii', ...exceptions])
    expect(answer).toContain('No problems found')
  })

  test('can be published without a warning', async () => {
    const { stdout, stderr } = await outcome('npm', ['publish', '--dry-run', '--ignore-scripts'])
    expect(stdout).toMatch(/^\+ softmargin@/)
    expect(stderr.split('\n').filter((line) => /warn/.test(line) && !/logged in/.test(line))).toEqual([])
  })
})

describe('other paths', () => {
  test.each([
    ['softmargin/datasets', '[2,1,[[2]],[[1]]]'],
    ['softmargin/report', 'true'],
    ['softmargin/trainer', '[2]'],
    ['softmargin/onnx', '"function"'],
  ])('%s works alone in Node', async (path, printed) => {
    expect(await run('alone.mjs', path)).toBe(printed)
  })

  test('are in no bundle of the others', async () => {
    const of = {
      datasets: 'parse_libsvm',
      onnx: 'onnx.export',
      report: '<!doctype html>',
      trainer: 'ModelCheckpoint',
    }
    const text = async (entry: string) => {
      const files = await Promise.all(Array.from(await withImports(`dist/${entry}.js`), read))
      return files.join('\n')
    }
    for (const entry of [
      'default',
      'core',
      'node',
      'node.modules',
      'workerd',
      'edge-light',
      'slim',
      'loss.default',
    ]) {
      const everyday = await text(entry)
      for (const mark of Object.values(of)) expect(everyday.includes(mark), `${mark} in ${entry}`).toBe(false)
    }
    for (const [name, mark] of Object.entries(of)) {
      const each = await text(['datasets', 'trainer'].includes(name) ? `${name}.default` : name)
      const found = Object.keys(of).filter((other) => each.includes(of[other as keyof typeof of]))
      expect(found, mark).toEqual([name])
    }
  })
})

describe('softmargin/slim', () => {
  test('says what is missing when it is used before it is initialised', async () => {
    expect(await run('slim.mjs', 'nothing')).toBe(
      'RuntimeError: softmargin is not initialised: call initSync(module) or await init(url) of softmargin/slim first',
    )
  })

  test.each(['bytes', 'module', 'response', 'promise', 'text', 'url'])('starts from %s', async (way) => {
    expect(await run('slim.mjs', way)).toBe('3,6')
  })
})

test('softmargin/core trains without the methods and kernels of the rest', async () => {
  expect(await run('core.mjs')).toBe('false 12 0\nTypeError\n1,2')
  expect(await run('one_layer_of_core.mjs')).toBe('true')
})

test('errors of softmargin/loss are those of softmargin', async () => {
  expect(await run('errors.mjs')).toBe('true')
})
