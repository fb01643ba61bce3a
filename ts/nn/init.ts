/**
 * Initialisation in place, outside of autograd, with torch's random stream; each returns its tensor.
 * Source: torch.nn.init.
 */
import { no_grad } from '../autograd/grad_mode.js'
import { checkNumber, describe } from '../check.js'
import { ValueError } from '../errors.js'
import { copy_ } from '../ops/in_place.js'
import { fillNormal, fillUniform, type Random } from '../random/fill.js'
import { eye, tensor } from '../tensor/create.js'
import { numelOf } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'

export { orthogonal_ } from './init_orthogonal.js'
export { trunc_normal_ } from './init_trunc_normal.js'

/** What follows the layer; names of torch.nn.functional. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu'

/**
 * The factor by which a layer's weights are larger for what follows it. `param` is the negative slope
 * of 'leaky_relu', 0.01 by default.
 *
 * @throws ValueError for another name
 * @example calculate_gain('relu') // sqrt(2)
 */
export function calculate_gain(nonlinearity: Nonlinearity, param: number | null = null): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.sqrt(2)
    case 'selu':
      return 3 / 4
    case 'leaky_relu': {
      const slope = param ?? 0.01
      if (typeof slope !== 'number')
        throw new ValueError(`negative_slope ${describe(param)} not a valid number`)
      return Math.sqrt(2 / (1 + slope ** 2))
    }
    default:
      if (/^(linear|conv(_transpose)?[123]d|sigmoid)$/.test(nonlinearity)) return 1
      throw new ValueError(`Unsupported nonlinearity ${nonlinearity}`)
  }
}

/** Uniform values from [low, high). */
export function uniform_<T extends Tensor>(x: T, low = 0, high = 1, random?: Random): T {
  fillUniform('uniform_', x, low, high, random)
  return x
}

/** Normal values. */
export function normal_<T extends Tensor>(x: T, mean = 0, std = 1, random?: Random): T {
  fillNormal('normal', x, mean, std, random)
  return x
}

/** One value everywhere. */
export function constant_<T extends Tensor>(x: T, value: number): T {
  return no_grad(() => copy_(x, value))
}

/** Zeros. */
export const zeros_ = <T extends Tensor>(x: T): T => constant_(x, 0)

/** Ones. */
export const ones_ = <T extends Tensor>(x: T): T => constant_(x, 1)

/** The identity, as far as a matrix [rows, columns] holds it. */
export function eye_<T extends Tensor>(x: T): T {
  checkTensor('eye_', 'input', x)
  if (x.dim() !== 2) throw new ValueError('Only tensors with 2 dimensions are supported')
  return no_grad(() => copy_(x, eye(x.shape[0], x.shape[1])))
}

/**
 * The kernels [out, in, ...], of 1 to 3 dimensions, of a convolution that keeps its channels as they
 * are, group by group.
 *
 * @throws ValueError where there are other dimensions, or the groups do not divide the first
 */
export function dirac_<T extends Tensor>(x: T, groups = 1): T {
  checkTensor('dirac_', 'input', x)
  if (x.dim() < 3 || x.dim() > 5)
    throw new ValueError('Only tensors with 3, 4, or 5 dimensions are supported')
  if (!Number.isInteger(groups) || groups < 1 || x.shape[0] % groups !== 0)
    throw new ValueError('dim 0 must be divisible by groups')
  const [outputs, inputs, ...sizes] = x.shape
  const middle = sizes.map((size) => Math.floor(size / 2))
  if (x.numel() === 0) return x
  const values = new Float32Array(x.numel())
  const size = numelOf(sizes)
  const center = middle.reduce((place, at, i) => place * sizes[i] + at, 0)
  for (let group = 0; group < groups; group++) {
    const start = (group * outputs) / groups
    for (let d = 0; d < Math.min(outputs / groups, inputs); d++)
      values[((start + d) * inputs + d) * size + center] = 1
  }
  return no_grad(() => copy_(x, tensor(values).reshape(x.shape)))
}

/** Inputs of one output of a weight [out, in, ...], and outputs of one input: times the kernel's size. */
function fans(weight: Tensor): { fan_in: number; fan_out: number } {
  checkTensor('fan_in', 'weight', weight)
  if (weight.dim() < 2) {
    throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
  }
  const size = numelOf(weight.shape.slice(2))
  return { fan_in: weight.shape[1] * size, fan_out: weight.shape[0] * size }
}

/** Inputs of one output of a weight [out, in, ...]: in times the size of the kernel. */
export const fan_in = (weight: Tensor): number => fans(weight).fan_in

/** Uniform on ±gain sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010). */
export function xavier_uniform_<T extends Tensor>(x: T, gain = 1, random?: Random): T {
  const bound = Math.sqrt(3) * xavierStd('xavier_uniform_', x, gain)
  return uniform_(x, -bound, bound, random)
}

/** Normal of standard deviation gain sqrt(2 / (fan_in + fan_out)) (Glorot & Bengio 2010). */
export function xavier_normal_<T extends Tensor>(x: T, gain = 1, random?: Random): T {
  return normal_(x, 0, xavierStd('xavier_normal_', x, gain), random)
}

function xavierStd(op: string, x: Tensor, gain: number): number {
  checkTensor(op, 'input', x)
  checkNumber(op, 'gain', gain)
  const { fan_in, fan_out } = fans(x)
  return gain * Math.sqrt(2 / (fan_in + fan_out))
}

/** Options of Kaiming initialisation. */
export interface KaimingOptions extends Random {
  /** Negative slope of the leaky ReLU that follows; 0 by default. */
  a?: number
  /** Which size the variance keeps: of the forward pass ('fan_in', the default) or of the backward pass. */
  mode?: 'fan_in' | 'fan_out'
  /** What follows the layer; 'leaky_relu' by default. */
  nonlinearity?: Nonlinearity
}

/**
 * Uniform on ±gain sqrt(3 / fan) (He et al. 2015). The defaults of Linear and Conv2d use a = sqrt(5).
 *
 * @example torch.nn.init.kaiming_uniform_(layer.weight, { nonlinearity: 'relu' })
 */
export function kaiming_uniform_<T extends Tensor>(x: T, options: KaimingOptions = {}): T {
  const std = kaimingStd('kaiming_uniform_', x, options)
  if (x.numel() === 0) return x
  const bound = Math.sqrt(3) * std
  return uniform_(x, -bound, bound, options)
}

/**
 * Normal of standard deviation gain / sqrt(fan) (He et al. 2015).
 *
 * @example torch.nn.init.kaiming_normal_(conv.weight, { mode: 'fan_out', nonlinearity: 'relu' })
 */
export function kaiming_normal_<T extends Tensor>(x: T, options: KaimingOptions = {}): T {
  const std = kaimingStd('kaiming_normal_', x, options)
  return x.numel() === 0 ? x : normal_(x, 0, std, options)
}

function kaimingStd(op: string, x: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = options
  checkTensor(op, 'input', x)
  checkNumber(op, 'a', a)
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new ValueError(`Mode ${describe(mode)} not supported, please use one of ['fan_in', 'fan_out']`)
  }
  return calculate_gain(nonlinearity, a) / Math.sqrt(fans(x)[mode])
}
