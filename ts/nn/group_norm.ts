/** Layers that normalise groups, instances, root mean squares and neighbours. */
import { ValueError } from '../base/errors.js'
import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import { local_response_norm } from '../ops/conv/local_response_norm.js'
import { group_norm, instance_norm, rms_norm } from '../ops/norm/group_norm.js'
import { squeeze, unsqueeze } from '../ops/shape/view.js'
import { ones, tensor, zeros } from '../tensor/create.js'
import { ownIntegers, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { float, repr, tuple } from './repr.js'

/** Options of {@link GroupNorm}. */
export interface GroupNormModuleOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number
  /** Whether a weight (initially ones) and a bias (initially zeros) are learned; true by default. */
  affine?: boolean
  /** False omits the bias; true by default. */
  bias?: boolean
}

const GROUP_NORM = signature(
  'GroupNorm',
  'num_groups: int',
  'num_channels: int',
  'eps: number = 1e-5',
  'affine: bool = True',
  DEVICE,
  DTYPE,
  '*',
  'bias: bool = True',
)
const GROUP_NORM_FORWARD = signature('GroupNorm.forward', 'input: Tensor')

/**
 * Normalises each group of channels of each sample of [N, C, ...] (Wu & He 2018). Source: torch.nn.GroupNorm.
 *
 * @throws ValueError unless the channels can be divided into groups
 * @example new torch.nn.GroupNorm(2, 8).forward(torch.randn(4, 8, 5, 5))
 */
export class GroupNorm extends Module {
  readonly num_groups: number
  readonly num_channels: number
  readonly eps: number
  readonly affine: boolean
  /** [num_channels], or null. */
  weight: Parameter | null = null
  bias: Parameter | null = null

  constructor(
    num_groups: number,
    num_channels: number,
    eps?: number | GroupNormModuleOptions,
    affine?: boolean | Omit<GroupNormModuleOptions, 'eps'>,
    options?: FactoryOptions & { bias?: boolean },
  )
  constructor(options: GroupNormModuleOptions & { num_groups: number; num_channels: number })
  constructor(...args: unknown[]) {
    super()
    const [num_groups, num_channels, eps, affine, , , bias] = GROUP_NORM.read(args)
    if (num_groups < 1 || num_channels < 0 || num_channels % num_groups !== 0)
      throw new ValueError(`num_channels (${num_channels}) must be divisible by num_groups (${num_groups})`)
    this.num_groups = num_groups
    this.num_channels = num_channels
    this.eps = eps
    this.affine = affine
    addAffine(this, [num_channels], affine, affine && bias)
  }

  /** [N, num_channels, ...] -> the same shape */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = GROUP_NORM_FORWARD.read(args)
    const { num_groups, weight, bias, eps } = this
    return group_norm(input, num_groups, { weight, bias }, eps)
  }

  override extra_repr(): string {
    const { num_groups, num_channels, eps, affine, bias } = this
    return `${num_groups}, ${num_channels}, eps=${repr(eps)}, affine=${repr(affine)}, bias=${repr(bias !== null)}`
  }
}

/** Registers a weight of ones and a bias of zeros, or null. */
function addAffine(module: Module, shape: Shape, weight: boolean, bias: boolean): void {
  module.register_parameter('weight', weight ? new Parameter(ones(shape)) : null)
  module.register_parameter('bias', bias ? new Parameter(zeros(shape)) : null)
}

/** Options of {@link InstanceNorm1d} and its like. */
export interface InstanceNormModuleOptions extends FactoryOptions {
  eps?: number
  /** Of the running statistics; 0.1 by default. */
  momentum?: number | null
  /** Whether weight and bias are learned; false by default. */
  affine?: boolean
  /** Whether running statistics are kept, and used in evaluation; false by default. */
  track_running_stats?: boolean
  bias?: boolean
}

const INSTANCE_NORM = [
  'num_features: int',
  'eps: number = 1e-5',
  'momentum: number = 0.1',
  'affine: bool = False',
  'track_running_stats: bool = False',
  DEVICE,
  DTYPE,
  '*',
  'bias: bool = True',
] as const

