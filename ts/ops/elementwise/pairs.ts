/** Functions of two tensors that are not arithmetic. */
import { RuntimeError } from '../../base/errors.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, div, eq, gt, le, lt, mul, ne, sub } from './binary.js'
import { log, neg, sigmoid } from './math.js'
import { everydayPair, everydaySlope, pair, slope } from './pair.js'
import { masked_fill, where } from './where.js'

/** The gradients of the greater or less one of two: half for each if both are equal. */
const ofExtreme = (name: 'maximum_slope' | 'minimum_slope') => ({
  backward: (upstream: Tensor, { a, b }: { a: Tensor; b: Tensor }) => [
    mul(upstream, slope(name, a, b, upstream.shape)),
    mul(upstream, slope(name, b, a, upstream.shape)),
  ],
})

/** Those of the one that a function chooses: all for the first if both are equal. */
const ofChosen = (name: 'at_least' | 'at_most') => ({
  backward(upstream: Tensor, { a, b }: { a: Tensor; b: Tensor }) {
    const first = everydaySlope(name, a, b, upstream.shape)
    return [mul(upstream, first), mul(upstream, sub(1, first))]
  },
})

export const maximum = everydayPair('maximum', { elements: 'all', ...ofExtreme('maximum_slope') })
export const minimum = everydayPair('minimum', { elements: 'all', ...ofExtreme('minimum_slope') })
export const fmax = pair('fmax', { elements: 'all', integers: 'maximum', ...ofChosen('at_least') })
export const fmin = pair('fmin', { elements: 'all', integers: 'minimum', ...ofChosen('at_most') })
/** x, or the bound where it is greater; equal ones leave the gradient to x. */
export const atLeast = everydayPair(
  'clamp_min',
  { elements: 'all', integers: 'maximum', ...ofChosen('at_least') },
  'maximum',
)
export const atMost = everydayPair(
  'clamp_max',
  { elements: 'all', integers: 'minimum', ...ofChosen('at_most') },
  'minimum',
)

export const atan2 = pair('atan2', {
  elements: 'as floats',
  backward: (upstream, { a, b }) => [
    mul(upstream, slope('atan2_slope', a, b, upstream.shape)),
    neg(mul(upstream, slope('atan2_slope', b, a, upstream.shape))),
  ],
})
export const hypot = pair('hypot', {
  elements: 'floats',
  backward: (upstream, { a, b, out }) => [mul(upstream, div(a, out)), mul(upstream, div(b, out))],
})

const ofLogarithm = (factor: number) => ({
  elements: 'floats' as const,
  backward(upstream: Tensor, { a, b }: { a: Tensor; b: Tensor }) {
    const difference = mul(sub(a, b), factor)
    return [mul(upstream, sigmoid(difference)), mul(upstream, sigmoid(neg(difference)))]
  },
})
export const logaddexp = pair('logaddexp', ofLogarithm(1))
export const logaddexp2 = pair('logaddexp2', ofLogarithm(Math.LN2))

export const xlogy: (a: TensorLike, b: TensorLike) => Tensor = pair('xlogy', {
  elements: 'as floats',
  backward: (upstream, { a, b }) => [
    masked_fill(mul(upstream, log(b)), mul(eq(a, 0), le(b, 0)), 0),
    mul(upstream, div(a, b)),
  ],
})

export const fmod = pair('fmod', {
  elements: 'numbers',
  backward: (upstream, { a, b }) => [
    upstream,
    neg(mul(upstream, everydaySlope('trunc_divide', a, b, upstream.shape))),
  ],
})
export const remainder = pair('remainder', {
  elements: 'numbers',
  backward: (upstream, { a, b }) => [
    upstream,
    neg(mul(upstream, everydaySlope('floor_divide', a, b, upstream.shape))),
  ],
})

const flat = { backward: (upstream: Tensor) => [mul(upstream, 0), mul(upstream, 0)] }
export const floor_divide = everydayPair('floor_divide', { elements: 'numbers', ...flat })
const trunc_divide = everydayPair('trunc_divide', { elements: 'numbers', ...flat })

/** `a / b`, or rounded down or towards 0. */
export const divide = (a: TensorLike, b: TensorLike, rounding_mode: 'floor' | 'trunc' | null): Tensor =>
  rounding_mode === null ? div(a, b) : rounding_mode === 'floor' ? floor_divide(a, b) : trunc_divide(a, b)

export const copysign = pair('copysign', {
  elements: 'as floats',
  backward: (upstream, { a, out }) => [
    masked_fill(mul(upstream, div(out, a)), eq(a, 0), 0),
    mul(upstream, 0),
  ],
})
export const nextafter = pair('nextafter', {
  elements: 'floats',
  backward: (upstream) => [upstream, mul(upstream, 0)],
})

/** Powers whose exponent is a tensor. */
export const power = everydayPair(
  'pow_tensor',
  {
    elements: 'numbers',
    integers: 'pow',
    backward: (upstream, { a, b }) => [
      mul(upstream, everydaySlope('pow_base_slope', a, b, upstream.shape)),
      mul(upstream, everydaySlope('pow_exponent_slope', a, b, upstream.shape)),
    ],
  },
  'pow',
)

export const gcd = pair('gcd', { elements: 'integers' })
export const lcm = pair('lcm', { elements: 'integers' })
export const bitwise_and = pair('bitwise_and', { elements: 'integers' })
export const bitwise_or = pair('bitwise_or', { elements: 'integers' })
export const bitwise_xor = pair('bitwise_xor', { elements: 'integers' })
export const bitwise_left_shift = pair('bitwise_left_shift', { elements: 'integers' })
export const bitwise_right_shift = pair('bitwise_right_shift', { elements: 'integers' })

const truth = (x: TensorLike): Tensor => to(toTensor('to', 'input', x), 'bool')

export const logical_and = (a: TensorLike, b: TensorLike): Tensor => mul(truth(a), truth(b))
export const logical_or = (a: TensorLike, b: TensorLike): Tensor => add(truth(a), truth(b))
export const logical_xor = (a: TensorLike, b: TensorLike): Tensor => ne(truth(a), truth(b))
export const logical_not = (x: TensorLike): Tensor => eq(x, 0)

export function bitwise_not(x: Tensor): Tensor {
  return x.dtype === 'bool' ? logical_not(x) : bitwise_xor(x, x.dtype === 'uint8' ? 255 : -1)
}

/** 0 below 0, 1 above, and `values` at 0. */
export function heaviside(x: Tensor, values: Tensor): Tensor {
  if (x.dtype !== values.dtype) {
    throw new RuntimeError('heaviside is not yet implemented for tensors with different dtypes.')
  }
  return where(eq(x, 0), values, to(gt(x, 0), x.dtype))
}

/** Whether the sign is negative, that of zeros included. */
export const signbit = (x: Tensor): Tensor => lt(x.dtype === 'float32' ? copysign(1, x) : x, 0)
