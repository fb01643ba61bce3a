/** Public elementwise functions of two tensors or more: extremes, angles, remainders, logic, bits, comparisons. */
import { RuntimeError } from '../base/errors.js'
import * as binary from '../ops/elementwise/binary.js'
import * as composed from '../ops/elementwise/composed.js'
import { lerp as lerpOf } from '../ops/elementwise/lerp.js'
import * as pairs from '../ops/elementwise/pairs.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Broadcast, Broadcastable } from '../tensor/typed/broadcast.js'
import type { Combination, Comparison } from '../tensor/typed/calls.js'
import { called } from './called.js'

type OfTwo = (input: TensorLike, other: TensorLike) => Tensor
type OfTensors = <A extends Shape, B extends Shape>(
  input: Tensor<A>,
  other: Tensor<B> & Broadcastable<A, B>,
) => Tensor<Broadcast<A, B>>

// Of shapes that broadcast, as their types say.
const ofTwo = (name: string, work: OfTwo): Combination =>
  called(name, ['input: TensorLike', 'other: TensorLike'], (a, b) => work(a, b)) as never
const ofTensors = (name: string, work: (input: Tensor, other: Tensor) => Tensor): OfTensors =>
  called(name, ['input: Tensor', 'other: Tensor'], (a, b) => work(a, b)) as never
const comparison = (name: string, work: OfTwo): Comparison => ofTwo(name, work) as Comparison

/** The greater one, NaN if either is; equal ones share the gradient. */
export const maximum = ofTensors('maximum', pairs.maximum)
/** The less one, NaN if either is; equal ones share the gradient. */
export const minimum = ofTensors('minimum', pairs.minimum)
/** The greater one, a number rather than NaN. */
export const fmax = ofTensors('fmax', pairs.fmax)
/** The less one, a number rather than NaN. */
export const fmin = ofTensors('fmin', pairs.fmin)
/** The angle of the point (`other`, `input`), from -π to π. */
export const atan2 = ofTensors('atan2', pairs.atan2)
/** The same as {@link atan2}. */
export const arctan2 = ofTensors('arctan2', pairs.atan2)
/** `sqrt(input² + other²)`. */
export const hypot = ofTensors('hypot', pairs.hypot)
/** `log(exp(input) + exp(other))`. */
export const logaddexp = ofTensors('logaddexp', pairs.logaddexp)
/** `log2(2^input + 2^other)`. */
export const logaddexp2 = ofTensors('logaddexp2', pairs.logaddexp2)
/** `input log(other)`, 0 where input is 0. */
export const xlogy = ofTwo('xlogy', pairs.xlogy)
/** The remainder of a division, of the sign of `input`. */
export const fmod = ofTwo('fmod', pairs.fmod)
/** The remainder of a division, of the sign of `other`, as Python's. */
export const remainder = ofTwo('remainder', pairs.remainder)
/** `input / other` rounded down. */
export const floor_divide = ofTwo('floor_divide', pairs.floor_divide)
/** `input` with the sign of `other`. */
export const copysign = ofTwo('copysign', pairs.copysign)
/** The next float32 after `input` in the direction of `other`. */
export const nextafter = ofTensors('nextafter', pairs.nextafter)
/** `input * 2^other`. */
export const ldexp = ofTensors('ldexp', composed.ldexp)
/** 0 where input is below 0, 1 where it is above, and `values` at 0. */
export const heaviside: (input: Tensor, values: Tensor) => Tensor = called(
  'heaviside',
  ['input: Tensor', 'values: Tensor'],
  pairs.heaviside,
)
/** The greatest common divisor. */
export const gcd = ofTensors('gcd', pairs.gcd)
/** The least common multiple. */
export const lcm = ofTensors('lcm', pairs.lcm)
/** Whether both are true, that is not 0. */
export const logical_and = ofTensors('logical_and', pairs.logical_and)
/** Whether one is true. */
export const logical_or = ofTensors('logical_or', pairs.logical_or)
/** Whether exactly one is true. */
export const logical_xor = ofTensors('logical_xor', pairs.logical_xor)
/** Bits that both have. */
export const bitwise_and = ofTwo('bitwise_and', pairs.bitwise_and)
/** Bits that one has. */
export const bitwise_or = ofTwo('bitwise_or', pairs.bitwise_or)
/** Bits that exactly one has. */
export const bitwise_xor = ofTwo('bitwise_xor', pairs.bitwise_xor)
/** Bits shifted left. */
export const bitwise_left_shift = ofTwo('bitwise_left_shift', pairs.bitwise_left_shift)
/** Bits shifted right, with the sign. */
export const bitwise_right_shift = ofTwo('bitwise_right_shift', pairs.bitwise_right_shift)

