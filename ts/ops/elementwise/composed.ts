/** Elementwise functions composed of others. */
import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { compose } from '../../graph/composed.js'
import { promoted } from '../../graph/operands.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import { nameOf } from '../../tensor/promotion.js'
import { sameShape } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { add, div, eq, le, lt, mul, ne, sub } from './binary.js'
import { lgamma } from './functions.js'
import { abs, clamp as clampByNumbers, pow as powOfNumber } from './math.js'
import { atLeast, atMost, logical_and, logical_or, power } from './pairs.js'

export const isnan = (x: Tensor): Tensor => ne(x, x)
/** Integers are compared with themselves, because not all of them have an absolute value. */
const magnitude = (x: Tensor) => (x.dtype === 'float32' ? abs(x) : to(x, 'float32'))
export const isinf = (x: Tensor): Tensor => compose([], () => eq(magnitude(x), Number.POSITIVE_INFINITY))
export const isfinite = (x: Tensor): Tensor => compose([], () => lt(magnitude(x), Number.POSITIVE_INFINITY))
export const isposinf = (x: Tensor): Tensor => eq(to(x, 'float32'), Number.POSITIVE_INFINITY)
export const isneginf = (x: Tensor): Tensor => eq(to(x, 'float32'), Number.NEGATIVE_INFINITY)
export const isreal = (x: Tensor): Tensor => full(x.shape, 1, { dtype: 'bool' })

/** `|a - b| <= atol + rtol |b|`, or both equal. */
export function isclose(a: Tensor, b: Tensor, rtol: number, atol: number, equal_nan: boolean): Tensor {
  if (a.dtype !== b.dtype) throw new RuntimeError(`${nameOf(a.dtype)} did not match ${nameOf(b.dtype)}`)
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (value < 0) throw new RuntimeError(`${name} must be greater than or equal to zero, but got ${value}`)
  }
  return compose([], () => {
    const same = equal_nan ? logical_or(eq(a, b), logical_and(isnan(a), isnan(b))) : eq(a, b)
    if (rtol === 0 && atol === 0) return same
    const [x, y] = [to(a, 'float32'), to(b, 'float32')]
    const distance = abs(sub(x, y))
    const near = logical_and(le(distance, add(abs(mul(y, rtol)), atol)), isfinite(distance))
    return logical_or(same, near)
  })
}

export const allclose = (a: Tensor, b: Tensor, rtol: number, atol: number, equal_nan: boolean): boolean =>
  !isclose(a, b, rtol, atol, equal_nan).data().includes(0)

/** Whether both have the same shape and elements. */
export const equal = (a: Tensor, b: Tensor): boolean =>
  sameShape(a.shape, b.shape) && !ne(a, b).data().includes(1)

/** `x + value a b`. */
export const addcmul = (x: Tensor, a: TensorLike, b: TensorLike, value: number): Tensor =>
  compose([x, a, b], () => add(x, mul(a, b), value))

/** `x + value a / b`. */
export function addcdiv(x: Tensor, a: Tensor, b: Tensor, value: number): Tensor {
  if (a.dtype !== 'float32' && b.dtype !== 'float32') {
    throw new RuntimeError(
      'Integer division with addcdiv is no longer supported, and in a future release addcdiv will perform a true division of tensor1 and tensor2.',
    )
  }
  return compose([x, a, b], () => add(x, div(a, b), value))
}

/** `x` not below `min`, a number or a tensor. */
export const clamp_min = (x: TensorLike, min: TensorLike): Tensor =>
  typeof min === 'number' ? clampByNumbers(x, { min }) : atLeast(x, min)

/** `x` not above `max`, a number or a tensor. */
export const clamp_max = (x: TensorLike, max: TensorLike): Tensor =>
  typeof max === 'number' ? clampByNumbers(x, { max }) : atMost(x, max)

/** Both; at least one of the bounds is required. */
export function clamp(x: TensorLike, min: TensorLike | null, max: TensorLike | null): Tensor {
  if (!(min instanceof Tensor || max instanceof Tensor))
    return clampByNumbers(x, { min: numberOf(min), max: numberOf(max) })
  // All three are promoted together.
  const dtype = promoted(
    { name: 'clamp' },
    [x, min, max].filter((bound) => bound !== null),
  )
  return compose([x, min ?? 0, max ?? 0], () => {
    const raised = min === null ? to(toTensor('clamp', 'input', x), dtype) : clamp_min(x, min)
    return max === null ? raised : clamp_max(raised, max)
  })
}

const numberOf = (bound: number | boolean | null) => (bound === null ? null : Number(bound))

/** `x ^ exponent`. */
export function pow(x: TensorLike, exponent: TensorLike): Tensor {
  return exponent instanceof Tensor ? power(x, exponent) : powOfNumber(x, exponent)
}

/** `x 2^other`. */
export const ldexp = (x: TensorLike, other: Tensor): Tensor =>
  compose([x, other], () => mul(x, pow(2, to(other, 'float32'))))

/** The logarithm of the multivariate gamma function of dimension p, without its sign. */
export function mvlgamma(x: Tensor, p: number): Tensor {
  if (p < 1 || p > 1000)
    throw new RuntimeError(`p has to be greater than or equal to 1, and at most 1000, but got ${describe(p)}`)
  return compose([x], () => {
    let sum = add(lgamma(x), (p * (p - 1) * Math.log(Math.PI)) / 4)
    for (let j = 1; j < p; j++) sum = add(sum, lgamma(sub(to(x, 'float32'), j / 2)))
    return sum
  })
}
