/** Calls by name, as they are written and as the build writes them. */
import ts from 'typescript'
import { expect, test } from 'vitest'
import type { Kernels } from '#kernels'
import * as calls from '#kernels/calls'
import { parameters } from '#kernels/parameters'
import { positionalCalls } from '../../scripts/named_calls.mjs'

const lerp = { lerp: ['a', 'b', 'weight'].map((name) => ({ name })) }

function built(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ESNext }
  const transformers = { before: [positionalCalls(lerp)] }
  return ts
    .transpileModule(code, { compilerOptions, transformers })
    .outputText.replace('"use strict";', '')
    .trim()
}

test('every kernel gets its arguments in its own order', () => {
  for (const [name, taken] of Object.entries(parameters)) {
    const got: unknown[] = []
    const kernels = { [name]: (...args: unknown[]) => got.push(...args) } as unknown as Kernels
    // Named from the last to the first.
    const named = Object.fromEntries(taken.map((parameter, i) => [parameter.name, i]).reverse())
    ;(calls as unknown as Record<string, (k: Kernels, named: object) => void>)[name](kernels, named)
    expect(got).toEqual(taken.map((_, i) => i))
  }
})

test('names that the build sees become places', () => {
  expect(built('calls.lerp(kernels, { weight: w / 2, b, a: x.pointer() })')).toBe(
    'kernels.lerp(x.pointer(), b, w / 2);',
  )
  expect(
    built('f(() => calls.lerp(kernels, { a: 1, b: calls.lerp(kernels, { a, b, weight }), weight: 3 }))'),
  ).toBe('f(() => kernels.lerp(1, kernels.lerp(a, b, weight), 3));')
})

test('what is spread is read by name', () => {
  expect(built('calls.lerp(kernels, { ...given, weight: 0 })')).toBe('kernels.lerp(given.a, given.b, 0);')
})

test.each([
  'calls.lerp(kernels, { ...given(), weight: 0 });',
  'calls.lerp(kernels, { ...given, ...others });',
  'calls.lerp(kernels, given);',
  'calls.lerp(kernels, { a, b });',
  'lerp(kernels, { a, b, weight });',
  'define(calls.lerp);',
])('%s stays a call by name', (code) => {
  expect(built(code)).toBe(code)
})
