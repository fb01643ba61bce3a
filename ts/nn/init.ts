/**
 * Initialisation in place, outside of autograd, with torch's random stream; each returns its tensor.
 * Source: torch.nn.init.
 */

import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { fillNormal, fillUniform, type Random } from '../ops/random/fill.js'
import { copy_ } from '../ops/shape/in_place.js'
import type { Generator } from '../random/generator.js'
import { eye, tensor } from '../tensor/create.js'
import { numelOf } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

export { orthogonal_ } from './init_orthogonal.js'
export { sparse_ } from './init_sparse.js'
export { type TruncNormalOptions, trunc_normal_ } from './init_trunc_normal.js'

/** The nonlinearity after the layer; names of torch.nn.functional. */
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
 * The factor by which to scale a layer's weights for the nonlinearity that follows. `param` is the negative slope
 * of 'leaky_relu', 0.01 by default.
 *
 * @throws ValueError for another name
 * @example calculate_gain('relu') // sqrt(2)
 */
export function calculate_gain(
  nonlinearity: Nonlinearity,
  param?: number | { param?: number | null } | null,
): number
export function calculate_gain(...args: unknown[]): number {
  return gainOf(...CALCULATE_GAIN.read(args))
}

function gainOf(nonlinearity: string, param: number | null): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.sqrt(2)
    case 'selu':
      return 3 / 4
    case 'leaky_relu': {
      const slope = param ?? 0.01
      return Math.sqrt(2 / (1 + slope * slope))
    }
    default:
      if (/^(linear|conv(_transpose)?[123]d|sigmoid)$/.test(nonlinearity)) return 1
      throw new ValueError(`Unsupported nonlinearity ${nonlinearity.slice(0, 80)}`)
  }
}

const GENERATOR = 'generator: Generator = None'
const CALCULATE_GAIN = signature('calculate_gain', 'nonlinearity: str', 'param: number = None')
const UNIFORM_ = signature('uniform_', 'tensor: Tensor', 'a: number = 0', 'b: number = 1', GENERATOR)
const NORMAL_ = signature('normal_', 'tensor: Tensor', 'mean: number = 0', 'std: number = 1', GENERATOR)
const CONSTANT_ = signature('constant_', 'tensor: Tensor', 'val: number')
const ZEROS_ = signature('zeros_', 'tensor: Tensor')
const ONES_ = signature('ones_', 'tensor: Tensor')
const EYE_ = signature('eye_', 'tensor: Tensor')
const DIRAC_ = signature('dirac_', 'tensor: Tensor', 'groups: number = 1')
const FAN_IN = signature('fan_in', 'tensor: Tensor')
const XAVIER_UNIFORM_ = signature('xavier_uniform_', 'tensor: Tensor', 'gain: number = 1', GENERATOR)
const XAVIER_NORMAL_ = signature('xavier_normal_', 'tensor: Tensor', 'gain: number = 1', GENERATOR)
const KAIMING = [
  'tensor: Tensor',
  'a: number = 0',
  "mode: str = 'fan_in'",
  "nonlinearity: str = 'leaky_relu'",
  GENERATOR,
] as const
const KAIMING_UNIFORM_ = signature('kaiming_uniform_', ...KAIMING)
const KAIMING_NORMAL_ = signature('kaiming_normal_', ...KAIMING)

/** The source of random numbers: a generator by position or by keyword. */
export type RandomSource = Generator | Random | null

/** Uniform values from [a, b). */
export function uniform_<T extends Tensor>(
  tensor: T,
  a?: number | ({ a?: number; b?: number } & Random),
  b?: number | ({ b?: number } & Random),
  generator?: RandomSource,
): T
export function uniform_(...args: unknown[]): Tensor {
  const [x, a, b, generator] = UNIFORM_.read(args)
  fillUniform('uniform_', x, a, b, { generator })
  return x
}

/** Normal values. */
export function normal_<T extends Tensor>(
  tensor: T,
  mean?: number | ({ mean?: number; std?: number } & Random),
  std?: number | ({ std?: number } & Random),
  generator?: RandomSource,
): T
export function normal_(...args: unknown[]): Tensor {
  const [x, mean, std, generator] = NORMAL_.read(args)
  fillNormal('normal', x, mean, std, { generator })
  return x
}

const fill = (x: Tensor, value: number): Tensor => no_grad(() => copy_(x, value))

/** One value everywhere. */
export function constant_<T extends Tensor>(tensor: T, val: number | { val: number }): T
export function constant_(...args: unknown[]): Tensor {
  return fill(...CONSTANT_.read(args))
}

/** Zeros. */
export function zeros_<T extends Tensor>(tensor: T): T
export function zeros_(...args: unknown[]): Tensor {
  return fill(ZEROS_.read(args)[0], 0)
}

/** Ones. */
export function ones_<T extends Tensor>(tensor: T): T
export function ones_(...args: unknown[]): Tensor {
  return fill(ONES_.read(args)[0], 1)
}

/** The identity, cut to a matrix [rows, columns]. */
export function eye_<T extends Tensor>(tensor: T): T
export function eye_(...args: unknown[]): Tensor {
  const [x] = EYE_.read(args)
  if (x.dim() !== 2) throw new ValueError('Only tensors with 2 dimensions are supported')
  return no_grad(() => copy_(x, eye(x.shape[0], x.shape[1])))
}

/**
 * The kernels [out, in, ...], with 1 to 3 spatial dimensions, of a convolution that is the identity on its channels,
 * group by group.
 *
 * @throws ValueError for other numbers of dimensions, or if the groups do not divide the first
 */
