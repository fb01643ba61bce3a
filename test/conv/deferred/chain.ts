/** Convolution, rectifier and pooling, deferred or each computed as soon as it is there. */
import { expect } from 'vitest'
import torch from '../../../ts/index.js'
import type { Conv2dOptions } from '../../../ts/ops/conv/conv2d.js'
import type { Pair } from '../../../ts/ops/conv/dims.js'
import type { PoolOptions } from '../../../ts/ops/conv/pool2d.js'
import type { Tensor } from '../../../ts/tensor/tensor.js'
import { expectClose } from '../../support/close.js'
import { stream } from '../../support/stream.js'

export interface Geometry {
  x: number[]
  weight: number[]
  convolution?: Conv2dOptions
  window: Pair
  pool?: PoolOptions
  bias?: boolean
}

/** A map of 2 x 8 x 64 x 64 elements, the fewest that wait. */
export const LEAST: Geometry = {
  x: [2, 3, 64, 64],
  weight: [8, 3, 3, 3],
  convolution: { padding: 1 },
  window: 2,
}

export type Draw = (length: number, seed: number) => Float32Array<ArrayBuffer>

/** Numbers in [-1, 1). */
export const numbers: Draw = (length, seed) => {
  const next = stream(seed)
  return Float32Array.from({ length }, () => 2 * next() - 1)
}
/** -1, 0 or 1: windows have several equal maxima, and sums no rounding. */
export const ties: Draw = (length, seed) => numbers(length, seed).map((value) => Math.round(1.2 * value))

export function tensorOf(shape: readonly number[], seed: number, draw: Draw = numbers): Tensor {
  const length = shape.reduce((product, size) => product * size, 1)
  return torch.tensor(draw(length, seed)).reshape(shape).detach()
}

/** Whether nobody has asked for its elements yet. */
export const waits = (x: Tensor): boolean => x.storage.deferred !== null

/** Does nothing, or reads the elements, and later those of the gradient, so that nothing waits. */
export type Settle = (x: Tensor) => Tensor
export const leave: Settle = (x) => x
export const force: Settle = (x) => {
  x.data()
  if (x.requires_grad) x.register_hook((gradient) => void gradient.data())
  return x
}
export const settles = [leave, force] as const

/** What a chain is made of; all of it requires grad. */
export function leaves({ x, weight, bias = true }: Geometry, draw: Draw = numbers) {
  return {
    x: tensorOf(x, 1, draw).requires_grad_(),
    weight: tensorOf(weight, 2, draw).requires_grad_(),
    bias: bias ? tensorOf([weight[0]], 3, draw).requires_grad_() : null,
  }
}
export type Leaves = ReturnType<typeof leaves>

export const convolve = ({ x, weight, bias }: Leaves, { convolution }: Geometry): Tensor =>
  torch.nn.functional.conv2d(x, weight, bias, convolution)

export const pool = (map: Tensor, { window, pool }: Geometry): Tensor =>
  torch.nn.functional.max_pool2d(map, window, pool)

/** The gradients of the leaves, empty where there is none. */
export const gradientsOf = ({ x, weight, bias }: Leaves): Float32Array[] =>
  [x, weight, bias].map((leaf) => leaf?.grad?.data() ?? new Float32Array())

/** Equal, one NaN to another too. (`toEqual` takes long for maps.) */
export function expectEqual(got: ArrayLike<number>, want: ArrayLike<number>): void {
  expect(got.length).toBe(want.length)
  for (let i = 0; i < want.length; i++) {
    if (got[i] === want[i] || (Number.isNaN(got[i]) && Number.isNaN(want[i]))) continue
    expect.fail(`[${i}]: got ${got[i]}, want ${want[i]}`)
  }
}

/** Close, measured by the largest: `crate/src/tests/conv2d.rs` holds each of the two to 2e-6 of the truth. */
export function expectSame(got: readonly Float32Array[], want: readonly Float32Array[]): void {
  for (const [i, wanted] of want.entries()) {
    const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expectClose(got[i], wanted, { absolute: 2e-6 * scale, relative: 0 })
  }
}
