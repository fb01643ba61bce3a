/** Public functions: columns of windows, and rearrangements of pixels and channels. */
import { signature } from '../call/signature.js'
import { type Pair, toPair } from '../ops/conv/dims.js'
import * as blocks from '../ops/conv/windows.js'
import * as shuffle from '../ops/shape/shuffle.js'
import type { Tensor } from '../tensor/tensor.js'

const SIZES = [
  'kernel_size: number|ints',
  'dilation: number|ints = 1',
  'padding: number|ints = 0',
  'stride: number|ints = 1',
] as const
const UNFOLD = signature('unfold', 'input: Tensor', ...SIZES)
const FOLD = signature('fold', 'input: Tensor', 'output_size: number|ints', ...SIZES)
const PIXEL_SHUFFLE = signature('pixel_shuffle', 'input: Tensor', 'upscale_factor: int')
const PIXEL_UNSHUFFLE = signature('pixel_unshuffle', 'input: Tensor', 'downscale_factor: int')
const CHANNEL_SHUFFLE = signature('channel_shuffle', 'input: Tensor', 'groups: int')

/** Keywords of {@link unfold} and {@link fold}, for height and width. */
export interface UnfoldOptions {
  /** 1 by default. */
  dilation?: Pair
  /** 0 by default. */
  padding?: Pair
  /** 1 by default. */
  stride?: Pair
}

const sizesOf = (op: string, kernel: unknown, dilation: unknown, padding: unknown, stride: unknown) => ({
  kernel: toPair(op, 'kernel_size', kernel, 1),
  dilation: toPair(op, 'dilation', dilation, 1),
  padding: toPair(op, 'padding', padding, 0),
  stride: toPair(op, 'stride', stride, 1),
})

/**
 * Windows of images [N, C, H, W] as columns [N, C kernel, places], or without N. Source: torch.nn.functional.unfold.
 *
 * @example unfold(torch.ones(1, 3, 4, 4), 2).shape // [1, 12, 9]
 */
export function unfold(
  input: Tensor,
  kernel_size: Pair | (UnfoldOptions & { kernel_size: Pair }),
  dilation?: Pair | UnfoldOptions,
  padding?: Pair | Omit<UnfoldOptions, 'dilation'>,
  stride?: Pair | Pick<UnfoldOptions, 'stride'>,
): Tensor
export function unfold(...args: unknown[]): Tensor {
  const [input, ...sizes] = UNFOLD.read(args)
  return blocks.unfold(input, sizesOf('unfold', ...sizes))
}

/**
 * Columns [N, C kernel, places] as images [N, C, H, W], each pixel the sum of its places in windows. Source: torch.nn.functional.fold.
 *
 * @example fold(torch.ones(1, 12, 9), 4, 2).shape // [1, 3, 4, 4]
 */
export function fold(
  input: Tensor,
  output_size: Pair,
  kernel_size: Pair | (UnfoldOptions & { kernel_size: Pair }),
  dilation?: Pair | UnfoldOptions,
  padding?: Pair | Omit<UnfoldOptions, 'dilation'>,
  stride?: Pair | Pick<UnfoldOptions, 'stride'>,
): Tensor
export function fold(input: Tensor, options: UnfoldOptions & { output_size: Pair; kernel_size: Pair }): Tensor
export function fold(...args: unknown[]): Tensor {
  const [input, output, ...sizes] = FOLD.read(args)
  return blocks.fold(input, toPair('fold', 'output_size', output, 1), sizesOf('fold', ...sizes))
}

/**
 * [..., C r², H, W] -> [..., C, H r, W r] (Shi et al. 2016). Source: torch.nn.functional.pixel_shuffle.
 *
 * @example pixel_shuffle(torch.ones(1, 8, 2, 2), 2).shape // [1, 2, 4, 4]
 */
export function pixel_shuffle(input: Tensor, upscale_factor: number | { upscale_factor: number }): Tensor
export function pixel_shuffle(...args: unknown[]): Tensor {
  return shuffle.pixel_shuffle(...PIXEL_SHUFFLE.read(args))
}

/** The inverse of {@link pixel_shuffle}. */
export function pixel_unshuffle(
  input: Tensor,
  downscale_factor: number | { downscale_factor: number },
): Tensor
export function pixel_unshuffle(...args: unknown[]): Tensor {
  return shuffle.pixel_unshuffle(...PIXEL_UNSHUFFLE.read(args))
}

/** [N, C, ...] with the channels of `groups` groups interleaved (Zhang et al. 2018). Source: torch.nn.functional.channel_shuffle. */
export function channel_shuffle(input: Tensor, groups: number | { groups: number }): Tensor
export function channel_shuffle(...args: unknown[]): Tensor {
  return shuffle.channel_shuffle(...CHANNEL_SHUFFLE.read(args))
}
