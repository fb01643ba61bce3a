/** Special functions, by the names of torch.special: those that are no methods of tensors, and others by another name. */
import * as special from '../ops/elementwise/special.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

export { xlogy } from './binary.js'
export { sigmoid as expit } from './elementwise.js'
export {
  digamma,
  digamma as psi,
  erf,
  erfc,
  erfinv,
  exp2,
  expm1,
  i0,
  lgamma as gammaln,
  log1p,
  logit,
  mvlgamma as multigammaln,
  polygamma,
  round,
  sinc,
} from './functions.js'
export { log_softmax, softmax } from './reduce.js'

type OfOne = (input: TensorLike) => Tensor
type OfTwo = (input: TensorLike, other: TensorLike) => Tensor

const of = (name: string, work: OfOne): OfOne => called(name, ['input: TensorLike'], (x) => work(x))
const ofTwo = (name: string, work: OfTwo): OfTwo =>
  called(name, ['input: TensorLike', 'other: TensorLike'], (a, b) => work(a, b))

/** `-x log(x)`, 0 at 0, -infinity below. */
export const entr = /* @__PURE__ */ of('entr', (x) => special.entr(x))
/** `exp(x²) erfc(x)`. */
export const erfcx = /* @__PURE__ */ of('erfcx', (x) => special.erfcx(x))
/** `P(X < x)` of the standard normal distribution. */
export const ndtr = /* @__PURE__ */ of('ndtr', (x) => special.ndtr(x))
/** The inverse of {@link ndtr}. */
export const ndtri = /* @__PURE__ */ of('ndtri', (x) => special.ndtri(x))
/** The logarithm of {@link ndtr}. */
export const log_ndtr = /* @__PURE__ */ of('log_ndtr', (x) => special.log_ndtr(x))
/** `exp(-|x|) i0(x)`. */
export const i0e = /* @__PURE__ */ of('i0e', (x) => special.i0e(x))
/** The modified Bessel function of the first kind, of order 1. */
export const i1 = /* @__PURE__ */ of('i1', (x) => special.i1(x))
/** `exp(-|x|) i1(x)`. */
export const i1e = /* @__PURE__ */ of('i1e', (x) => special.i1e(x))
/** `input log(1 + other)`, 0 where input is 0. */
export const xlog1py = /* @__PURE__ */ ofTwo('xlog1py', (a, b) => special.xlog1py(a, b))
/** Hurwitz' zeta function: the sum of `(other + k)^-input` over all k >= 0. */
export const zeta = /* @__PURE__ */ ofTwo('zeta', (a, b) => special.zeta(a, b))
