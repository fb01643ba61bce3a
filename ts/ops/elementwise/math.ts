/** Functions of one tensor, element by element. */

import { checkNumber } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type MaybeSaved, type Op } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat, type TensorLike, toFloat } from '../../tensor/convert.js'
import { resultType } from '../../tensor/promotion.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import * as integer from './integer.js'

type Forward = (x: number, out: number, length: number) => void
type Backward = (upstream: number, saved: number, gradient: number, length: number) => void

export const sameShape = ([x]: readonly Tensor[]) => x.shape

/** A gradient computed from the upstream one and a saved tensor. */
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
): Op<undefined, { saved: Tensor }> {
  return define({
    name,
    shape: sameShape,
    forward([x], out) {
      forward()(x.pointer(), out.pointer(), out.numel())
      return { saved: saves === 'input' ? x : out }
    },
    backward: (upstream, { saved }) => [gradientFrom(backward(), upstream, saved)],
  })
}

/** `upstream * saved` and `upstream / saved` of one shape, as rows of one broadcast matrix. */
const timesSaved: Backward = (upstream, saved, gradient, length) =>
  kernels.mul(upstream, saved, gradient, 1, length, length, 1, length, 1)
const overSaved: Backward = (upstream, saved, gradient, length) =>
  kernels.div(upstream, saved, gradient, 1, length, length, 1, length, 1)

const records = {
  neg: define({
    name: 'neg',
    shape: sameShape,
    forward([x], out) {
      kernels.neg(x.pointer(), out.pointer(), out.numel())
    },
    backward(upstream) {
      const gradient = empty('backward', upstream.shape)
      kernels.neg(upstream.pointer(), gradient.pointer(), gradient.numel())
      return [gradient]
    },
  }),
  abs: elementwise(
    'abs',
    () => kernels.abs,
    'input',
    () => kernels.abs_backward,
  ),
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
  ),
}

const powRecord = define<{ exponent: number }, { x: Tensor }>({
  name: 'pow',
  shape: sameShape,
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

const clampRecord = define<{ min: number; max: number }, { x: Tensor }>({
  name: 'clamp',
  shape: sameShape,
  forward([x], out, { min, max }) {
    // As torch: a bound that is NaN makes everything NaN.
    if (Number.isNaN(min) || Number.isNaN(max)) kernels.fill(out.pointer(), Number.NaN, out.numel())
    else kernels.clamp(x.pointer(), min, max, out.pointer(), out.numel())
    return { x }
  },
  backward(upstream, { x }, { min, max }) {
    const gradient = empty('backward', upstream.shape)
    kernels.clamp_backward(upstream.pointer(), x.pointer(), min, max, gradient.pointer(), gradient.numel())
    return [gradient]
  },
})

function applyTo<S extends MaybeSaved>(op: Op<undefined, S>, x: TensorLike): Tensor {
  return apply(op, [toFloat(op.name, 'input', x)], undefined)
}

const isInteger = (x: TensorLike): x is Tensor => x instanceof Tensor && x.dtype !== 'float32'

/** `-x`. */
export const neg = (x: TensorLike): Tensor => (isInteger(x) ? integer.neg(x) : applyTo(records.neg, x))
/** `|x|`. */
export const abs = (x: TensorLike): Tensor => (isInteger(x) ? integer.abs(x) : applyTo(records.abs, x))
/** `e^x`. */
export const exp = (x: TensorLike): Tensor => applyTo(records.exp, x)
/** Natural logarithm; -inf at 0, NaN below. */
export const log = (x: TensorLike): Tensor => applyTo(records.log, x)
/** Square root; NaN below 0. */
export const sqrt = (x: TensorLike): Tensor => applyTo(records.sqrt, x)
/** `1 / (1 + e^-x)`. */
export const sigmoid = (x: TensorLike): Tensor => applyTo(records.sigmoid, x)
/** `log(sigmoid(x))`, right at any x. */
export const logsigmoid = (x: TensorLike): Tensor =>
  apply(records.logsigmoid, [onlyFloat('logsigmoid', 'input', x)], undefined)

/** `x ^ exponent`, the exponent a number; of integers to a whole number by products of integers. */
export function pow(x: TensorLike, exponent: number | boolean): Tensor {
  if (isInteger(x) && resultType([x, exponent]) !== 'float32') return integer.pow(x, exponent)
  if (typeof exponent === 'boolean') return pow(x, Number(exponent))
  checkNumber('pow', 'exponent', exponent)
  return apply(powRecord, [toFloat('pow', 'input', x)], { exponent })
}

/** `x` held within `[min, max]`; at least one of them must be given. */
export function clamp(x: TensorLike, { min, max }: { min?: number | null; max?: number | null }): Tensor {
  if ((min ?? max ?? undefined) === undefined) {
    throw new ValueError("clamp: At least one of 'min' or 'max' must not be None")
  }
  const bounds = { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY }
  checkNumber('clamp', 'min', bounds.min)
  checkNumber('clamp', 'max', bounds.max)
  if (isInteger(x)) {
    const given = [min, max].filter((bound) => bound !== undefined && bound !== null)
    const dtype = resultType([x, ...given])
    if (dtype !== 'float32') return integer.clamp('clamp', x, bounds.min, bounds.max, dtype)
  }
  return apply(clampRecord, [toFloat('clamp', 'input', x)], bounds)
}
