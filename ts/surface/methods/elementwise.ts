/** Methods: elementwise functions. */
import type { TensorLike } from '../../tensor/convert.js'
import type { Shape } from '../../tensor/shape.js'
import type { Broadcast, Broadcastable } from '../../tensor/typed/broadcast.js'
import type { CombinationMethod, ComparisonMethod } from '../../tensor/typed/calls.js'
import type { BoolTensor, Like } from '../../tensor/typed/sizes.js'
import { hardshrink, prelu } from '../activations.js'
import type { AlphaOptions, DivOptions } from '../arithmetic.js'
import * as arithmetic from '../arithmetic.js'
import type { CloseOptions, ValueOptions } from '../binary.js'
import * as binary from '../binary.js'
import { called } from '../called.js'
import type { ClampOptions } from '../elementwise.js'
import * as elementwise from '../elementwise.js'
import type { NanToNumOptions } from '../functions.js'
import * as functions from '../functions.js'
import { addInPlace, addMethods } from './add.js'

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Rounded down. */
    floor(): Tensor<S>
    /** {@link floor} in place. */
    floor_(): this
    /** Rounded up. */
    ceil(): Tensor<S>
    /** {@link ceil} in place. */
    ceil_(): this
    /** Rounded towards 0. */
    trunc(): Tensor<S>
    /** {@link trunc} in place. */
    trunc_(): this
    /** The same as {@link trunc}. */
    fix(): Tensor<S>
    /** {@link fix} in place. */
    fix_(): this
    /** The part after the point, with the sign of `x`. */
    frac(): Tensor<S>
    /** {@link frac} in place. */
    frac_(): this
    /** -1, 0 or 1. */
    sign(): Tensor<S>
    /** {@link sign} in place. */
    sign_(): this
    /** The same as {@link sign}. */
    sgn(): Tensor<S>
    /** {@link sgn} in place. */
    sgn_(): this
    /** Whether the sign is negative, that of -0 included. */
    signbit(): BoolTensor<S>
    /** `x²`. */
    square(): Tensor<S>
    /** {@link square} in place. */
    square_(): this
    /** `1 / x`. */
    reciprocal(): Tensor<S>
    /** {@link reciprocal} in place. */
    reciprocal_(): this
    /** `1 / sqrt(x)`. */
    rsqrt(): Tensor<S>
    /** {@link rsqrt} in place. */
    rsqrt_(): this
    /** `2^x`. */
    exp2(): Tensor<S>
    /** {@link exp2} in place. */
    exp2_(): this
    /** `e^x - 1`, accurate near 0. */
    expm1(): Tensor<S>
    /** {@link expm1} in place. */
    expm1_(): this
    /** `log(1 + x)`, accurate near 0. */
    log1p(): Tensor<S>
    /** {@link log1p} in place. */
    log1p_(): this
    /** Logarithm to base 2. */
    log2(): Tensor<S>
    /** {@link log2} in place. */
    log2_(): this
    /** Logarithm to base 10. */
    log10(): Tensor<S>
    /** {@link log10} in place. */
    log10_(): this
    /** Sine of radians. */
    sin(): Tensor<S>
    /** {@link sin} in place. */
    sin_(): this
    /** Cosine of radians. */
    cos(): Tensor<S>
    /** {@link cos} in place. */
    cos_(): this
    /** Tangent of radians. */
    tan(): Tensor<S>
    /** {@link tan} in place. */
    tan_(): this
    /** Inverse of the sine. */
    asin(): Tensor<S>
    /** {@link asin} in place. */
    asin_(): this
    /** Inverse of the cosine. */
    acos(): Tensor<S>
    /** {@link acos} in place. */
    acos_(): this
    /** Inverse of the tangent. */
    atan(): Tensor<S>
    /** {@link atan} in place. */
    atan_(): this
    /** Hyperbolic sine. */
    sinh(): Tensor<S>
    /** {@link sinh} in place. */
    sinh_(): this
    /** Hyperbolic cosine. */
    cosh(): Tensor<S>
    /** {@link cosh} in place. */
    cosh_(): this
    /** Inverse of the hyperbolic sine. */
    asinh(): Tensor<S>
    /** {@link asinh} in place. */
    asinh_(): this
    /** Inverse of the hyperbolic cosine. */
    acosh(): Tensor<S>
    /** {@link acosh} in place. */
    acosh_(): this
    /** Inverse of the hyperbolic tangent. */
    atanh(): Tensor<S>
    /** {@link atanh} in place. */
    atanh_(): this
    /** The same as {@link asin}. */
    arcsin(): Tensor<S>
    /** {@link arcsin} in place. */
    arcsin_(): this
    /** The same as {@link acos}. */
    arccos(): Tensor<S>
    /** {@link arccos} in place. */
    arccos_(): this
    /** The same as {@link atan}. */
    arctan(): Tensor<S>
    /** {@link arctan} in place. */
    arctan_(): this
    /** The same as {@link asinh}. */
    arcsinh(): Tensor<S>
    /** {@link arcsinh} in place. */
    arcsinh_(): this
    /** The same as {@link acosh}. */
    arccosh(): Tensor<S>
    /** {@link arccosh} in place. */
    arccosh_(): this
    /** The same as {@link atanh}. */
    arctanh(): Tensor<S>
    /** {@link arctanh} in place. */
    arctanh_(): this
    /** `sin(π x) / (π x)`, 1 at 0. */
    sinc(): Tensor<S>
    /** {@link sinc} in place. */
    sinc_(): this
    /** Degrees as radians. */
    deg2rad(): Tensor<S>
    /** {@link deg2rad} in place. */
    deg2rad_(): this
    /** Radians as degrees. */
    rad2deg(): Tensor<S>
    /** {@link rad2deg} in place. */
    rad2deg_(): this
    /** The error function. */
    erf(): Tensor<S>
    /** {@link erf} in place. */
    erf_(): this
    /** `1 - erf(x)`, accurate for large x. */
    erfc(): Tensor<S>
    /** {@link erfc} in place. */
    erfc_(): this
    /** Inverse of {@link erf}. */
    erfinv(): Tensor<S>
    /** {@link erfinv} in place. */
    erfinv_(): this
    /** `log |Γ(x)|`. */
    lgamma(): Tensor<S>
    /** {@link lgamma} in place. */
    lgamma_(): this
    /** The derivative of {@link lgamma}. */
    digamma(): Tensor<S>
    /** {@link digamma} in place. */
    digamma_(): this
    /** The modified Bessel function of the first kind, of order 0. */
    i0(): Tensor<S>
    /** {@link i0} in place. */
    i0_(): this
    /** `x` itself. */
    positive(): Tensor<S>
    /** Whether an element is NaN. */
    isnan(): BoolTensor<S>
    /** Whether it is infinite. */
    isinf(): BoolTensor<S>
    /** Whether it is infinity. */
    isposinf(): BoolTensor<S>
    /** Whether it is -infinity. */
    isneginf(): BoolTensor<S>
    /** Whether it is neither infinite nor NaN. */
    isfinite(): BoolTensor<S>
    /** Whether it is a real number: true of all. */
    isreal(): BoolTensor<S>
    /** `not x`, as bool. */
    logical_not(): BoolTensor<S>
    /** {@link logical_not} in place. */
    logical_not_(): this
    /** All bits inverted; `not x` of bool. */
    bitwise_not(): Tensor<S>
    /** {@link bitwise_not} in place. */
    bitwise_not_(): this
    /** Rounded to `decimals` digits after the point, to the even one if halfway. */
    round(options?: { decimals?: number }): Tensor<S>
    /** {@link round} in place. */
    round_(options?: { decimals?: number }): this
    /** The derivative of order `n` of {@link digamma}. */
    polygamma(n: number | { n: number }): Tensor<S>
    /** {@link polygamma} in place. */
    polygamma_(n: number | { n: number }): this
    /** The logarithm of the multivariate gamma function of dimension `p`. */
    mvlgamma(p: number | { p: number }): Tensor<S>
    /** {@link mvlgamma} in place. */
    mvlgamma_(p: number | { p: number }): this
    /** `log(x / (1 - x))`; x is clamped to `[eps, 1 - eps]` if `eps` is given. */
    logit(eps?: number | null | { eps?: number | null }): Tensor<S>
    /** {@link logit} in place. */
    logit_(eps?: number | null | { eps?: number | null }): this
    /** NaN and infinities replaced by numbers. */
    nan_to_num(
      nan?: number | NanToNumOptions | null,
      posinf?: number | Omit<NanToNumOptions, 'nan'> | null,
      neginf?: number | Pick<NanToNumOptions, 'neginf'> | null,
    ): Tensor<S>
    /** {@link nan_to_num} in place. */
    nan_to_num_(
      nan?: number | NanToNumOptions | null,
      posinf?: number | Omit<NanToNumOptions, 'nan'> | null,
      neginf?: number | Pick<NanToNumOptions, 'neginf'> | null,
    ): this
    /** `this log(other)`, 0 where this is 0. */
    xlogy: CombinationMethod
    /** {@link xlogy} in place. */
    xlogy_(other: TensorLike): this
    /** The remainder of a division, of the sign of `this`. */
    fmod: CombinationMethod
    /** {@link fmod} in place. */
    fmod_(other: TensorLike): this
    /** The remainder of a division, of the sign of `other`, as Python's. */
    remainder: CombinationMethod
    /** {@link remainder} in place. */
    remainder_(other: TensorLike): this
    /** `this / other` rounded down. */
    floor_divide: CombinationMethod
    /** {@link floor_divide} in place. */
    floor_divide_(other: TensorLike): this
    /** this with the sign of `other`. */
    copysign: CombinationMethod
    /** {@link copysign} in place. */
    copysign_(other: TensorLike): this
    /** Bits that both have. */
    bitwise_and: CombinationMethod
    /** {@link bitwise_and} in place. */
    bitwise_and_(other: TensorLike): this
    /** Bits that one has. */
    bitwise_or: CombinationMethod
    /** {@link bitwise_or} in place. */
    bitwise_or_(other: TensorLike): this
    /** Bits that exactly one has. */
    bitwise_xor: CombinationMethod
    /** {@link bitwise_xor} in place. */
    bitwise_xor_(other: TensorLike): this
    /** Bits shifted left. */
    bitwise_left_shift: CombinationMethod
    /** {@link bitwise_left_shift} in place. */
    bitwise_left_shift_(other: TensorLike): this
    /** Bits shifted right, with the sign. */
    bitwise_right_shift: CombinationMethod
    /** {@link bitwise_right_shift} in place. */
    bitwise_right_shift_(other: TensorLike): this
    /** The same as `gt`. */
    greater: ComparisonMethod
    /** {@link greater} in place. */
    greater_(other: TensorLike): this
    /** The same as `ge`. */
    greater_equal: ComparisonMethod
    /** {@link greater_equal} in place. */
    greater_equal_(other: TensorLike): this
    /** The same as `lt`. */
    less: ComparisonMethod
    /** {@link less} in place. */
    less_(other: TensorLike): this
    /** The same as `le`. */
    less_equal: ComparisonMethod
    /** {@link less_equal} in place. */
    less_equal_(other: TensorLike): this
    /** The same as `ne`. */
    not_equal: ComparisonMethod
    /** {@link not_equal} in place. */
    not_equal_(other: TensorLike): this
    /** The greater one, NaN if either is; equal ones share the gradient. */
    maximum: CombinationMethod
    /** The less one, NaN if either is; equal ones share the gradient. */
    minimum: CombinationMethod
    /** The greater one, a number rather than NaN. */
    fmax: CombinationMethod
    /** The less one, a number rather than NaN. */
    fmin: CombinationMethod
    /** The angle of the point (`other`, `this`), from -π to π. */
    atan2: CombinationMethod
    /** {@link atan2} in place. */
    atan2_(other: Tensor | { other: Tensor }): this
    /** The same as {@link atan2}. */
    arctan2: CombinationMethod
    /** {@link arctan2} in place. */
    arctan2_(other: Tensor | { other: Tensor }): this
    /** `sqrt(this² + other²)`. */
    hypot: CombinationMethod
    /** {@link hypot} in place. */
    hypot_(other: Tensor | { other: Tensor }): this
    /** `log(exp(this) + exp(other))`. */
    logaddexp: CombinationMethod
    /** `log2(2^this + 2^other)`. */
    logaddexp2: CombinationMethod
    /** The next float32 after `this` in the direction of `other`. */
    nextafter: CombinationMethod
    /** {@link nextafter} in place. */
    nextafter_(other: Tensor | { other: Tensor }): this
    /** `this * 2^other`. */
    ldexp: CombinationMethod
    /** {@link ldexp} in place. */
    ldexp_(other: Tensor | { other: Tensor }): this
    /** The greatest common divisor. */
    gcd: CombinationMethod
    /** {@link gcd} in place. */
    gcd_(other: Tensor | { other: Tensor }): this
    /** The least common multiple. */
    lcm: CombinationMethod
    /** {@link lcm} in place. */
    lcm_(other: Tensor | { other: Tensor }): this
    /** Whether both are true, that is not 0. */
    logical_and: ComparisonMethod
    /** {@link logical_and} in place. */
    logical_and_(other: Tensor | { other: Tensor }): this
    /** Whether one is true. */
    logical_or: ComparisonMethod
    /** {@link logical_or} in place. */
    logical_or_(other: Tensor | { other: Tensor }): this
    /** Whether exactly one is true. */
    logical_xor: ComparisonMethod
    /** {@link logical_xor} in place. */
    logical_xor_(other: Tensor | { other: Tensor }): this
    /** 0 where this is below 0, 1 where it is above, and `values` at 0. */
    heaviside(values: Tensor | { values: Tensor }): Tensor
    /** {@link heaviside} in place. */
    heaviside_(values: Tensor | { values: Tensor }): this
    /** Whether both have the same shape and the same elements. */
    equal(other: Tensor | { other: Tensor }): boolean
    /** Whether `|this - other| <= atol + rtol |other|`, element by element. */
    isclose(
      other: Tensor,
      rtol?: number | CloseOptions,
      atol?: number | Omit<CloseOptions, 'rtol'>,
      equal_nan?: boolean | Pick<CloseOptions, 'equal_nan'>,
    ): Tensor
    /** Whether that is so for all elements. */
    allclose(
      other: Tensor,
      rtol?: number | CloseOptions,
      atol?: number | Omit<CloseOptions, 'rtol'>,
      equal_nan?: boolean | Pick<CloseOptions, 'equal_nan'>,
    ): boolean
    /** `this + weight (end - this)`. */
    lerp(end: Tensor, weight: TensorLike | { weight: TensorLike }): Tensor
    /** {@link lerp} in place. */
    lerp_(end: Tensor, weight: TensorLike | { weight: TensorLike }): this
    /** `this + value tensor1 tensor2`. */
    addcmul(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor
    /** {@link addcmul} in place. */
    addcmul_(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): this
    /** `this + value tensor1 / tensor2`. */
    addcdiv(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): Tensor
    /** {@link addcdiv} in place. */
    addcdiv_(tensor1: Tensor, tensor2: Tensor, options?: ValueOptions): this
    /** This where it is not below `min`, a number or a tensor, else `min`. */
    clamp_min(min: TensorLike | { min: TensorLike }): Tensor
    /** {@link clamp_min} in place. */
    clamp_min_(min: TensorLike | { min: TensorLike }): this
    /** This where it is not above `max`, a number or a tensor, else `max`. */
    clamp_max(max: TensorLike | { max: TensorLike }): Tensor
    /** {@link clamp_max} in place. */
    clamp_max_(max: TensorLike | { max: TensorLike }): this
    /** Throws: float64 does not exist here. */
    float_power(exponent: TensorLike): Tensor
    /** {@link float_power} in place. */
    float_power_(exponent: TensorLike): this
    /** The same as {@link sub}. */
    subtract<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
      options?: AlphaOptions,
    ): Tensor<Broadcast<A, B>>
    /** {@link subtract} in place. */
    subtract_(other: TensorLike, options?: AlphaOptions): this
    /** The same as {@link mul}. */
    multiply: CombinationMethod
    /** {@link multiply} in place. */
    multiply_(other: TensorLike): this
    /** The same as {@link div}. */
    divide<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
      options?: DivOptions,
    ): Tensor<Broadcast<A, B>>
    /** {@link divide} in place. */
    divide_(other: TensorLike, options?: DivOptions): this
    /** The same as {@link div}. */
    true_divide: CombinationMethod
    /** {@link true_divide} in place. */
    true_divide_(other: TensorLike): this
    /** The same as {@link neg}. */
    negative(): Tensor<S>
    /** {@link negative} in place. */
    negative_(): this
    /** The same as {@link abs}. */
    absolute(): Tensor<S>
    /** {@link absolute} in place. */
    absolute_(): this
    /** The same as {@link clamp}. */
    clip(min?: TensorLike | ClampOptions | null, max?: TensorLike | Pick<ClampOptions, 'max'> | null): Tensor
    /** {@link clip} in place. */
    clip_(min?: TensorLike | ClampOptions | null, max?: TensorLike | Pick<ClampOptions, 'max'> | null): this
    /** {@link gt} in place. */
    gt_(other: TensorLike): this
    /** {@link ge} in place. */
    ge_(other: TensorLike): this
    /** {@link lt} in place. */
    lt_(other: TensorLike): this
    /** {@link le} in place. */
    le_(other: TensorLike): this
    /** {@link eq} in place. */
    eq_(other: TensorLike): this
    /** {@link ne} in place. */
    ne_(other: TensorLike): this
    /** 0 from `-lambd` to `lambd`, the element elsewhere. */
    hardshrink(lambd?: number | { lambd?: number }): Tensor<S>
    /** The element above 0, elsewhere `weight` times it. */
    prelu(weight: Tensor | { weight: Tensor }): Tensor<S>
    /** {@link neg} in place. */
    neg_(): this
    /** {@link abs} in place. */
    abs_(): this
    /** {@link exp} in place. */
    exp_(): this
    /** {@link log} in place. */
    log_(): this
    /** {@link sqrt} in place. */
    sqrt_(): this
    /** {@link relu} in place. */
    relu_(): this
    /** {@link sigmoid} in place. */
    sigmoid_(): this
    /** {@link tanh} in place. */
    tanh_(): this
    /** {@link pow} in place. */
    pow_(exponent: TensorLike | { exponent: TensorLike }): this
    /** {@link clamp} in place. */
    clamp_(min?: TensorLike | ClampOptions | null, max?: TensorLike | Pick<ClampOptions, 'max'> | null): this
  }
}

