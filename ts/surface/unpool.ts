/** Public functions of torch.nn.functional: the partial inverse of maximum pooling. */
import { signature } from '../call/signature.js'
import type { Sizes } from '../ops/conv/sizes.js'
import { max_unpool, type UnpoolOptions } from '../ops/conv/unpool.js'
import type { Tensor } from '../tensor/tensor.js'

const NAMES = [
  'input: Tensor',
  'indices: Tensor',
  'kernel_size: number|ints',
  'stride: number|ints = None',
  'padding: number|ints = 0',
  'output_size: ints = None',
] as const

/** Keywords of unpooling. */
export interface UnpoolKeywords {
  /** The window's size by default. */
  stride?: Sizes | null
  padding?: Sizes
  /** The size of the result, where several are possible. */
  output_size?: readonly number[] | null
}

const MAX_UNPOOL1D = signature('max_unpool1d', ...NAMES)

/** Puts the maxima of sequences that `max_pool1d` found with `return_indices` where they were, and 0 elsewhere. Source: torch.nn.functional.max_unpool1d. */
export function max_unpool1d(
  input: Tensor,
  indices: Tensor,
  kernel_size: Sizes | (UnpoolKeywords & { kernel_size: Sizes }),
  stride?: Sizes | null | UnpoolKeywords,
  padding?: Sizes | Omit<UnpoolKeywords, 'stride'>,
  output_size?: readonly number[] | null | Pick<UnpoolKeywords, 'output_size'>,
): Tensor
export function max_unpool1d(...args: unknown[]): Tensor {
  const [input, indices, kernel_size, stride, padding, output_size] = MAX_UNPOOL1D.read(args)
  return max_unpool(input, indices, 1, { kernel_size, stride, padding, output_size } as UnpoolOptions)
}

const MAX_UNPOOL2D = signature('max_unpool2d', ...NAMES)

/** Puts the maxima of images that `max_pool2d` found with `return_indices` where they were, and 0 elsewhere. Source: torch.nn.functional.max_unpool2d. */
export function max_unpool2d(
  input: Tensor,
  indices: Tensor,
  kernel_size: Sizes | (UnpoolKeywords & { kernel_size: Sizes }),
  stride?: Sizes | null | UnpoolKeywords,
  padding?: Sizes | Omit<UnpoolKeywords, 'stride'>,
  output_size?: readonly number[] | null | Pick<UnpoolKeywords, 'output_size'>,
): Tensor
export function max_unpool2d(...args: unknown[]): Tensor {
  const [input, indices, kernel_size, stride, padding, output_size] = MAX_UNPOOL2D.read(args)
  return max_unpool(input, indices, 2, { kernel_size, stride, padding, output_size } as UnpoolOptions)
}

const MAX_UNPOOL3D = signature('max_unpool3d', ...NAMES)

/** Puts the maxima of volumes that `max_pool3d` found with `return_indices` where they were, and 0 elsewhere. Source: torch.nn.functional.max_unpool3d. */
export function max_unpool3d(
  input: Tensor,
  indices: Tensor,
  kernel_size: Sizes | (UnpoolKeywords & { kernel_size: Sizes }),
  stride?: Sizes | null | UnpoolKeywords,
  padding?: Sizes | Omit<UnpoolKeywords, 'stride'>,
  output_size?: readonly number[] | null | Pick<UnpoolKeywords, 'output_size'>,
): Tensor
export function max_unpool3d(...args: unknown[]): Tensor {
  const [input, indices, kernel_size, stride, padding, output_size] = MAX_UNPOOL3D.read(args)
  return max_unpool(input, indices, 3, { kernel_size, stride, padding, output_size } as UnpoolOptions)
}
