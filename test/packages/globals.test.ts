import { expect, test } from 'vitest'
import { run } from './consumer.js'

const OPTIONAL = [
  'TextDecoder',
  'TextEncoder',
  'performance',
  'FinalizationRegistry',
  'WeakRef',
  'structuredClone',
]

test.each(
  OPTIONAL.map((name) => [name])
    .concat([OPTIONAL])
    .map((names) => [names.join(', '), names] as const),
)('the package works without %s', async (_, names) => {
  expect(await run('without_globals.mjs', ...names)).toBe('[2,3,"0.6931"]')
})

test('without WebAssembly the import gives one sentence', async () => {
  expect(await run('without_globals.mjs', 'WebAssembly')).toBe(
    'RuntimeError: softmargin needs WebAssembly, which this runtime lacks or has switched off',
  )
})
