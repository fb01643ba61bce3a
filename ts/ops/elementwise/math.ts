/** Functions of one tensor, element by element. */

import { checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type Op } from '../../graph/op.js'
import { asFloat, floating, type OperandRule, promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, to } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf, resultType } from '../../tensor/promotion.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { mul } from './binary.js'
import * as integer from './integer.js'

type Forward = (x: number, out: number, length: number) => void
type Backward = (upstream: number, saved: number, gradient: number, length: number) => void

export const shapeOfInput = ([x]: readonly Tensor[]) => x.shape

const sameType = ([x]: readonly Tensor[]): DType => x.dtype

/** A gradient computed from the upstream gradient and a saved tensor. */
export function gradientFrom(kernel: Backward, upstream: Tensor, saved: Tensor): Tensor {
  const gradient = empty('backward', upstream.shape)
  kernel(upstream.pointer(), saved.pointer(), gradient.pointer(), gradient.numel())
  return gradient
}

/** An elementwise function whose gradient is a kernel of the upstream gradient and one tensor. */
export function elementwise(
  name: string,
  forward: () => Forward,
  saves: 'input' | 'result',
  backward: () => Backward,
  operands: OperandRule<undefined> = asFloat,
): Op<undefined, { saved: Tensor }> {
  return define({
    name,
    operands,
    shape: shapeOfInput,
    forward([x], out) {
      forward()(x.pointer(), out.pointer(), out.numel())
      return { saved: saves === 'input' ? x : out }
    },
    backward: (upstream, { saved }) => [gradientFrom(backward(), upstream, saved)],
  })
}

/** `upstream * saved` and `upstream / saved` for the same shape, as one row of a broadcast matrix. */
const timesSaved: Backward = (upstream, saved, gradient, length) =>
  kernels.mul(upstream, saved, gradient, 1, length, length, 1, length, 1)
const overSaved: Backward = (upstream, saved, gradient, length) =>
  kernels.div(upstream, saved, gradient, 1, length, length, 1, length, 1)

const records = {
  neg: define({
    name: 'neg',
    operands: promoted,
    shape: shapeOfInput,
    dtype: sameType,
    forward([x], out) {
      if (x.dtype === 'float32') kernels.neg(x.pointer(), out.pointer(), out.numel())
      else integer.neg(x, out)
    },
    backward(upstream) {
      const gradient = empty('backward', upstream.shape)
      kernels.neg(upstream.pointer(), gradient.pointer(), gradient.numel())
      return [gradient]
    },
  }),
  abs: define({
    name: 'abs',
    operands: promoted,
    shape: shapeOfInput,
    dtype: sameType,
    forward([x], out) {
      if (x.dtype === 'float32') kernels.abs(x.pointer(), out.pointer(), out.numel())
      else integer.abs(x, out)
      return { x }
    },
    backward: (upstream, { x }) => [gradientFrom(kernels.abs_backward, upstream, x)],
  }),
  exp: elementwise(
    'exp',
    () => kernels.exp,
    'result',
    () => timesSaved,
  ),
  log: elementwise(
    'log',
    () => kernels.log,
    'input',
    () => overSaved,
  ),
  sqrt: elementwise(
    'sqrt',
    () => kernels.sqrt,
    'result',
    () => kernels.sqrt_backward,
  ),
  sigmoid: elementwise(
    'sigmoid',
    () => kernels.sigmoid,
    'result',
    () => kernels.sigmoid_backward,
  ),
  logsigmoid: elementwise(
    'logsigmoid',
    () => kernels.logsigmoid,
    'input',
    () => kernels.logsigmoid_backward,
    floating,
  ),
}

const powRecord = define<{ exponent: number }, { x: Tensor }>({
  name: 'pow',
  operands: asFloat,
  shape: shapeOfInput,
  forward([x], out, { exponent }) {
    kernels.pow(x.pointer(), exponent, out.pointer(), out.numel())
    return { x }
  },
  backward(upstream, { x }, { exponent }) {
    const gradient = empty('backward', upstream.shape)
    kernels.pow_backward(upstream.pointer(), x.pointer(), exponent, gradient.pointer(), gradient.numel())
    return [gradient]
  },
})

interface Bounds {
  min: number
  max: number
  /** The promoted type of x and the bounds. */
  dtype: DType
}

