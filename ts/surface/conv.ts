/** Public functions of torch.nn.functional: convolution over one and three dimensions, and transposed. */
import { signature } from '../call/signature.js'
import * as convolution from '../ops/conv/conv.js'
import * as transposed from '../ops/conv/conv_transpose.js'
import type { Sizes } from '../ops/conv/sizes.js'
import type { Tensor } from '../tensor/tensor.js'

const OPERANDS = [
  'input: Tensor',
  'weight: Tensor',
  'bias: Tensor = None',
  'stride: number|ints = 1',
] as const
const REST = ['padding: number|ints|str = 0', 'dilation: number|ints = 1', 'groups: number = 1'] as const
const TRANSPOSED = [
  ...OPERANDS,
  'padding: number|ints = 0',
  'output_padding: number|ints = 0',
  'groups: number = 1',
  'dilation: number|ints = 1',
] as const
const CONV1D = signature('conv1d', ...OPERANDS, ...REST)
const CONV3D = signature('conv3d', ...OPERANDS, ...REST)
const CONV_TRANSPOSE1D = signature('conv_transpose1d', ...TRANSPOSED)
const CONV_TRANSPOSE2D = signature('conv_transpose2d', ...TRANSPOSED)
const CONV_TRANSPOSE3D = signature('conv_transpose3d', ...TRANSPOSED)

/** Keywords of a convolution. */
export interface ConvKeywords {
  bias?: Tensor | null
  /** 1 by default. */
  stride?: Sizes
  /** Zeros around the input: sizes, 'valid' for none, or 'same' to keep the input's size (stride 1); 0 by default. */
  padding?: Sizes | 'same' | 'valid'
  /** Distance between the weight's elements; 1 by default. */
  dilation?: Sizes
  /** 1 by default. */
  groups?: number
}

/** Keywords of a transposed convolution. */
export interface ConvTransposeKeywords {
  bias?: Tensor | null
  /** 1 by default. */
  stride?: Sizes
  /** What is cut off at both ends; 0 by default. */
  padding?: Sizes
  /** What is added at the end; 0 by default. */
  output_padding?: Sizes
  /** 1 by default. */
  groups?: number
  /** 1 by default. */
  dilation?: Sizes
}

const run = (
  dims: 1 | 3,
  [input, weight, bias, stride, padding, dilation, groups]: ReturnType<typeof CONV1D.read>,
) => {
  // Values are checked where they are read.
  const options = { stride, padding, dilation, groups } as convolution.ConvOptions
  return convolution.conv(dims, input, weight, bias, options)
}

/**
 * Cross-correlation of sequences [N, C, L], or [C, L], with a weight [O, C / groups, l]. Source: torch.nn.functional.conv1d.
 *
 * @example conv1d(torch.zeros(1, 3, 8), torch.ones(4, 3, 3), null, { padding: 1 }).shape // [1, 4, 8]
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | ConvKeywords | null,
  stride?: Sizes | Omit<ConvKeywords, 'bias'>,
  padding?: Sizes | 'same' | 'valid' | Omit<ConvKeywords, 'bias' | 'stride'>,
  dilation?: Sizes | Pick<ConvKeywords, 'dilation' | 'groups'>,
  groups?: number | Pick<ConvKeywords, 'groups'>,
): Tensor
export function conv1d(...args: unknown[]): Tensor {
  return run(1, CONV1D.read(args))
}

/**
 * Cross-correlation of volumes [N, C, D, H, W], or [C, D, H, W], with a weight [O, C / groups, d, h, w]. Source: torch.nn.functional.conv3d.
 */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | ConvKeywords | null,
  stride?: Sizes | Omit<ConvKeywords, 'bias'>,
  padding?: Sizes | 'same' | 'valid' | Omit<ConvKeywords, 'bias' | 'stride'>,
  dilation?: Sizes | Pick<ConvKeywords, 'dilation' | 'groups'>,
  groups?: number | Pick<ConvKeywords, 'groups'>,
): Tensor
export function conv3d(...args: unknown[]): Tensor {
  return run(3, CONV3D.read(args))
}

const runTransposed = (
  dims: 1 | 2 | 3,
  [input, weight, bias, stride, padding, output_padding, groups, dilation]: ReturnType<
    typeof CONV_TRANSPOSE1D.read
  >,
) => {
  const options = { stride, padding, output_padding, groups, dilation } as transposed.ConvTransposeOptions
  return transposed.conv_transpose(dims, input, weight, bias, options)
}

/** Transposed convolution of [N, C, L], or [C, L], with a weight [C, O / groups, l]. Source: torch.nn.functional.conv_transpose1d. */
export function conv_transpose1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | ConvTransposeKeywords | null,
  stride?: Sizes | Omit<ConvTransposeKeywords, 'bias'>,
  padding?: Sizes | Omit<ConvTransposeKeywords, 'bias' | 'stride'>,
  output_padding?: Sizes | Pick<ConvTransposeKeywords, 'output_padding' | 'groups' | 'dilation'>,
  groups?: number | Pick<ConvTransposeKeywords, 'groups' | 'dilation'>,
  dilation?: Sizes | Pick<ConvTransposeKeywords, 'dilation'>,
): Tensor
export function conv_transpose1d(...args: unknown[]): Tensor {
  return runTransposed(1, CONV_TRANSPOSE1D.read(args))
}

/**
 * Transposed convolution of images [N, C, H, W], or [C, H, W], with a weight [C, O / groups, h, w]: the gradient of {@link conv2d} for
 * its input. Source: torch.nn.functional.conv_transpose2d.
 *
 * @example conv_transpose2d(torch.ones(1, 3, 4, 4), torch.ones(3, 2, 2, 2), { stride: 2 }).shape // [1, 2, 8, 8]
 */
export function conv_transpose2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | ConvTransposeKeywords | null,
  stride?: Sizes | Omit<ConvTransposeKeywords, 'bias'>,
  padding?: Sizes | Omit<ConvTransposeKeywords, 'bias' | 'stride'>,
  output_padding?: Sizes | Pick<ConvTransposeKeywords, 'output_padding' | 'groups' | 'dilation'>,
  groups?: number | Pick<ConvTransposeKeywords, 'groups' | 'dilation'>,
  dilation?: Sizes | Pick<ConvTransposeKeywords, 'dilation'>,
): Tensor
export function conv_transpose2d(...args: unknown[]): Tensor {
  return runTransposed(2, CONV_TRANSPOSE2D.read(args))
}

/** The same of volumes [N, C, D, H, W]. Source: torch.nn.functional.conv_transpose3d. */
export function conv_transpose3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | ConvTransposeKeywords | null,
  stride?: Sizes | Omit<ConvTransposeKeywords, 'bias'>,
  padding?: Sizes | Omit<ConvTransposeKeywords, 'bias' | 'stride'>,
  output_padding?: Sizes | Pick<ConvTransposeKeywords, 'output_padding' | 'groups' | 'dilation'>,
  groups?: number | Pick<ConvTransposeKeywords, 'groups' | 'dilation'>,
  dilation?: Sizes | Pick<ConvTransposeKeywords, 'dilation'>,
): Tensor
export function conv_transpose3d(...args: unknown[]): Tensor {
  return runTransposed(3, CONV_TRANSPOSE3D.read(args))
}
