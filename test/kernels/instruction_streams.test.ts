import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { split } from '../../scripts/instruction_streams.mjs'
import { merge } from '../../ts/kernels/inline/instruction_streams.js'

/** A module of one function without parameters, whose code is `body`. */
const moduleOf = (...body: number[]) => {
  const type = [1, 4, 1, 0x60, 0, 0]
  const functions = [3, 2, 1, 0]
  const code = [10, body.length + 2, 1, body.length, ...body]
  const names = [0, 5, 4, ...new TextEncoder().encode('name')]
  return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...type, ...functions, ...code, ...names])
}

describe('merge undoes what the build does', () => {
  test.each(['wasm', 'wasm-loss', 'wasm-relaxed', 'wasm-scalar'])('to build/%s', (name) => {
    const module = readFileSync(`build/${name}/softmargin_bg.wasm`)
    const { sorted, lengths, head } = split(module)
    expect(merge(sorted, lengths, head, module.length)).toEqual(new Uint8Array(module))
  })

  test('to numbers and constants that look like something else', () => {
    const nop = 0x01
    const block = [0x02, 0x40, nop, 0x0b]
    const longNumber = [0x41, 0x8b, 0x8b, 0x8b, 0x0b, 0x1a]
    const constant = [0x43, 0x0b, 0x80, 0xff, 0x0b, 0x1a]
    const table = [0x41, 0, 0x0e, 2, 0, 0, 0x80, 0]
    const module = moduleOf(1, 0x81, 1, 0x7b, ...block, ...longNumber, ...constant, ...table, 0x0b)
    const { sorted, lengths, head } = split(module)
    expect(merge(sorted, lengths, head, module.length)).toEqual(module)
  })
})

describe('the build stops', () => {
  // table.get, whose table looks like the end, and like a block that has none.
  test.each([0x0b, 0x02])('at an instruction whose operands are not known: %i', (table) => {
    expect(() => split(moduleOf(0, 0x41, 0, 0x25, table, 0x1a, 0x0b))).toThrow(
      'Function 0 has an instruction that RANGES lacks',
    )
  })

  test('at a size that takes more bytes than it needs', () => {
    const [preamble, type, functions] = [
      [0, 97, 115, 109, 1, 0, 0, 0],
      [1, 4, 1, 0x60, 0, 0],
      [3, 2, 1, 0],
    ]
    const module = Uint8Array.from([...preamble, ...type, ...functions, 10, 5, 1, 0x82, 0, 0, 0x0b])
    expect(WebAssembly.validate(module)).toBe(true)
    expect(() => split(module)).toThrow('do not merge')
  })
})
