/** Public functions of torch.nn.functional: normalisation by groups, instances, root mean squares and neighbours. */
import { signature } from '../call/signature.js'
import * as neighbours from '../ops/conv/local_response_norm.js'
import * as groups from '../ops/norm/group_norm.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

const AFFINE = ['weight: Tensor = None', 'bias: Tensor = None'] as const
const GROUP_NORM = signature(
  'group_norm',
  'input: Tensor',
  'num_groups: int',
  ...AFFINE,
  'eps: number = 1e-5',
)
const INSTANCE_NORM = signature(
  'instance_norm',
  'input: Tensor',
  'running_mean: Tensor = None',
  'running_var: Tensor = None',
  ...AFFINE,
  'use_input_stats: bool = True',
  'momentum: number = 0.1',
  'eps: number = 1e-5',
)
const RMS_NORM = signature(
  'rms_norm',
  'input: Tensor',
  'normalized_shape: ints',
  'weight: Tensor = None',
  'eps: number = None',
)
const LOCAL_RESPONSE_NORM = signature(
  'local_response_norm',
  'input: Tensor',
  'size: int',
  'alpha: number = 0.0001',
  'beta: number = 0.75',
  'k: number = 1',
)

/** Keywords of {@link group_norm}. */
export interface GroupNormOptions {
  /** [C] */
  weight?: Tensor | null
  /** [C] */
  bias?: Tensor | null
  /** Added to the variance; 1e-5 by default. */
  eps?: number
}

/**
 * Normalises each group of channels of each sample of [N, C, ...] to mean 0 and variance 1 (Wu & He 2018).
 * Source: torch.nn.functional.group_norm.
 *
 * @throws RuntimeError unless the channels can be divided into groups
 */
export function group_norm(
  input: Tensor,
  num_groups: number,
  weight?: Tensor | GroupNormOptions | null,
  bias?: Tensor | Omit<GroupNormOptions, 'weight'> | null,
  eps?: number | Pick<GroupNormOptions, 'eps'>,
): Tensor
export function group_norm(...args: unknown[]): Tensor {
  const [input, num_groups, weight, bias, eps] = GROUP_NORM.read(args)
  return groups.group_norm(input, num_groups, { weight, bias }, eps)
}

/** Keywords of {@link instance_norm}. */
export interface InstanceNormOptions extends GroupNormOptions {
  /** Running statistics [C], which are updated. */
  running_mean?: Tensor | null
  running_var?: Tensor | null
  /** Whether the input's own statistics are used; true by default. */
  use_input_stats?: boolean
  /** Of the running statistics; 0.1 by default. */
  momentum?: number
}

/** Normalises each channel of each sample of [N, C, ...] (Ulyanov et al. 2016). Source: torch.nn.functional.instance_norm. */
export function instance_norm(
  input: Tensor,
  running_mean?: Tensor | InstanceNormOptions | null,
  running_var?: Tensor | Omit<InstanceNormOptions, 'running_mean'> | null,
  weight?: Tensor | null,
  bias?: Tensor | null,
  use_input_stats?: boolean,
  momentum?: number,
  eps?: number,
): Tensor
export function instance_norm(...args: unknown[]): Tensor {
  const [input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps] =
    INSTANCE_NORM.read(args)
  const options = { running_mean, running_var, weight, bias, use_input_stats, momentum, eps }
  return groups.instance_norm(input, options)
}

/** Keywords of {@link rms_norm}. */
export interface RMSNormOptions {
  /** Of the normalised shape. */
  weight?: Tensor | null
  /** Added to the mean square; null, the default, for 2^-23. */
  eps?: number | null
}

/**
 * Divides by the root of the mean square over the last dimensions, `normalized_shape` (Zhang & Sennrich 2019).
 * Source: torch.nn.functional.rms_norm.
 */
export function rms_norm(
  input: Tensor,
  normalized_shape: Shape,
  weight?: Tensor | RMSNormOptions | null,
  eps?: number | null | Pick<RMSNormOptions, 'eps'>,
): Tensor
export function rms_norm(...args: unknown[]): Tensor {
  return groups.rms_norm(...RMS_NORM.read(args))
}

/** Keywords of {@link local_response_norm}. */
export interface LocalResponseNormOptions {
  /** 1e-4 by default. */
  alpha?: number
  /** 0.75 by default. */
  beta?: number
  /** 1 by default. */
  k?: number
}

/**
 * `x / (k + alpha mean(x²)) ^ beta` with the mean over `size` neighbouring channels of [N, C, ...] (Krizhevsky et al. 2012).
 * Source: torch.nn.functional.local_response_norm.
 */
export function local_response_norm(
  input: Tensor,
  size: number | (LocalResponseNormOptions & { size: number }),
  alpha?: number | LocalResponseNormOptions,
  beta?: number | Omit<LocalResponseNormOptions, 'alpha'>,
  k?: number | Pick<LocalResponseNormOptions, 'k'>,
): Tensor
export function local_response_norm(...args: unknown[]): Tensor {
  const [input, size, alpha, beta, k] = LOCAL_RESPONSE_NORM.read(args)
  return neighbours.local_response_norm(input, { size, alpha, beta, k })
}