export function dirac_<T extends Tensor>(tensor: T, groups?: number | { groups?: number }): T
export function dirac_(...args: unknown[]): Tensor {
  const [x, groups] = DIRAC_.read(args)
  if (x.dim() < 3 || x.dim() > 5)
    throw new ValueError('Only tensors with 3, 4, or 5 dimensions are supported')
  if (!Number.isInteger(groups) || groups < 1 || x.shape[0] % groups !== 0)
    throw new ValueError('dim 0 must be divisible by groups')
  const [outputs, inputs, ...sizes] = x.shape
  const middle = sizes.map((size) => Math.floor(size / 2))
  if (x.numel() === 0) return x
  const values = new Float32Array(x.numel())
  const size = numelOf(sizes)
  const center = middle.reduce((index, at, i) => index * sizes[i] + at, 0)
  for (let group = 0; group < groups; group++) {
    const start = (group * outputs) / groups
    for (let d = 0; d < Math.min(outputs / groups, inputs); d++)
      values[((start + d) * inputs + d) * size + center] = 1
  }
  return no_grad(() => copy_(x, tensor(values).reshape(x.shape)))
}

/** Inputs of one output of a weight [out, in, ...], and outputs of one input: times the kernel's size. */
function fans(weight: Tensor): { fan_in: number; fan_out: number } {
  if (weight.dim() < 2) {
    throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
  }
  const size = numelOf(weight.shape.slice(2))
  return { fan_in: weight.shape[1] * size, fan_out: weight.shape[0] * size }
}

/** Inputs of one output of a weight [out, in, ...]: in times the size of the kernel. */
export function fan_in(tensor: Tensor): number
export function fan_in(...args: unknown[]): number {
  return fans(FAN_IN.read(args)[0]).fan_in
}

/** Uniform on ±gain sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010). */
export function xavier_uniform_<T extends Tensor>(
  tensor: T,
  gain?: number | ({ gain?: number } & Random),
  generator?: RandomSource,
): T
export function xavier_uniform_(...args: unknown[]): Tensor {
  const [x, gain, generator] = XAVIER_UNIFORM_.read(args)
  const bound = Math.sqrt(3) * xavierStd(x, gain)
  return uniform_(x, -bound, bound, generator)
}

/** Normal of standard deviation gain sqrt(2 / (fan_in + fan_out)) (Glorot & Bengio 2010). */
export function xavier_normal_<T extends Tensor>(
  tensor: T,
  gain?: number | ({ gain?: number } & Random),
  generator?: RandomSource,
): T
export function xavier_normal_(...args: unknown[]): Tensor {
  const [x, gain, generator] = XAVIER_NORMAL_.read(args)
  return normal_(x, 0, xavierStd(x, gain), generator)
}

function xavierStd(x: Tensor, gain: number): number {
  const { fan_in, fan_out } = fans(x)
  return gain * Math.sqrt(2 / (fan_in + fan_out))
}

/** Options of Kaiming initialisation. */
export interface KaimingOptions extends Random {
  /** Negative slope of the leaky ReLU that follows; 0 by default. */
  a?: number
  /** Whether to preserve the variance of the forward pass ('fan_in', the default) or of the backward pass. */
  mode?: 'fan_in' | 'fan_out'
  /** The nonlinearity after the layer; 'leaky_relu' by default. */
  nonlinearity?: Nonlinearity
}

/**
 * Uniform on ±gain sqrt(3 / fan) (He et al. 2015). The defaults of Linear and Conv2d use a = sqrt(5).
 *
 * @example torch.nn.init.kaiming_uniform_(layer.weight, { nonlinearity: 'relu' })
 */
export function kaiming_uniform_<T extends Tensor>(
  tensor: T,
  a?: number | KaimingOptions,
  mode?: 'fan_in' | 'fan_out' | Omit<KaimingOptions, 'a'>,
  nonlinearity?: Nonlinearity | Random,
  generator?: RandomSource,
): T
export function kaiming_uniform_(...args: unknown[]): Tensor {
  const [x, a, mode, nonlinearity, generator] = KAIMING_UNIFORM_.read(args)
  const std = kaimingStd(x, a, mode, nonlinearity)
  if (x.numel() === 0) return x
  const bound = Math.sqrt(3) * std
  return uniform_(x, -bound, bound, generator)
}

/**
 * Normal of standard deviation gain / sqrt(fan) (He et al. 2015).
 *
 * @example torch.nn.init.kaiming_normal_(conv.weight, { mode: 'fan_out', nonlinearity: 'relu' })
 */
export function kaiming_normal_<T extends Tensor>(
  tensor: T,
  a?: number | KaimingOptions,
  mode?: 'fan_in' | 'fan_out' | Omit<KaimingOptions, 'a'>,
  nonlinearity?: Nonlinearity | Random,
  generator?: RandomSource,
): T
export function kaiming_normal_(...args: unknown[]): Tensor {
  const [x, a, mode, nonlinearity, generator] = KAIMING_NORMAL_.read(args)
  const std = kaimingStd(x, a, mode, nonlinearity)
  return x.numel() === 0 ? x : normal_(x, 0, std, generator)
}

function kaimingStd(x: Tensor, a: number, mode: string, nonlinearity: string): number {
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new ValueError(`Mode ${describe(mode)} not supported, please use one of ['fan_in', 'fan_out']`)
  }
  return gainOf(nonlinearity, a) / Math.sqrt(fans(x)[mode])
}