const { isnan, isinf, isposinf, isneginf, isfinite, isreal, signbit, positive, polygamma, ...both } =
  functions
const { rsub, equal, isclose, allclose, maximum, minimum, fmax, fmin, logaddexp, logaddexp2, ...bothOfTwo } =
  binary
const { subtract, multiply, divide, true_divide, gt, ge, lt, le, eq, ne } = arithmetic
const { clip, negative, absolute, neg, abs, exp, log, sqrt, relu, sigmoid, tanh, pow, clamp } = elementwise
const ofOrder = called('polygamma', ['self: Tensor', 'n: int'], (x, n) => polygamma(n, x))

addMethods({
  isnan,
  isinf,
  isposinf,
  isneginf,
  isfinite,
  isreal,
  signbit,
  positive,
  hardshrink,
  prelu,
  equal,
  isclose,
  allclose,
  maximum,
  minimum,
  fmax,
  fmin,
  logaddexp,
  logaddexp2,
})
addMethods({ ...both, ...bothOfTwo, polygamma: ofOrder })
addMethods({ subtract, multiply, divide, true_divide, clip, negative, absolute })
addInPlace({ ...both, ...bothOfTwo, polygamma: ofOrder })
addInPlace({ subtract, multiply, divide, true_divide, clip, negative, absolute })
addInPlace({ gt, ge, lt, le, eq, ne, neg, abs, exp, log, sqrt, relu, sigmoid, tanh, pow, clamp })
