/** Public elementwise functions of one tensor: rounding, exponentials, trigonometry, special functions, tests of numbers. */
import { RuntimeError } from '../base/errors.js'
import { mul } from '../ops/elementwise/binary.js'
import * as composed from '../ops/elementwise/composed.js'
import * as functions from '../ops/elementwise/functions.js'
import * as pairs from '../ops/elementwise/pairs.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Elementwise, SameShape, Test } from '../tensor/typed/calls.js'
import type { Like } from '../tensor/typed/sizes.js'
import { called } from './called.js'

type OfOne = (input: TensorLike) => Tensor
type OfTensor = (input: Tensor) => Tensor

const INPUT = 'input: TensorLike'

// Of any shape, which their types keep.
const of = (name: string, work: OfOne): Elementwise => called(name, [INPUT], (x) => work(x)) as never
const ofTensor = (name: string, work: OfTensor): SameShape =>
  called(name, ['input: Tensor'], (x) => work(x)) as never
const test = (name: string, work: OfTensor): Test => ofTensor(name, work) as Test

/** Rounded down. */
export const floor = of('floor', functions.floor)
/** Rounded up. */
export const ceil = of('ceil', functions.ceil)
/** Rounded towards 0. */
export const trunc = of('trunc', functions.trunc)
/** The same as {@link trunc}. */
export const fix = of('fix', functions.trunc)
/** The part after the point, with the sign of `x`. */
export const frac = of('frac', functions.frac)
/** Rounded to `decimals` digits after the point, to the even one if halfway. */
export const round: <S extends Shape = readonly []>(
  input: Like<S>,
  options?: { decimals?: number },
) => Tensor<S> = called('round', [INPUT, '*', 'decimals: int = 0'], functions.round) as never
/** -1, 0 or 1. */
export const sign = of('sign', functions.sign)
/** The same as {@link sign}. */
export const sgn = of('sgn', functions.sign)
/** Whether the sign is negative, that of -0 included. */
export const signbit = test('signbit', pairs.signbit)
/** `x²`. */
export const square = of('square', functions.square)
/** `1 / x`. */
export const reciprocal = of('reciprocal', functions.reciprocal)
/** `1 / sqrt(x)`. */
export const rsqrt = of('rsqrt', functions.rsqrt)
/** `2^x`. */
export const exp2 = of('exp2', functions.exp2)
/** `e^x - 1`, accurate near 0. */
export const expm1 = of('expm1', functions.expm1)
/** `log(1 + x)`, accurate near 0. */
export const log1p = of('log1p', functions.log1p)
/** Logarithm to base 2. */
export const log2 = of('log2', functions.log2)
/** Logarithm to base 10. */
export const log10 = of('log10', functions.log10)
/** Sine of radians. */
export const sin = of('sin', functions.sin)
/** Cosine of radians. */
export const cos = of('cos', functions.cos)
/** Tangent of radians. */
export const tan = of('tan', functions.tan)
/** Inverse of the sine. */
export const asin = of('asin', functions.asin)
/** Inverse of the cosine. */
export const acos = of('acos', functions.acos)
/** Inverse of the tangent. */
export const atan = of('atan', functions.atan)
/** Hyperbolic sine. */
export const sinh = of('sinh', functions.sinh)
/** Hyperbolic cosine. */
export const cosh = of('cosh', functions.cosh)
/** Inverse of the hyperbolic sine. */
export const asinh = of('asinh', functions.asinh)
/** Inverse of the hyperbolic cosine. */
export const acosh = of('acosh', functions.acosh)
/** Inverse of the hyperbolic tangent. */
export const atanh = of('atanh', functions.atanh)
/** The same as {@link asin}. */
export const arcsin = of('arcsin', functions.asin)
/** The same as {@link acos}. */
export const arccos = of('arccos', functions.acos)
/** The same as {@link atan}. */
export const arctan = of('arctan', functions.atan)
/** The same as {@link asinh}. */
export const arcsinh = of('arcsinh', functions.asinh)
/** The same as {@link acosh}. */
export const arccosh = of('arccosh', functions.acosh)
/** The same as {@link atanh}. */
export const arctanh = of('arctanh', functions.atanh)
/** `sin(π x) / (π x)`, 1 at 0. */
export const sinc = of('sinc', functions.sinc)
/** Degrees as radians. */
export const deg2rad = of('deg2rad', (x) => mul(x, Math.PI / 180))
/** Radians as degrees. */
export const rad2deg = of('rad2deg', (x) => mul(x, 180 / Math.PI))
/** The error function. */
export const erf = of('erf', functions.erf)
/** `1 - erf(x)`, accurate for large x. */
export const erfc = of('erfc', functions.erfc)
/** Inverse of {@link erf}. */
export const erfinv = of('erfinv', functions.erfinv)
/** `log |Γ(x)|`. */
export const lgamma = of('lgamma', functions.lgamma)
/** The derivative of {@link lgamma}. */
export const digamma = of('digamma', (x) => functions.polygamma(0, x))
/** The derivative of order `n` of {@link digamma}. */
export const polygamma: (n: number, input: TensorLike) => Tensor = called(
  'polygamma',
  ['n: int', INPUT],
  functions.polygamma,
)
/** The logarithm of the multivariate gamma function of dimension `p`. */
export const mvlgamma: (input: Tensor, p: number | { p: number }) => Tensor = called(
  'mvlgamma',
  ['input: Tensor', 'p: int'],
  composed.mvlgamma,
)
/** The modified Bessel function of the first kind, of order 0. */
export const i0 = of('i0', functions.i0)
/** `log(x / (1 - x))`; x is clamped to `[eps, 1 - eps]` if `eps` is given. */
export const logit: <S extends Shape = readonly []>(
  input: Like<S>,
  eps?: number | null | { eps?: number | null },
) => Tensor<S> = called('logit', [INPUT, 'eps: number = None'], functions.logit) as never
/** `x` itself. */
export const positive = ofTensor('positive', (x) => {
  if (x.dtype === 'bool') throw new RuntimeError('The `+` operator, on a bool tensor is not supported.')
  return x
})
/** Whether an element is NaN. */
export const isnan = test('isnan', composed.isnan)
/** Whether it is infinite. */
export const isinf = test('isinf', composed.isinf)
/** Whether it is infinity. */
export const isposinf = test('isposinf', composed.isposinf)
/** Whether it is -infinity. */
export const isneginf = test('isneginf', composed.isneginf)
/** Whether it is neither infinite nor NaN. */
export const isfinite = test('isfinite', composed.isfinite)
/** Whether it is a real number: true of all. */
export const isreal = test('isreal', composed.isreal)
/** `not x`, as bool. */
export const logical_not = test('logical_not', pairs.logical_not)
/** All bits inverted; `not x` of bool. */
export const bitwise_not = ofTensor('bitwise_not', pairs.bitwise_not)

/** What {@link nan_to_num} puts in place. */
export interface NanToNumOptions {
  /** Of NaN; 0 by default. */
  nan?: number | null
  /** Of infinity; the greatest float32 by default. */
  posinf?: number | null
  /** Of -infinity; the least float32 by default. */
  neginf?: number | null
}

/** `x` with NaN and infinities replaced by numbers. */
export const nan_to_num: <S extends Shape>(
  input: Tensor<S>,
  nan?: number | NanToNumOptions | null,
  posinf?: number | Omit<NanToNumOptions, 'nan'> | null,
  neginf?: number | Pick<NanToNumOptions, 'neginf'> | null,
) => Tensor<S> = called(
  'nan_to_num',
  ['input: Tensor', 'nan: number = None', 'posinf: number = None', 'neginf: number = None'],
  functions.nan_to_num,
) as never
