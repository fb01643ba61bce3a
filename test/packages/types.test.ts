import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { folder } from './consumer.js'
import { execute } from './execute.js'

const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
const bundler = { module: 'esnext', moduleResolution: 'bundler' }
const node10 = { module: 'esnext', moduleResolution: 'node10', ignoreDeprecations: '6.0' }
const plain = ['es2022']

test.each([
  ['types.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
  ['types.ts', "bundler and the compiler's usual libraries", bundler],
  ['types.ts', "node10 and the compiler's usual libraries", node10],
  ['using.ts', 'nodenext and the library of ES2022 alone', { ...nodenext, lib: plain }],
  ['slim.ts', "nodenext and the compiler's usual libraries", nodenext],
])('%s satisfies a strict compiler with %s', async (file, _name, options) => {
  const config = join(folder, 'tsconfig.json')
  const all = { target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, types: [], ...options }
  await writeFile(config, JSON.stringify({ compilerOptions: all, files: [file] }))
  expect(await execute(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', config])).toBe('')
})
