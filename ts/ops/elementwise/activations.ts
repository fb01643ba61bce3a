/** Activations that few apps use: bundlers drop those that are not. */
import { RuntimeError } from '../../base/errors.js'
import { compose } from '../../graph/composed.js'
import { floating } from '../../graph/operands.js'
import { type TensorLike, to } from '../../tensor/convert.js'
import { elementOf } from '../../tensor/promotion.js'
import { normalizeDim } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { narrow } from '../shape/slice.js'
import { reshape } from '../shape/view.js'
import { leaky_relu, tanh } from './activation.js'
import { add, div, gt, mul, sub } from './binary.js'
import { unary } from './function.js'
import { abs, clamp, sigmoid } from './math.js'
import { where } from './where.js'

const eluOf = /* @__PURE__ */ unary('elu', floating)
const softplusOf = /* @__PURE__ */ unary('softplus', floating)
const hardtanhOf = /* @__PURE__ */ unary('hardtanh', floating)
const hardshrinkOf = /* @__PURE__ */ unary('hardshrink', floating)
const softshrinkOf = /* @__PURE__ */ unary('softshrink', floating)
const thresholdOf = /* @__PURE__ */ unary('threshold', floating)
export const mish = /* @__PURE__ */ unary('mish', floating)
export const hardswish = /* @__PURE__ */ unary('hardswish', floating)
export const hardsigmoid = /* @__PURE__ */ unary('hardsigmoid', floating)

/** `x` above 0, `alpha (e^x - 1)` elsewhere. Source: Clevert et al. 2016. */
export const elu = (x: TensorLike, alpha: number): Tensor => eluOf(x, alpha, 1, 1)

/** `x` above 0, `alpha (e^(x / alpha) - 1)` elsewhere. Source: Barron 2017. */
export function celu(x: TensorLike, alpha: number): Tensor {
  if (alpha === 0) throw new RuntimeError('ZeroDivisionError: alpha cannot be 0 for CELU')
  return eluOf(x, alpha, 1 / alpha, 1)
}

/** The elu that keeps mean 0 and variance 1. Source: Klambauer et al. 2017. */
export const selu = (x: Tensor): Tensor =>
  asWhole('selu', [x], eluOf(x, 1.6732632423543772, 1, 1.0507009873554805))

/** `log(1 + e^(beta x)) / beta`, x itself where beta x exceeds the threshold. */
export const softplus = (x: TensorLike, beta: number, threshold: number): Tensor =>
  softplusOf(x, beta, threshold)

/** x clamped to the bounds, at which there is no gradient. */
export function hardtanh(x: Tensor, min: number, max: number): Tensor {
  if (min > max) throw new RuntimeError('min_val cannot be greater than max_val')
  if (x.dtype === 'bool') throw new RuntimeError('Bool inputs not supported for hardtanh')
  if (x.dtype === 'float32') return hardtanhOf(x, min, max)
  return clamp(x, { min: elementOf('hardtanh', min, x.dtype), max: elementOf('hardtanh', max, x.dtype) })
}

/** x outside of [-lambd, lambd], 0 inside. */
export const hardshrink = (x: TensorLike, lambd: number): Tensor => hardshrinkOf(x, lambd)

/** x moved by lambd towards 0. */
export function softshrink(x: TensorLike, lambd: number): Tensor {
  if (lambd >= 0) return softshrinkOf(x, lambd)
  throw new RuntimeError(`lambda must be greater or equal to 0, but found to be ${lambd}.`)
}

/** x above the threshold, `value` elsewhere. */
export function threshold(x: Tensor, limit: number, value: number): Tensor {
  if (x.dtype === 'float32') return thresholdOf(x, limit, value)
  return to(where(gt(x, limit), x, elementOf('threshold', value, x.dtype)), x.dtype)
}

/** `x / (1 + |x|)`. */
export const softsign = (x: Tensor): Tensor =>
  asWhole(
    'softsign',
    [x],
    compose([x], () => div(x, add(abs(x), 1))),
  )

/** `x - tanh(x)`. */
export const tanhshrink = (x: TensorLike): Tensor => compose([x], () => sub(x, tanh(x)))

/** The first half along a dimension times the sigmoid of the second. Source: Dauphin et al. 2017. */
export function glu(x: Tensor, dim: number): Tensor {
  if (x.dim() === 0) throw new RuntimeError('glu does not support 0-dimensional tensors')
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  if (size % 2 !== 0) {
    throw new RuntimeError(`Halving dimension must be even, but dimension ${at} is size ${size}`)
  }
  return compose([x], () => mul(narrow(x, at, 0, size / 2), sigmoid(narrow(x, at, size / 2, size / 2))))
}

/** x above 0, elsewhere `weight x`: one weight, or one for each channel, which is dimension 1. Source: He et al. 2015. */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  if (x.dtype !== weight.dtype) {
    throw new RuntimeError(`prelu: Type promoting not supported. Got ${x.dtype} and ${weight.dtype}`)
  }
  if (weight.dim() > 1) {
    throw new RuntimeError(
      `prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.dim()}`,
    )
  }
  const channels = x.dim() > 1 ? x.shape[1] : 1
  const count = weight.numel()
  if (count !== 1 && count !== channels) {
    throw new RuntimeError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and channel size = ${channels}.`,
    )
  }
  const shape =
    weight.dim() === 0 ? [] : x.dim() > 1 ? [count, ...x.shape.slice(2).map(() => 1)] : x.shape.map(() => 1)
  return compose([x, weight], () => where(gt(x, 0), x, mul(reshape(weight, shape), x)))
}

/** x above 0, elsewhere x times the mean of both slopes, or in training times one drawn from between them. */
export function rrelu(x: Tensor, lower: number, upper: number, training: boolean): Tensor {
  if (lower > upper) {
    throw new RuntimeError('Lower bound should be less than or equal to the upper bound')
  }
  if (training) {
    throw new RuntimeError(
      'rrelu: training with random slopes is not supported: call eval(), or use leaky_relu',
    )
  }
  return leaky_relu(x, (lower + upper) / 2)
}