type InstanceNormArguments =
  | [
      num_features: number,
      eps?: number | InstanceNormModuleOptions,
      momentum?: number | null,
      affine?: boolean,
      track_running_stats?: boolean,
      options?: FactoryOptions & { bias?: boolean },
    ]
  | [options: InstanceNormModuleOptions & { num_features: number }]

abstract class InstanceNorm extends Module {
  readonly num_features: number
  readonly eps: number
  readonly momentum: number | null
  readonly affine: boolean
  readonly track_running_stats: boolean
  weight: Parameter | null = null
  bias: Parameter | null = null
  declare running_mean: Tensor | null
  declare running_var: Tensor | null
  declare num_batches_tracked: Tensor | null

  constructor(args: ArgumentsOf<typeof INSTANCE_NORM>) {
    super()
    const [num_features, eps, momentum, affine, track_running_stats, , , bias] = args
    this.num_features = num_features
    this.eps = eps
    this.momentum = momentum
    this.affine = affine
    this.track_running_stats = track_running_stats
    addAffine(this, [num_features], affine, affine && bias)
    this.register_buffer('running_mean', track_running_stats ? zeros([num_features]) : null)
    this.register_buffer('running_var', track_running_stats ? ones([num_features]) : null)
    this.register_buffer('num_batches_tracked', track_running_stats ? tensor(0, { dtype: 'int32' }) : null)
  }

  override extra_repr(): string {
    const { num_features, eps, momentum, affine, bias, track_running_stats } = this
    return `${num_features}, eps=${repr(eps)}, momentum=${repr(momentum)}, affine=${repr(affine)}, bias=${repr(bias !== null)}, track_running_stats=${repr(track_running_stats)}`
  }
}

/** Normalises images of `dims` dimensions, with or without a batch. */
function normalized(layer: InstanceNorm, [input]: readonly [Tensor], dims: number): Tensor {
  const rank = input.dim()
  if (rank !== dims + 1 && rank !== dims + 2)
    throw new ValueError(`expected ${dims + 1}D or ${dims + 2}D input (got ${rank}D input)`)
  const { weight, bias, running_mean, running_var, momentum, eps } = layer
  const channels = input.shape[rank - dims - 1]
  if (layer.affine && channels !== layer.num_features) {
    throw new ValueError(
      `expected input's size at dim=${rank - dims - 1} to match num_features (${layer.num_features}), but got: ${channels}.`,
    )
  }
  const use_input_stats = layer.training || !layer.track_running_stats
  const options = { running_mean, running_var, weight, bias, use_input_stats, momentum: momentum ?? 0, eps }
  if (rank === dims + 2) return instance_norm(input, options)
  return squeeze(instance_norm(unsqueeze(input, 0), options), 0)
}

const INSTANCE_NORM1D = signature('InstanceNorm1d', ...INSTANCE_NORM)
const INSTANCE_NORM1D_FORWARD = signature('InstanceNorm1d.forward', 'input: Tensor')