/** The same as `gt`. */
export const greater = comparison('greater', binary.gt)
/** The same as `ge`. */
export const greater_equal = comparison('greater_equal', binary.ge)
/** The same as `lt`. */
export const less = comparison('less', binary.lt)
/** The same as `le`. */
export const less_equal = comparison('less_equal', binary.le)
/** The same as `ne`. */
export const not_equal = comparison('not_equal', binary.ne)
/** Whether both have the same shape and the same elements. */
export const equal: (input: Tensor, other: Tensor) => boolean = called(
  'equal',
  ['input: Tensor', 'other: Tensor'],
  composed.equal,
)

/** Tolerances of {@link isclose} and {@link allclose}. */
export interface CloseOptions {
  /** Relative to `other`; 1e-5 by default. */
  rtol?: number
  /** Absolute; 1e-8 by default. */
  atol?: number
  /** Whether NaN equals NaN; false by default. */
  equal_nan?: boolean
}

const CLOSE = [
  'input: Tensor',
  'other: Tensor',
  'rtol: number = 1e-05',
  'atol: number = 1e-08',
  'equal_nan: bool = False',
] as const

/** Whether `|input - other| <= atol + rtol |other|`, element by element. */
export const isclose: (
  input: Tensor,
  other: Tensor,
  rtol?: number | CloseOptions,
  atol?: number | Omit<CloseOptions, 'rtol'>,
  equal_nan?: boolean | Pick<CloseOptions, 'equal_nan'>,
) => Tensor = called('isclose', CLOSE, composed.isclose)

/** Whether that is so for all elements. */
export const allclose: (
  input: Tensor,
  other: Tensor,
  rtol?: number | CloseOptions,
  atol?: number | Omit<CloseOptions, 'rtol'>,
  equal_nan?: boolean | Pick<CloseOptions, 'equal_nan'>,
) => boolean = called('allclose', CLOSE, composed.allclose)

/** `input + weight (end - input)`. */
export const lerp: (input: Tensor, end: Tensor, weight: TensorLike | { weight: TensorLike }) => Tensor =
  called('lerp', ['input: Tensor', 'end: Tensor', 'weight: TensorLike'], lerpOf)

/** Options of {@link addcmul} and {@link addcdiv}. */
export interface ValueOptions {
  /** A factor; 1 by default. */
  value?: number
}

const ADDC = ['input: Tensor', 'tensor1: Tensor', 'tensor2: Tensor', '*', 'value: number = 1'] as const

/** `input + value tensor1 tensor2`. */
export const addcmul: (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: ValueOptions) => Tensor =
  called('addcmul', ADDC, composed.addcmul)

/** `input + value tensor1 / tensor2`. */
export const addcdiv: (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: ValueOptions) => Tensor =
  called('addcdiv', ADDC, composed.addcdiv)

/** `other - alpha input`. */
export const rsub: (input: TensorLike, other: TensorLike, options?: { alpha?: number }) => Tensor = called(
  'rsub',
  ['input: TensorLike', 'other: TensorLike', '*', 'alpha: number = 1'],
  (input, other, alpha) => binary.sub(other, input, alpha),
)

/** `input` where it is not below `min`, a number or a tensor, else `min`. */
export const clamp_min: (input: TensorLike, min: TensorLike | { min: TensorLike }) => Tensor = called(
  'clamp_min',
  ['input: TensorLike', 'min: TensorLike'],
  composed.clamp_min,
)

/** `input` where it is not above `max`, a number or a tensor, else `max`. */
export const clamp_max: (input: TensorLike, max: TensorLike | { max: TensorLike }) => Tensor = called(
  'clamp_max',
  ['input: TensorLike', 'max: TensorLike'],
  composed.clamp_max,
)

/** Powers in float64, which does not exist here: throws, and names what does. */
export const float_power: OfTwo = called(
  'float_power',
  ['input: TensorLike', 'exponent: TensorLike'],
  (): Tensor => {
    throw new RuntimeError('float_power gives float64, which is not supported: use x.float().pow(exponent)')
  },
)
