/** Public functions of torch.nn.functional: pooling over one and three dimensions, and adaptive. */
import { signature } from '../call/signature.js'
import * as pools from '../ops/conv/pool.js'
import { type Sizes, toSizes } from '../ops/conv/sizes.js'
import type { Tensor } from '../tensor/tensor.js'

const MAX = [
  'input: Tensor',
  'kernel_size: number|ints',
  'stride: number|ints = None',
  'padding: number|ints = 0',
  'dilation: number|ints = 1',
  'ceil_mode: bool = False',
  'return_indices: bool = False',
] as const
const AVG = [
  'input: Tensor',
  'kernel_size: number|ints',
  'stride: number|ints = None',
  'padding: number|ints = 0',
  'ceil_mode: bool = False',
  'count_include_pad: bool = True',
] as const
const MAX_POOL1D = signature('max_pool1d', ...MAX)
const MAX_POOL3D = signature('max_pool3d', ...MAX)
const AVG_POOL1D = signature('avg_pool1d', ...AVG)
const AVG_POOL3D = signature('avg_pool3d', ...AVG, 'divisor_override: number = None')
const ADAPTIVE = ['input: Tensor', 'output_size: number|list'] as const
const ADAPTIVE_AVG_POOL1D = signature('adaptive_avg_pool1d', ...ADAPTIVE)
const ADAPTIVE_AVG_POOL3D = signature('adaptive_avg_pool3d', ...ADAPTIVE)
const RETURN_INDICES = 'return_indices: bool = False'
const ADAPTIVE_MAX_POOL1D = signature('adaptive_max_pool1d', ...ADAPTIVE, RETURN_INDICES)
const ADAPTIVE_MAX_POOL2D = signature('adaptive_max_pool2d', ...ADAPTIVE, RETURN_INDICES)
const ADAPTIVE_MAX_POOL3D = signature('adaptive_max_pool3d', ...ADAPTIVE, RETURN_INDICES)

/** Keywords of maximum pooling. */
export interface MaxPoolKeywords {
  /** Distance between windows; the window's size by default. */
  stride?: Sizes | null
  /** At most half of the window; 0 by default. */
  padding?: Sizes
  /** 1 by default. */
  dilation?: Sizes
  ceil_mode?: boolean
  /** Whether the result is the maxima and their indices in a channel (int32); false by default. */
  return_indices?: boolean
}

/** Keywords of average pooling. */
export interface AvgPoolKeywords {
  stride?: Sizes | null
  padding?: Sizes
  ceil_mode?: boolean
  /** Whether the padding counts in the divisor; true by default. */
  count_include_pad?: boolean
}

/** Values and indices, where indices are asked for. */
export type Pooled<Asked> = Asked extends { return_indices: true }
  ? [values: Tensor, indices: Tensor]
  : Tensor

const resultOf = (results: readonly Tensor[], asked: boolean): unknown => (asked ? [...results] : results[0])

type MaxArguments = ReturnType<typeof MAX_POOL1D.read>

const maxPool = (dims: 1 | 3, args: MaxArguments): never => {
  const [input, kernel_size, stride, padding, dilation, ceil_mode, asked] = args
  const options = { kernel_size, stride, padding, dilation, ceil_mode } as pools.PoolOptions
  return resultOf(pools.max_pool(input, dims, options, asked), asked) as never
}

/**
 * Maximum of each window of sequences [N, C, L] or [C, L]. Source: torch.nn.functional.max_pool1d.
 *
 * @example max_pool1d(torch.randn(1, 3, 9), 3, { stride: 2, padding: 1 }).shape // [1, 3, 5]
 */
export function max_pool1d<const Asked extends MaxPoolKeywords = object>(
  input: Tensor,
  kernel_size: Sizes | (Asked & { kernel_size: Sizes }),
  stride?: Sizes | Asked | null,
  padding?: Sizes | Asked,
  dilation?: Sizes | Asked,
  ceil_mode?: boolean | Asked,
): Pooled<Asked>
export function max_pool1d(...args: unknown[]): Tensor {
  return maxPool(1, MAX_POOL1D.read(args))
}

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.functional.max_pool3d. */
export function max_pool3d<const Asked extends MaxPoolKeywords = object>(
  input: Tensor,
  kernel_size: Sizes | (Asked & { kernel_size: Sizes }),
  stride?: Sizes | Asked | null,
  padding?: Sizes | Asked,
  dilation?: Sizes | Asked,
  ceil_mode?: boolean | Asked,
): Pooled<Asked>
export function max_pool3d(...args: unknown[]): Tensor {
  return maxPool(3, MAX_POOL3D.read(args))
}

/**
 * Mean of each window of sequences [N, C, L] or [C, L]. Source: torch.nn.functional.avg_pool1d.
 *
 * @example avg_pool1d(torch.ones(1, 3, 8), 2).shape // [1, 3, 4]
 */