/** Normalises each channel of each sequence [N, C, L] or [C, L] (Ulyanov et al. 2016). Source: torch.nn.InstanceNorm1d. */
export class InstanceNorm1d extends InstanceNorm {
  constructor(...args: InstanceNormArguments)
  constructor(...args: unknown[]) {
    super(INSTANCE_NORM1D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return normalized(this, INSTANCE_NORM1D_FORWARD.read(args), 1)
  }
}

const INSTANCE_NORM2D = signature('InstanceNorm2d', ...INSTANCE_NORM)
const INSTANCE_NORM2D_FORWARD = signature('InstanceNorm2d.forward', 'input: Tensor')

/** The same of images [N, C, H, W] or [C, H, W]. Source: torch.nn.InstanceNorm2d. */
export class InstanceNorm2d extends InstanceNorm {
  constructor(...args: InstanceNormArguments)
  constructor(...args: unknown[]) {
    super(INSTANCE_NORM2D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return normalized(this, INSTANCE_NORM2D_FORWARD.read(args), 2)
  }
}

const INSTANCE_NORM3D = signature('InstanceNorm3d', ...INSTANCE_NORM)
const INSTANCE_NORM3D_FORWARD = signature('InstanceNorm3d.forward', 'input: Tensor')

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.InstanceNorm3d. */
export class InstanceNorm3d extends InstanceNorm {
  constructor(...args: InstanceNormArguments)
  constructor(...args: unknown[]) {
    super(INSTANCE_NORM3D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return normalized(this, INSTANCE_NORM3D_FORWARD.read(args), 3)
  }
}

/** Options of {@link RMSNorm}. */
export interface RMSNormModuleOptions extends FactoryOptions {
  /** Added to the mean square; null, the default, for 2^-23. */
  eps?: number | null
  /** Whether a weight (initially ones) is learned; true by default. */
  elementwise_affine?: boolean
}

const RMS_NORM = signature(
  'RMSNorm',
  'normalized_shape: int|ints',
  'eps: number = None',
  'elementwise_affine: bool = True',
  DEVICE,
  DTYPE,
)
const RMS_NORM_FORWARD = signature('RMSNorm.forward', 'input: Tensor')

/**
 * Divides by the root of the mean square over the last dimensions, `normalized_shape` (Zhang & Sennrich 2019). Source: torch.nn.RMSNorm.
 *
 * @example new torch.nn.RMSNorm(64).forward(torch.randn(32, 10, 64))
 */
export class RMSNorm extends Module {
  readonly normalized_shape: Shape
  readonly eps: number | null
  readonly elementwise_affine: boolean
  /** Of the normalised shape, or null. */
  weight: Parameter | null = null

  constructor(
    normalized_shape: number | Shape,
    eps?: number | null | RMSNormModuleOptions,
    elementwise_affine?: boolean | Omit<RMSNormModuleOptions, 'eps'>,
    options?: FactoryOptions,
  )
  constructor(options: RMSNormModuleOptions & { normalized_shape: number | Shape })
  constructor(...args: unknown[]) {
    super()
    const [normalized_shape, eps, elementwise_affine] = RMS_NORM.read(args)
    const shape = typeof normalized_shape === 'number' ? [normalized_shape] : normalized_shape
    this.normalized_shape = ownIntegers('RMSNorm', 'normalized_shape', shape)
    this.eps = eps
    this.elementwise_affine = elementwise_affine
    this.register_parameter('weight', elementwise_affine ? new Parameter(ones(this.normalized_shape)) : null)
  }

  /** [..., ...normalized_shape] -> the same shape */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = RMS_NORM_FORWARD.read(args)
    return rms_norm(input, this.normalized_shape, this.weight, this.eps)
  }

  override extra_repr(): string {
    const { normalized_shape, eps, elementwise_affine } = this
    return `${tuple(normalized_shape)}, eps=${repr(eps)}, elementwise_affine=${repr(elementwise_affine)}`
  }
}

const LOCAL_RESPONSE_NORM = signature(
  'LocalResponseNorm',
  'size: int',
  'alpha: number = 0.0001',
  'beta: number = 0.75',
  'k: number = 1',
)
const LOCAL_RESPONSE_NORM_FORWARD = signature('LocalResponseNorm.forward', 'input: Tensor')

/** Divides by a power of the mean square of `size` neighbouring channels of [N, C, ...]. Source: torch.nn.LocalResponseNorm. */
export class LocalResponseNorm extends Module {
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly k: number

  constructor(
    size: number | { size: number; alpha?: number; beta?: number; k?: number },
    alpha?: number | { alpha?: number; beta?: number; k?: number },
    beta?: number | { beta?: number; k?: number },
    k?: number | { k?: number },
  )
  constructor(...args: unknown[]) {
    super()
    const [size, alpha, beta, k] = LOCAL_RESPONSE_NORM.read(args)
    this.size = size
    this.alpha = alpha
    this.beta = beta
    this.k = k
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = LOCAL_RESPONSE_NORM_FORWARD.read(args)
    return local_response_norm(input, this)
  }

  override extra_repr(): string {
    return `${this.size}, alpha=${repr(this.alpha)}, beta=${repr(this.beta)}, k=${float(this.k)}`
  }
}
