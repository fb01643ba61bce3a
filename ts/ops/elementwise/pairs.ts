/** Functions of two tensors that are not arithmetic. */
import { RuntimeError } from '../../base/errors.js'
import { compose } from '../../graph/composed.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import type { Tensor } from '../../tensor/tensor.js'
import { div, eq, ge, gt, le, lt, mul, sub } from './binary.js'
import { log, neg, sigmoid } from './math.js'
import { bitwise, everydayPair, everydayScaled, type Gradient, type Gradients, pair, scaled } from './pair.js'
import { masked_fill, where } from './where.js'

/** The gradients of the greater or less one of two: half for each if both are equal. */
const ofExtreme = (name: 'maximum_slope' | 'minimum_slope'): Gradients => [
  (upstream, { a, b }) => scaled(upstream, name, a, b),
  (upstream, { a, b }) => scaled(upstream, name, b, a),
]

/** Those of the one that a function chooses: all for the first if both are equal. */
const ofChosen = (name: 'at_least' | 'at_most'): Gradients => [
  (upstream, { a, b }) => everydayScaled(upstream, name, a, b),
  (upstream, { a, b }) => sub(upstream, everydayScaled(upstream, name, a, b)),
]

export const maximum = everydayPair('maximum', { elements: 'all', gradients: ofExtreme('maximum_slope') })
export const minimum = everydayPair('minimum', { elements: 'all', gradients: ofExtreme('minimum_slope') })
export const fmax = pair('fmax', { elements: 'all', integers: 'maximum', gradients: ofChosen('at_least') })
export const fmin = pair('fmin', { elements: 'all', integers: 'minimum', gradients: ofChosen('at_most') })
/** x, or the bound where it is greater; equal ones leave the gradient to x. */
export const atLeast = everydayPair(
  'clamp_min',
  { elements: 'all', integers: 'maximum', gradients: ofChosen('at_least') },
  'maximum',
)
export const atMost = everydayPair(
  'clamp_max',
  { elements: 'all', integers: 'minimum', gradients: ofChosen('at_most') },
  'minimum',
)

export const atan2 = pair('atan2', {
  elements: 'as floats',
  gradients: [
    (upstream, { a, b }) => scaled(upstream, 'atan2_slope', a, b),
    (upstream, { a, b }) => neg(scaled(upstream, 'atan2_slope', b, a)),
  ],
})
export const hypot = pair('hypot', {
  elements: 'floats',
  gradients: [
    (upstream, { a, out }) => mul(upstream, div(a, out)),
    (upstream, { b, out }) => mul(upstream, div(b, out)),
  ],
})

const ofLogarithm = (factor: number): Gradients => {
  const difference = (a: Tensor, b: Tensor) => (factor === 1 ? sub(a, b) : mul(sub(a, b), factor))
  return [
    (upstream, { a, b }) => mul(upstream, sigmoid(difference(a, b))),
    (upstream, { a, b }) => mul(upstream, sigmoid(difference(b, a))),
  ]
}
export const logaddexp = pair('logaddexp', { elements: 'floats', gradients: ofLogarithm(1) })
export const logaddexp2 = pair('logaddexp2', { elements: 'floats', gradients: ofLogarithm(Math.LN2) })

export const xlogy: (a: TensorLike, b: TensorLike) => Tensor = pair('xlogy', {
  elements: 'as floats',
  gradients: [
    (upstream, { a, b }) => masked_fill(mul(upstream, log(b)), mul(eq(a, 0), le(b, 0)), 0),
    (upstream, { a, b }) => mul(upstream, div(a, b)),
  ],
})

export const fmod = pair('fmod', {
  elements: 'numbers',
  gradients: [
    (upstream) => upstream,
    (upstream, { a, b }) => neg(everydayScaled(upstream, 'trunc_divide', a, b)),
  ],
})
export const remainder = pair('remainder', {
  elements: 'numbers',
  gradients: [
    (upstream) => upstream,
    (upstream, { a, b }) => neg(everydayScaled(upstream, 'floor_divide', a, b)),
  ],
})

const nothing: Gradient = (upstream) => full(upstream.shape, 0)
const flat: Gradients = [nothing, nothing]
export const floor_divide = everydayPair('floor_divide', { elements: 'numbers', gradients: flat })
const trunc_divide = everydayPair('trunc_divide', { elements: 'numbers', gradients: flat })

/** `a / b`, or rounded down or towards 0. */
export const divide = (a: TensorLike, b: TensorLike, rounding_mode: 'floor' | 'trunc' | null): Tensor =>
  rounding_mode === null ? div(a, b) : rounding_mode === 'floor' ? floor_divide(a, b) : trunc_divide(a, b)

export const copysign = pair('copysign', {
  elements: 'as floats',
  gradients: [(upstream, { a, out }) => scaled(upstream, 'copysign_slope', out, a), nothing],
})
export const nextafter = pair('nextafter', {
  elements: 'floats',
  gradients: [(upstream) => upstream, nothing],
})

/** Powers whose exponent is a tensor. */
export const power: (a: TensorLike, b: TensorLike) => Tensor = everydayPair(
  'pow_tensor',
  {
    elements: 'numbers',
    integers: 'pow',
    gradients: [
      (upstream, { a, b }) => everydayScaled(upstream, 'pow_base_slope', a, b),
      (upstream, { a, b, out }) => mul(upstream, masked_fill(mul(out, log(a)), mul(eq(a, 0), ge(b, 0)), 0)),
    ],
  },
  'pow',
)

export const gcd = pair('gcd', { elements: 'integers' })
export const lcm = pair('lcm', { elements: 'integers' })
export const bitwise_and = bitwise('bitwise_and', 'and')
export const bitwise_or = bitwise('bitwise_or', 'or')
export const bitwise_xor = bitwise('bitwise_xor', 'xor')
export const bitwise_left_shift = pair('bitwise_left_shift', { elements: 'integers' })
export const bitwise_right_shift = pair('bitwise_right_shift', { elements: 'integers' })

const truth = (x: TensorLike): Tensor => to(toTensor('to', 'input', x), 'bool')

const ofTruths =
  (work: (a: Tensor, b: Tensor) => Tensor) =>
  (a: TensorLike, b: TensorLike): Tensor =>
    compose([], () => work(truth(a), truth(b)))

export const logical_and = ofTruths(bitwise_and)
export const logical_or = ofTruths(bitwise_or)
export const logical_xor = ofTruths(bitwise_xor)
export const logical_not = (x: TensorLike): Tensor => logical_xor(x, true)

export function bitwise_not(x: Tensor): Tensor {
  return x.dtype === 'bool' ? logical_not(x) : bitwise_xor(x, x.dtype === 'uint8' ? 255 : -1)
}

/** 0 below 0, 1 above, and `values` at 0. */
export function heaviside(x: Tensor, values: Tensor): Tensor {
  if (x.dtype !== values.dtype) {
    throw new RuntimeError('heaviside is not yet implemented for tensors with different dtypes.')
  }
  return compose([x, values], () => where(eq(x, 0), values, to(gt(x, 0), x.dtype)))
}

/** Whether the sign is negative, that of zeros included. */
export const signbit = (x: Tensor): Tensor =>
  compose([], () => lt(x.dtype === 'float32' ? copysign(1, x) : x, 0))