const clampRecord = define<Bounds, { x: Tensor }>({
  name: 'clamp',
  operands: (_op, _given, { dtype }) => dtype,
  shape: shapeOfInput,
  dtype: sameType,
  forward([x], out, { min, max, dtype }) {
    if (dtype !== 'float32') integer.clamp(x, out, min, max)
    // As in torch, a NaN bound makes everything NaN.
    else if (Number.isNaN(min) || Number.isNaN(max)) kernels.fill(out.pointer(), Number.NaN, out.numel())
    else kernels.clamp(x.pointer(), min, max, out.pointer(), out.numel())
    return { x }
  },
  backward(upstream, { x }, { min, max }) {
    const gradient = empty('backward', upstream.shape)
    kernels.clamp_backward(upstream.pointer(), x.pointer(), min, max, gradient.pointer(), gradient.numel())
    return [gradient]
  },
})

/** `-x`. */
export function neg(x: TensorLike): Tensor {
  if (x instanceof Tensor && x.dtype === 'bool') {
    throw new RuntimeError(
      'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use `x.eq(false)` instead.',
    )
  }
  return apply(records.neg, [x], undefined)
}

/** `|x|`. */
export function abs(x: TensorLike): Tensor {
  if (x instanceof Tensor) integer.checkNotBool('abs', x.dtype)
  return apply(records.abs, [x], undefined)
}

/** `e^x`. */
export const exp = (x: TensorLike): Tensor => apply(records.exp, [x], undefined)
/** Natural logarithm; -inf at 0, NaN below. */
export const log = (x: TensorLike): Tensor => apply(records.log, [x], undefined)
/** Square root; NaN below 0. */
export const sqrt = (x: TensorLike): Tensor => apply(records.sqrt, [x], undefined)
/** `1 / (1 + e^-x)`. */
export const sigmoid = (x: TensorLike): Tensor => apply(records.sigmoid, [x], undefined)
/** `log(sigmoid(x))`, accurate at any x. */
export const logsigmoid = (x: TensorLike): Tensor => apply(records.logsigmoid, [x], undefined)

/** `x ^ exponent` with a number as the exponent; integers to an integer power use integer products. */
export function pow(x: TensorLike, exponent: number | boolean): Tensor {
  if (x instanceof Tensor && x.dtype !== 'float32') {
    const dtype = resultType([x, exponent])
    if (dtype !== 'float32') return powOfIntegers(x, exponent, dtype)
  }
  if (typeof exponent === 'boolean') return pow(x, Number(exponent))
  checkNumber('pow', 'exponent', exponent)
  return apply(powRecord, [x], { exponent })
}

/** By squares and products, for a whole number or a boolean as the exponent. */
function powOfIntegers(x: Tensor, exponent: number | boolean, dtype: DType): Tensor {
  if (Number(exponent) < 0) throw new ValueError('Integers to negative integer powers are not allowed.')
  let left = dtype === 'uint8' ? elementOf('pow', Number(exponent), dtype) : Number(exponent)
  let power = to(x, dtype)
  let result = full(x.shape, 1, { dtype })
  while (left > 0) {
    if (left % 2 === 1) result = mul(result, power)
    left = Math.floor(left / 2)
    // If a square does not fit, neither does the result.
    if (left > 0) power = mul(power, power)
  }
  return result
}

/** `x` clamped to `[min, max]`; at least one of them is required. */
export function clamp(x: TensorLike, { min, max }: { min?: number | null; max?: number | null }): Tensor {
  if ((min ?? max ?? undefined) === undefined) {
    throw new ValueError("clamp: At least one of 'min' or 'max' must not be None")
  }
  const bounds = { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY }
  checkNumber('clamp', 'min', bounds.min)
  checkNumber('clamp', 'max', bounds.max)
  const given = [min, max].filter((bound) => bound !== undefined && bound !== null)
  return clampTo('clamp', x, bounds, promoted(clampRecord, [x, ...given]))
}

/** `x` clamped to the bounds, as `dtype`, the promoted type of all of them. */
export function clampTo(
  op: string,
  x: TensorLike,
  { min, max }: { min: number; max: number },
  dtype: DType,
): Tensor {
  const bounds = dtype === 'float32' ? { min, max } : integer.boundsOf(op, min, max, dtype)
  return apply(clampRecord, [x], { ...bounds, dtype })
}
