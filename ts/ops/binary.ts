/** Functions of two tensors, element by element, with broadcasting. */

import { apply } from '../autograd/apply.js'
import { broadcastShapes, broadcastStrides, numelOf, type Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { type TensorLike, toFloat } from './convert.js'
import { define, type Op } from './record.js'
import { expandElements } from './strided.js'

type Kernel = (
  a: number,
  b: number,
  out: number,
  rows: number,
  columns: number,
  a_row_stride: number,
  a_column_stride: number,
  b_row_stride: number,
  b_column_stride: number,
) => void

const NAMES = ['input', 'other'] as const

/** Runs a kernel over two operands as one broadcast matrix, `out` having the shape of both together. */
function broadcast(kernel: Kernel, a: Tensor, b: Tensor, out: Tensor): void {
  const length = out.numel()
  if (a.numel() === length && b.numel() === length) {
    kernel(a.pointer(), b.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
    return
  }
  const split = matrixSplit(a.shape, b.shape, out.shape)
  if (split === null) {
    const [wideA, wideB] = [expandElements(a, out.shape), expandElements(b, out.shape)]
    kernel(wideA.pointer(), wideB.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
    if (wideA !== a) wideA.dispose()
    if (wideB !== b) wideB.dispose()
    return
  }
  const rows = numelOf(out.shape.slice(0, split))
  const columns = numelOf(out.shape.slice(split))
  const strides = [a, b].flatMap((x) => {
    const full = broadcastStrides(x.shape, out.shape)
    const row = full.slice(0, split).some((stride) => stride !== 0)
    const column = full.slice(split).some((stride) => stride !== 0)
    return [row ? (column ? columns : 1) : 0, column ? 1 : 0]
  })
  kernel(
    a.pointer(),
    b.pointer(),
    out.pointer(),
    rows,
    columns,
    strides[0],
    strides[1],
    strides[2],
    strides[3],
  )
}

/**
 * Where to cut `out` into rows and columns so that each operand is whole or repeated in each part:
 * [N, C] with [C] or [N, 1], an outer product, a scalar. Null where no cut does it.
 */
function matrixSplit(a: Shape, b: Shape, out: Shape): number | null {
  const fits = (x: Shape, split: number) => {
    const missing = out.length - x.length
    const padded = [...new Array<number>(missing).fill(1), ...x]
    const uniform = (from: number, to: number) => {
      const sizes = padded.slice(from, to)
      return sizes.every((size) => size === 1) || sizes.every((size, i) => size === out[from + i])
    }
    return uniform(0, split) && uniform(split, out.length)
  }
  for (let split = out.length; split >= 0; split--) if (fits(a, split) && fits(b, split)) return split
  return null
}

const arithmeticShape =
  (name: string) =>
  ([a, b]: readonly Tensor[]) =>
    broadcastShapes(name, a.shape, b.shape, NAMES)

/** A gradient of the broadcast shape, by a kernel of two tensors. */
function gradientOf(kernel: Kernel, a: Tensor, b: Tensor, shape: Shape): Tensor {
  const gradient = empty('backward', shape)
  broadcast(kernel, a, b, gradient)
  return gradient
}

function negated(x: Tensor): Tensor {
  const out = empty('backward', x.shape)
  kernels.neg(x.pointer(), out.pointer(), out.numel())
  return out
}

const addRecord = define({
  name: 'add',
  shape: arithmeticShape('add'),
  forward([a, b], out) {
    broadcast(kernels.add, a, b, out)
    return []
  },
  backward: (upstream) => [upstream, upstream],
})

const subRecord = define({
  name: 'sub',
  shape: arithmeticShape('sub'),
  forward([a, b], out) {
    broadcast(kernels.sub, a, b, out)
    return []
  },
  backward: (upstream, _saved, _options, { needs }) => [upstream, needs[1] ? negated(upstream) : null],
})

const mulRecord = define({
  name: 'mul',
  shape: arithmeticShape('mul'),
  forward([a, b], out) {
    broadcast(kernels.mul, a, b, out)
    // What no gradient is made from may change freely.
    return [...(a.requires_grad ? [b] : []), ...(b.requires_grad ? [a] : [])]
  },
  backward: (upstream, saved, _options, { needs }) => [
    needs[0] ? gradientOf(kernels.mul, upstream, saved[0], upstream.shape) : null,
    needs[1] ? gradientOf(kernels.mul, upstream, saved[saved.length - 1], upstream.shape) : null,
  ],
})

const divRecord = define({
  name: 'div',
  shape: arithmeticShape('div'),
  forward([a, b], out) {
    broadcast(kernels.div, a, b, out)
    return b.requires_grad ? [b, a] : [b]
  },
  backward(upstream, [b, a], _options, { needs }) {
    const overB = (x: Tensor) => gradientOf(kernels.div, x, b, upstream.shape)
    if (!needs[1]) return [overB(upstream), null]
    // d(a / b) / db = -(a / b) / b
    const quotient = overB(a)
    const slope = overB(quotient)
    quotient.dispose()
    const towardsB = gradientOf(kernels.mul, upstream, slope, upstream.shape)
    kernels.scale_in_place(towardsB.pointer(), -1, towardsB.numel())
    slope.dispose()
    return [needs[0] ? overB(upstream) : null, towardsB]
  },
})

const scaleRecord = define<{ factor: number }>({
  name: 'scale',
  shape: ([x]) => x.shape,
  forward([x], out, { factor }) {
    kernels.scale(x.pointer(), factor, out.pointer(), out.numel())
    return []
  },
  backward(upstream, _saved, { factor }) {
    const gradient = empty('backward', upstream.shape)
    kernels.scale(upstream.pointer(), factor, gradient.pointer(), gradient.numel())
    return [gradient]
  },
})

function applyTo(op: Op, a: TensorLike, b: TensorLike): Tensor {
  return apply(op, [toFloat(op.name, 'input', a), toFloat(op.name, 'other', b)], undefined)
}

/** `a + b`. */
export const add = (a: TensorLike, b: TensorLike): Tensor => applyTo(addRecord, a, b)
/** `a - b`. */
export const sub = (a: TensorLike, b: TensorLike): Tensor => applyTo(subRecord, a, b)
/** `a * b`, element by element. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return typeof b === 'number' ? scale(toFloat('mul', 'input', a), b) : applyTo(mulRecord, a, b)
}
/** `a / b`, element by element. */
export const div = (a: TensorLike, b: TensorLike): Tensor => applyTo(divRecord, a, b)

/** `x * factor`. */
function scale(x: Tensor, factor: number): Tensor {
  return apply(scaleRecord, [x], { factor })
}

/** A comparison: 1 or 0 as float32 by its kernel, then bool; no gradient. */
function comparison(name: string, kernel: () => Kernel): (a: TensorLike, b: TensorLike) => Tensor {
  const record = define({
    name,
    dtype: 'bool',
    shape: arithmeticShape(name),
    forward([a, b], out) {
      const ones = empty(name, out.shape)
      broadcast(kernel(), a, b, ones)
      kernels.f32_to_bool(ones.pointer(), out.pointer(), out.numel())
      ones.dispose()
      return []
    },
  })
  return (a, b) => applyTo(record, a, b)
}

/** `a > b`, as bool. */
export const gt = comparison('gt', () => kernels.gt)
/** `a >= b`, as bool. */
export const ge = comparison('ge', () => kernels.ge)
/** `a < b`, as bool. */
export const lt = comparison('lt', () => kernels.lt)
/** `a <= b`, as bool. */
export const le = comparison('le', () => kernels.le)
/** `a == b`, as bool. */
export const eq = comparison('eq', () => kernels.eq)
/** `a != b`, as bool. */
export const ne = comparison('ne', () => kernels.ne)
