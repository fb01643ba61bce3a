import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'

const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
const bundler = { module: 'esnext', moduleResolution: 'bundler' }
const node10 = { module: 'esnext', moduleResolution: 'node10', ignoreDeprecations: '6.0' }
const plain = ['es2022']
const strictest = { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }

// What this repository's compiler is held to, a user's is too.
beforeAll(async () => {
  for (const [name, path] of Object.entries({
    'shapes.ts': 'test/tensor/shape_types.ts',
    'layers.ts': 'test/nn/layer_types.ts',
    'calls.ts': 'test/call/types.ts',
  })) {
    const text = await readFile(path, 'utf8')
    await writeFile(join(folder, name), text.replace('../../ts/index.js', 'softmargin'))
  }
})

test.each([
  ['types.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
  ['types.ts', "bundler and the compiler's usual libraries", bundler],
  ['types.ts', "node10 and the compiler's usual libraries", node10],
  ['using.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
  ['slim.ts', "nodenext and the compiler's usual libraries", nodenext],
])('%s satisfies a strict compiler with %s', async (file, _name, options) => {
  expect(await complaints('node_modules/typescript', [file], options)).toBe('')
})

test.each([
  ['typescript 5.0', 'test/packages/node_modules/typescript-5.0'],
  ['typescript 6.0', 'node_modules/typescript'],
  ['typescript 7.0', 'test/packages/node_modules/typescript-7.0'],
])('shapes, layers and calls satisfy %s at its strictest', async (_name, compiler) => {
  const files = ['types.ts', 'shapes.ts', 'layers.ts', 'calls.ts']
  expect(await complaints(compiler, files, { ...nodenext, lib: plain, ...strictest })).toBe('')
})

/** What a compiler says of files, with declarations of the package checked too. */
async function complaints(compiler: string, files: string[], options: object): Promise<string> {
  const config = join(folder, 'tsconfig.json')
  const all = { target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, types: [], ...options }
  await writeFile(config, JSON.stringify({ compilerOptions: all, files }))
  return execute(process.execPath, [resolve(compiler, 'bin/tsc'), '-p', config])
}
