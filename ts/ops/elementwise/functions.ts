/** The functions of one tensor that torch has as methods. */
import { RuntimeError } from '../../base/errors.js'
import { asFloat, floating } from '../../graph/operands.js'
import type { TensorLike } from '../../tensor/convert.js'
import { to, toTensor } from '../../tensor/convert.js'
import { Tensor } from '../../tensor/tensor.js'
import { clone } from '../shape/clone.js'
import { rounding, unary } from './function.js'
import { clamp, pow } from './math.js'

export const floor = rounding('floor')
export const ceil = rounding('ceil')
export const trunc = rounding('trunc')
const toWhole = rounding('round')
const toDecimals = unary('round_decimals', floating)
export const frac = unary('frac', floating)

/** Rounds to `decimals` digits after the point, before it if negative. */
export const round = (x: TensorLike, decimals = 0): Tensor =>
  decimals === 0 ? toWhole(x) : toDecimals(x, 10 ** Math.abs(decimals), decimals < 0 ? 1 : 0)

const signOfFloats = unary('sign')

export function sign(x: TensorLike): Tensor {
  if (!(x instanceof Tensor) || x.dtype === 'float32') return signOfFloats(x)
  return x.dtype === 'int32'
    ? clamp(x, { min: -1, max: 1 })
    : x.dtype === 'bool'
      ? clone(x)
      : clamp(x, { max: 1 })
}

export const exp2 = unary('exp2', asFloat, 'result')
export const expm1 = unary('expm1')
export const log1p = unary('log1p')
export const log2 = unary('log2')
export const log10 = unary('log10')
export const sin = unary('sin')
export const cos = unary('cos')
export const tan = unary('tan', asFloat, 'result')
export const asin = unary('asin')
export const acos = unary('acos')
export const atan = unary('atan')
export const sinh = unary('sinh')
export const cosh = unary('cosh')
export const asinh = unary('asinh')
export const acosh = unary('acosh')
export const atanh = unary('atanh')
const finite = unary('nan_to_num', floating)

/** The greatest float32. */
const MOST = 3.4028234663852886e38

/** NaN and infinities replaced by numbers; by default 0 and the ends of float32. */
export function nan_to_num(
  x: Tensor,
  nan: number | null,
  posinf: number | null,
  neginf: number | null,
): Tensor {
  return x.dtype === 'float32' ? finite(x, nan ?? 0, posinf ?? MOST, neginf ?? -MOST) : clone(x)
}

export const sinc = unary('sinc')
export const erf = unary('erf')
export const erfc = unary('erfc')
export const erfinv = unary('erfinv')
export const lgamma = unary('lgamma')
export const i0 = unary('i0')
const derivativeOfDigamma = unary('polygamma')
const logitOf = unary('logit')

/** The derivative of order `n` of digamma. */
export function polygamma(n: number, x: TensorLike): Tensor {
  if (n < 0) throw new RuntimeError('polygamma(n, x) does not support negative n.')
  return derivativeOfDigamma(x, n)
}

/** `log(x / (1 - x))`, of x clamped to [eps, 1 - eps] if `eps` is given. */
export const logit = (x: TensorLike, eps: number | null = null): Tensor => logitOf(x, eps ?? -1)

export const square = (x: TensorLike): Tensor => pow(x, 2)

const asFloats = (op: string, x: TensorLike) => to(toTensor(op, 'input', x), 'float32')

export const reciprocal = (x: TensorLike): Tensor => pow(asFloats('reciprocal', x), -1)
export const rsqrt = (x: TensorLike): Tensor => pow(asFloats('rsqrt', x), -0.5)
