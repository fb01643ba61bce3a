/** Calls of kernels in the debug build. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parameters } from '#kernels/parameters'
import { RuntimeError } from '../../ts/base/errors.js'
import { seam } from '../../ts/kernels/debug_seam.js'
import { seam as plain } from '../../ts/kernels/seam.js'
import { instantiate } from '../support/kernels.js'

const exports = instantiate(readFileSync('build/wasm-checked/softmargin_bg.wasm'))
const kernels = seam(exports)

/** An array in linear memory. */
function place(values: Int32Array | Float32Array): number {
  const pointer = kernels.allocate(Math.max(values.byteLength, 16))
  new Uint8Array(kernels.memory.buffer).set(new Uint8Array(values.buffer), pointer)
  return pointer
}

test('a kernel that panics is named, with its arguments and its message', () => {
  const [x, indices, out] = [
    place(new Float32Array(6)),
    place(Int32Array.of(0, 3)),
    place(new Float32Array(4)),
  ]
  const call = () => kernels.index_select(x, 4, indices, out, 2, 1, 3, 2)
  expect(call).toThrow(RuntimeError)
  expect(call).toThrow(
    `index_select(x = ${x}, element_bytes = 4, indices = ${indices}, out = ${out}, count = 2, outer = 1, axis = 3, inner = 2) trapped: panicked at crate/src/kernels/shape/rearrange.rs`,
  )
  expect(call).toThrow('index out of bounds: the len is 3 but the index is 3')
})

test('an error keeps the trap as its cause', () => {
  try {
    const [x, indices, out] = [new Float32Array(1), Int32Array.of(5), new Float32Array(1)].map(place)
    kernels.index_select(x, 4, indices, out, 1, 1, 1, 1)
    expect.unreachable()
  } catch (error) {
    expect((error as Error).cause).toBeInstanceOf(WebAssembly.RuntimeError)
  }
})

test('a code that stands for nothing', () => {
  const [x, y] = [place(new Float32Array(4)), place(new Float32Array(4))]
  const call = () =>
    kernels.mse_loss(x, y, false, 0, 0, 0, 0, Number.POSITIVE_INFINITY, 0, place(new Float32Array(1)), 4, 3)
  expect(call).toThrow(/^mse_loss\(.*reduction = 3\) trapped: .*3 is no ReductionCode/s)
})

test('an integer that overflows', () => {
  const [x, out, one] = [place(new Float32Array(4)), place(new Float32Array(4)), place(Int32Array.of(1))]
  const call = () => kernels.strided_copy(x, out, 4, 4, 1, one, one, one, 2 ** 30)
  expect(call).toThrow(/^strided_copy\(.*rank = 1073741824\) trapped: /)
})

test('pointers that are not aligned to their element', () => {
  const [x, out] = [place(new Float32Array(4)), place(new Float32Array(4))]
  expect(() => kernels.neg(x + 2, out, 2)).toThrow(/^neg\(.*aligned/s)
})

test('a trap without a message says what the runtime does', () => {
  const trap: WebAssembly.ExportValue = () => {
    throw new WebAssembly.RuntimeError('unreachable')
  }
  expect(() => seam({ ...exports, neg: trap }).neg(1, 2, 3)).toThrow(
    'neg(x = 1, out = 2, length = 3) trapped: unreachable',
  )
})

test('numbers that WebAssembly would cut to 32 bits, and too few of them', () => {
  const x = place(new Float32Array(4))
  expect(() => kernels.fill(x, 1, 0.5)).toThrow(`fill(out = ${x}, value = 1, length = 0.5): length is not`)
  expect(() => kernels.fill(x, 1, 2 ** 32)).toThrow('length is not what the kernel takes')
  // @ts-expect-error one is missing
  expect(() => kernels.fill(x, 1)).toThrow('one of 3 arguments is not what the kernel takes')
})

test('every other call does what the kernel does, and what a seam does not know stays', () => {
  const x = place(Float32Array.of(1, -2))
  kernels.scale_in_place(x, 3, 2)
  expect([...new Float32Array(kernels.memory.buffer, x, 2)]).toEqual([3, -6])
  expect(kernels.memory).toBe(exports.memory)
})

test('in production a call is the export itself', () => {
  expect(plain(exports)).toBe(exports)
  for (const name of Object.keys(parameters)) expect(plain(exports)).toHaveProperty(name, exports[name])
})
