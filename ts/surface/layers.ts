/** Public functions of torch.nn.functional: layers. */
import { signature } from '../call/signature.js'
import { type ConvOptions, conv } from '../ops/conv/conv.js'
import * as convolution from '../ops/conv/conv2d.js'
import type { Pair } from '../ops/conv/dims.js'
import { avg_pool, type PoolOptions } from '../ops/conv/pool.js'
import * as pool from '../ops/conv/pool2d.js'
import * as products from '../ops/linear/linear.js'
import * as matrices from '../ops/linear/matmul.js'
import * as batch from '../ops/norm/batch_norm.js'
import * as rows from '../ops/norm/layer_norm.js'
import * as drop from '../ops/random/dropout.js'
import type { Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import type { LinearShape, Multiplies, Product, Weighs } from '../tensor/typed/products.js'
import type { SparseCSRTensor } from './sparse_csr.js'

const MATMUL = signature('matmul', 'input: Tensor', 'other: Tensor')
const LINEAR = signature('linear', 'input: Tensor|SparseCSRTensor', 'weight: Tensor', 'bias: Tensor = None')
const CONV2D = signature(
  'conv2d',
  'input: Tensor',
  'weight: Tensor',
  'bias: Tensor = None',
  'stride: number|ints = 1',
  'padding: number|ints|str = 0',
  'dilation: number|ints = 1',
  'groups: number = 1',
)
const MAX_POOL2D = signature(
  'max_pool2d',
  'input: Tensor',
  'kernel_size: number|ints',
  'stride: number|ints = None',
  'padding: number|ints = 0',
  'dilation: number|ints = 1',
  'ceil_mode: bool = False',
  'return_indices: bool = False',
)
const AVG_POOL2D = signature(
  'avg_pool2d',
  'input: Tensor',
  'kernel_size: number|ints',
  'stride: number|ints = None',
  'padding: number|ints = 0',
  'ceil_mode: bool = False',
  'count_include_pad: bool = True',
  'divisor_override: number = None',
)
const ADAPTIVE = signature('adaptive_avg_pool2d', 'input: Tensor', 'output_size: number|list')
const DROPOUT = signature(
  'dropout',
  'input: Tensor',
  'p: number = 0.5',
  'training: bool = True',
  'inplace: False = False',
)
const BATCH_NORM = signature(
  'batch_norm',
  'input: Tensor',
  'running_mean: Tensor|None',
  'running_var: Tensor|None',
  'weight: Tensor = None',
  'bias: Tensor = None',
  'training: bool = False',
  'momentum: number = 0.1',
  'eps: number = 1e-5',
)
const LAYER_NORM = signature(
  'layer_norm',
  'input: Tensor',
  'normalized_shape: ints',
  'weight: Tensor = None',
  'bias: Tensor = None',
  'eps: number = 1e-5',
)

/**
 * Matrix product: of vectors and matrices in any combination, and of batches [..., m, k] and [..., k, n], broadcast.
 *
 * @example torch.matmul(torch.ones(2, 3), torch.ones(3, 4)).shape // [2, 4]
 */
export function matmul<A extends Shape, B extends Shape>(
  input: Tensor<A>,
  other: Tensor<B> & Multiplies<A, B>,
): Tensor<Product<A, B>>
export function matmul(input: Tensor, options: { other: Tensor }): Tensor
export function matmul(...args: unknown[]): Tensor {
  if (args.length === 2 && args[0] instanceof Tensor && args[1] instanceof Tensor)
    return matrices.matmul(args[0], args[1])
  return matrices.matmul(...MATMUL.read(args))
}

/**
 * `input weightᵀ + bias`, in one kernel: input [..., in], weight [out, in], bias [out], result [..., out].
 * A sparse input costs what its stored elements cost; only weight and bias get gradients from it.
 * Source: torch.nn.functional.linear.
 */
export function linear(
  input: SparseCSRTensor,
  weight: Tensor,
  bias?: Tensor | { bias?: Tensor | null } | null,
): Tensor<readonly [number, number]>
export function linear<S extends Shape, W extends Shape>(
  input: Tensor<S>,
  weight: Tensor<W> & Weighs<S, W>,
  bias?: Tensor | { bias?: Tensor | null } | null,
): Tensor<LinearShape<S, W>>
export function linear(...args: unknown[]): Tensor {
  return products.linear(...LINEAR.read(args))
}

/**
 * Cross-correlation of images with a kernel: input [N, C, H, W] or [C, H, W], weight
 * [O, C / groups, h, w], bias [O] -> [N, O, H', W'] with
 * `H' = floor((H + 2 padding - dilation (h - 1) - 1) / stride) + 1`, without N if the input is without N.
 * Source: torch.nn.functional.conv2d.
 *
 * @throws RuntimeError if the channels do not match, or the kernel is larger than the padded image
 * @example conv2d(torch.zeros(1, 3, 8, 8), torch.ones(4, 3, 3, 3), null, { padding: 'same' }).shape // [1, 4, 8, 8]
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | (convolution.Conv2dOptions & { bias?: Tensor | null }) | null,
  stride?: Pair | convolution.Conv2dOptions,
  padding?: convolution.Padding | Omit<convolution.Conv2dOptions, 'stride'>,
  dilation?: Pair | Pick<convolution.Conv2dOptions, 'dilation' | 'groups'>,
  groups?: number | Pick<convolution.Conv2dOptions, 'groups'>,
): Tensor
export function conv2d(...args: unknown[]): Tensor {
  const [input, weight, bias, stride, padding, dilation, groups] = CONV2D.read(args)
  // Their values are checked where they are read.
  const options = { stride, padding, dilation, groups } as convolution.Conv2dOptions & ConvOptions
  // Products of integers.
  if (input.dtype === 'int32') return conv(2, input, weight, bias, options)
  return convolution.conv2d(input, weight, bias, options)
}

/**
 * Maximum of each window of images [N, C, H, W] or [C, H, W]. The first of equal maxima gets the
 * gradient; NaN counts as the greatest. Source: torch.nn.functional.max_pool2d.
 *
 * @throws RuntimeError if the padding exceeds half of the window, or no window fits
 * @example max_pool2d(torch.randn(1, 3, 9, 9), 3, { stride: 2, padding: 1 }).shape // [1, 3, 5, 5]
 */
export function max_pool2d(
  input: Tensor,
  kernel_size: Pair | (pool.MaxPoolOptions & { kernel_size: Pair }),
  stride?: Pair | pool.MaxPoolOptions | null,
  padding?: Pair | Omit<pool.MaxPoolOptions, 'stride'>,
  dilation?: Pair | Pick<pool.MaxPoolOptions, 'dilation' | 'ceil_mode'>,
  ceil_mode?: boolean | Pick<pool.MaxPoolOptions, 'ceil_mode'>,
): Tensor
/** With `return_indices`, also the index of each maximum in its plane (int32). */
export function max_pool2d(
  input: Tensor,
  kernel_size: Pair,
  options: pool.MaxPoolOptions & { return_indices: true },
): [values: Tensor, indices: Tensor]
export function max_pool2d(...args: unknown[]): Tensor | [Tensor, Tensor] {
  const [input, kernel_size, stride, padding, dilation, ceil_mode, return_indices] = MAX_POOL2D.read(args)
  const options = { stride: givenStride(stride), padding, dilation, ceil_mode } as pool.MaxPoolOptions
  const run = return_indices ? pool.max_pool2d_with_indices : pool.max_pool2d
  return run(input, kernel_size as Pair, options)
}

/** An empty list stands for None, as in torch. */
const givenStride = (stride: unknown) => (Array.isArray(stride) && stride.length === 0 ? null : stride)

/**
 * Mean of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.functional.avg_pool2d.
 *
 * @throws RuntimeError if the padding exceeds half of the window, or no window fits
 * @example avg_pool2d(torch.ones(1, 3, 8, 8), 2).shape // [1, 3, 4, 4]
 */
export function avg_pool2d(
  input: Tensor,
  kernel_size: Pair | (pool.AvgPoolOptions & { kernel_size: Pair }),
  stride?: Pair | pool.AvgPoolOptions | null,
  padding?: Pair | Omit<pool.AvgPoolOptions, 'stride'>,
  ceil_mode?: boolean | Omit<pool.AvgPoolOptions, 'stride' | 'padding'>,
  count_include_pad?: boolean | Pick<pool.AvgPoolOptions, 'count_include_pad' | 'divisor_override'>,
  divisor_override?: number | Pick<pool.AvgPoolOptions, 'divisor_override'> | null,
): Tensor
export function avg_pool2d(...args: unknown[]): Tensor {
  const [input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override] =
    AVG_POOL2D.read(args)
  const sizes = { stride: givenStride(stride), padding, ceil_mode } as PoolOptions
  const options = { ...sizes, count_include_pad, divisor_override }
  if (input.dtype === 'int32') return avg_pool(input, 2, { ...options, kernel_size: kernel_size as Pair })
  return pool.avg_pool2d(input, kernel_size as Pair, options as pool.AvgPoolOptions)
}

/**
 * Means over windows of images [N, C, H, W] or [C, H, W]; the windows are chosen for a result of size `output_size`.
 * Source: torch.nn.functional.adaptive_avg_pool2d.
 *
 * @example adaptive_avg_pool2d(torch.ones(1, 3, 7, 9), [null, 2]).shape // [1, 3, 7, 2]
 */
export function adaptive_avg_pool2d(
  input: Tensor,
  output_size: pool.OutputSize | { output_size: pool.OutputSize },
): Tensor
export function adaptive_avg_pool2d(...args: unknown[]): Tensor {
  const [input, output_size] = ADAPTIVE.read(args)
  return pool.adaptive_avg_pool2d(input, output_size as pool.OutputSize)
}

/** Keywords of {@link dropout}. */
export interface DropoutOptions {
  /** Probability of setting an element to 0; 0.5 by default. */
  p?: number
  /** Whether elements are dropped; true by default. */
  training?: boolean
  inplace?: false
}

/**
 * If `training`, sets each element to 0 with probability `p`, and scales the others by 1 / (1 - p); otherwise returns `input`
 * itself. Draws from the default generator like CPU torch. Source: torch.nn.functional.dropout.
 *
 * @throws ValueError unless 0 <= p <= 1
 * @example dropout(torch.ones(4), 0.5).tolist() // zeros and twos
 */
export function dropout<S extends Shape>(
  input: Tensor<S>,
  p?: number | DropoutOptions,
  training?: boolean | Omit<DropoutOptions, 'p'>,
  inplace?: false | Pick<DropoutOptions, 'inplace'>,
): Tensor<S>
export function dropout(...args: unknown[]): Tensor {
  const [input, p, training] = DROPOUT.read(args)
  return drop.dropout(input, p, { training })
}

/**
 * Normalises each channel to mean 0 and variance 1, then multiplies by weight and adds bias:
 * input [N, C, ...]. Training uses the batch's statistics and updates the running ones, [C] or null;
 * otherwise the running ones are used. Source: torch.nn.functional.batch_norm.
 *
 * @throws ValueError when training on a single value per channel
 * @example batch_norm(torch.randn(8, 3), null, null, { training: true }).mean().item() // about 0
 */
export function batch_norm(
  input: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  weight?: Tensor | batch.BatchNormOptions | null,
  bias?: Tensor | Omit<batch.BatchNormOptions, 'weight'> | null,
  training?: boolean | Omit<batch.BatchNormOptions, 'weight' | 'bias'>,
  momentum?: number | Pick<batch.BatchNormOptions, 'momentum' | 'eps'>,
  eps?: number | Pick<batch.BatchNormOptions, 'eps'>,
): Tensor
export function batch_norm(...args: unknown[]): Tensor {
  const [input, running_mean, running_var, weight, bias, training, momentum, eps] = BATCH_NORM.read(args)
  return batch.batch_norm(input, running_mean, running_var, { weight, bias, training, momentum, eps })
}

/**
 * Normalises each sample to mean 0 and variance 1 over its last dimensions, `normalized_shape`, then multiplies by weight and
 * adds bias (Ba et al. 2016). Source: torch.nn.functional.layer_norm.
 *
 * @throws RuntimeError if `input` does not end with that shape
 */
export function layer_norm<S extends Shape>(
  input: Tensor<S>,
  normalized_shape: Shape,
  weight?: Tensor | rows.LayerNormOptions | null,
  bias?: Tensor | Omit<rows.LayerNormOptions, 'weight'> | null,
  eps?: number | Pick<rows.LayerNormOptions, 'eps'>,
): Tensor<S>
export function layer_norm(...args: unknown[]): Tensor {
  const [input, normalized_shape, weight, bias, eps] = LAYER_NORM.read(args)
  return rows.layer_norm(input, normalized_shape, { weight, bias, eps })
}