export function avg_pool1d(
  input: Tensor,
  kernel_size: Sizes | (AvgPoolKeywords & { kernel_size: Sizes }),
  stride?: Sizes | AvgPoolKeywords | null,
  padding?: Sizes | Omit<AvgPoolKeywords, 'stride'>,
  ceil_mode?: boolean | Omit<AvgPoolKeywords, 'stride' | 'padding'>,
  count_include_pad?: boolean | Pick<AvgPoolKeywords, 'count_include_pad'>,
): Tensor
export function avg_pool1d(...args: unknown[]): Tensor {
  const [input, kernel_size, stride, padding, ceil_mode, count_include_pad] = AVG_POOL1D.read(args)
  const options = { kernel_size, stride, padding, ceil_mode, count_include_pad } as pools.AvgPoolOptions
  return pools.avg_pool(input, 1, options)
}

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.functional.avg_pool3d. */
export function avg_pool3d(
  input: Tensor,
  kernel_size: Sizes | (AvgPoolKeywords & { kernel_size: Sizes; divisor_override?: number | null }),
  stride?: Sizes | (AvgPoolKeywords & { divisor_override?: number | null }) | null,
  padding?: Sizes | (Omit<AvgPoolKeywords, 'stride'> & { divisor_override?: number | null }),
  ceil_mode?: boolean,
  count_include_pad?: boolean,
  divisor_override?: number | null | { divisor_override?: number | null },
): Tensor
export function avg_pool3d(...args: unknown[]): Tensor {
  const [input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override] =
    AVG_POOL3D.read(args)
  const sizes = { kernel_size, stride, padding, ceil_mode } as pools.PoolOptions
  return pools.avg_pool(input, 3, { ...sizes, count_include_pad, divisor_override })
}

/** A size for each dimension; null keeps that of the input. */
export type AdaptiveSizes = number | readonly (number | null)[]

function outputOf(op: string, given: unknown, dims: number): (number | null)[] {
  const list: unknown[] = Array.isArray(given) ? [...given] : [given]
  const whole = list.length === 1 ? new Array<unknown>(dims).fill(list[0]) : list
  toSizes(
    op,
    'output_size',
    whole.map((size) => size ?? 1),
    dims,
    0,
  )
  return whole as (number | null)[]
}

/** Means over windows of sequences [N, C, L] or [C, L], chosen for a result of `output_size`. Source: torch.nn.functional.adaptive_avg_pool1d. */
export function adaptive_avg_pool1d(
  input: Tensor,
  output_size: AdaptiveSizes | { output_size: AdaptiveSizes },
): Tensor
export function adaptive_avg_pool1d(...args: unknown[]): Tensor {
  const [input, size] = ADAPTIVE_AVG_POOL1D.read(args)
  return pools.adaptive_avg_pool(input, 1, outputOf('adaptive_avg_pool1d', size, 1))
}

/** The same of volumes. Source: torch.nn.functional.adaptive_avg_pool3d. */
export function adaptive_avg_pool3d(
  input: Tensor,
  output_size: AdaptiveSizes | { output_size: AdaptiveSizes },
): Tensor
export function adaptive_avg_pool3d(...args: unknown[]): Tensor {
  const [input, size] = ADAPTIVE_AVG_POOL3D.read(args)
  return pools.adaptive_avg_pool(input, 3, outputOf('adaptive_avg_pool3d', size, 3))
}

const adaptiveMax = (dims: 1 | 2 | 3, [input, size, asked]: ReturnType<typeof ADAPTIVE_MAX_POOL1D.read>) =>
  resultOf(
    pools.adaptive_max_pool(input, dims, outputOf(`adaptive_max_pool${dims}d`, size, dims), asked),
    asked,
  ) as never

/** Maxima over windows of sequences, chosen for a result of `output_size`. Source: torch.nn.functional.adaptive_max_pool1d. */
export function adaptive_max_pool1d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices: true | { return_indices: true },
): [values: Tensor, indices: Tensor]
export function adaptive_max_pool1d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices?: false | { return_indices?: false },
): Tensor
export function adaptive_max_pool1d(...args: unknown[]): unknown {
  return adaptiveMax(1, ADAPTIVE_MAX_POOL1D.read(args))
}

/** The same of images [N, C, H, W] or [C, H, W]. Source: torch.nn.functional.adaptive_max_pool2d. */
export function adaptive_max_pool2d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices: true | { return_indices: true },
): [values: Tensor, indices: Tensor]
export function adaptive_max_pool2d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices?: false | { return_indices?: false },
): Tensor
export function adaptive_max_pool2d(...args: unknown[]): unknown {
  return adaptiveMax(2, ADAPTIVE_MAX_POOL2D.read(args))
}

/** The same of volumes. Source: torch.nn.functional.adaptive_max_pool3d. */
export function adaptive_max_pool3d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices: true | { return_indices: true },
): [values: Tensor, indices: Tensor]
export function adaptive_max_pool3d(
  input: Tensor,
  output_size: AdaptiveSizes,
  return_indices?: false | { return_indices?: false },
): Tensor
export function adaptive_max_pool3d(...args: unknown[]): unknown {
  return adaptiveMax(3, ADAPTIVE_MAX_POOL3D.read(args))
}
