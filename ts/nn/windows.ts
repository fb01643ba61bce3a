/** Layers that rearrange: columns of windows, pixels, channels, dimensions. */
import { signature } from '../call/signature.js'
import type { Pair } from '../ops/conv/dims.js'
import { unflatten } from '../ops/shape/view.js'
import {
  channel_shuffle,
  fold,
  pixel_shuffle,
  pixel_unshuffle,
  type UnfoldOptions,
  unfold,
} from '../surface/windows.js'
import { ownIntegers, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr, tuple } from './repr.js'

const INPUT = 'input: Tensor'
const SIZES = [
  'kernel_size: int|ints',
  'dilation: int|ints = 1',
  'padding: int|ints = 0',
  'stride: int|ints = 1',
] as const

const UNFOLD = signature('Unfold', ...SIZES)
const UNFOLD_FORWARD = signature('Unfold.forward', INPUT)

/** Windows of images as columns; see {@link unfold}. Source: torch.nn.Unfold. */
export class Unfold extends Module {
  readonly kernel_size: Pair
  readonly dilation: Pair
  readonly padding: Pair
  readonly stride: Pair

  constructor(
    kernel_size: Pair | (UnfoldOptions & { kernel_size: Pair }),
    dilation?: Pair | UnfoldOptions,
    padding?: Pair | Omit<UnfoldOptions, 'dilation'>,
    stride?: Pair | Pick<UnfoldOptions, 'stride'>,
  )
  constructor(...args: unknown[]) {
    super()
    const [kernel_size, dilation, padding, stride] = UNFOLD.read(args) as readonly Pair[]
    this.kernel_size = kernel_size
    this.dilation = dilation
    this.padding = padding
    this.stride = stride
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const { kernel_size, dilation, padding, stride } = this
    return unfold(UNFOLD_FORWARD.read(args)[0], kernel_size, { dilation, padding, stride })
  }

  override extra_repr(): string {
    const { kernel_size, dilation, padding, stride } = this
    return `kernel_size=${repr(kernel_size)}, dilation=${repr(dilation)}, padding=${repr(padding)}, stride=${repr(stride)}`
  }
}

const FOLD = signature('Fold', 'output_size: int|ints', ...SIZES)
const FOLD_FORWARD = signature('Fold.forward', INPUT)

/** Sums of columns as images; see {@link fold}. Source: torch.nn.Fold. */
export class Fold extends Module {
  readonly output_size: Pair
  readonly kernel_size: Pair
  readonly dilation: Pair
  readonly padding: Pair
  readonly stride: Pair

  constructor(
    output_size: Pair | (UnfoldOptions & { output_size: Pair; kernel_size: Pair }),
    kernel_size?: Pair | (UnfoldOptions & { kernel_size: Pair }),
    dilation?: Pair | UnfoldOptions,
    padding?: Pair | Omit<UnfoldOptions, 'dilation'>,
    stride?: Pair | Pick<UnfoldOptions, 'stride'>,
  )
  constructor(...args: unknown[]) {
    super()
    const [output_size, kernel_size, dilation, padding, stride] = FOLD.read(args) as readonly Pair[]
    this.output_size = output_size
    this.kernel_size = kernel_size
    this.dilation = dilation
    this.padding = padding
    this.stride = stride
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const { output_size, kernel_size, dilation, padding, stride } = this
    return fold(FOLD_FORWARD.read(args)[0], output_size, kernel_size, { dilation, padding, stride })
  }

  override extra_repr(): string {
    const { output_size, kernel_size, dilation, padding, stride } = this
    return `output_size=${repr(output_size)}, kernel_size=${repr(kernel_size)}, dilation=${repr(dilation)}, padding=${repr(padding)}, stride=${repr(stride)}`
  }
}

const PIXEL_SHUFFLE = signature('PixelShuffle', 'upscale_factor: int')
const PIXEL_SHUFFLE_FORWARD = signature('PixelShuffle.forward', INPUT)

/** [..., C r², H, W] -> [..., C, H r, W r]. Source: torch.nn.PixelShuffle. */
export class PixelShuffle extends Module {
  readonly upscale_factor: number

  constructor(upscale_factor: number | { upscale_factor: number })
  constructor(...args: unknown[]) {
    super()
    this.upscale_factor = PIXEL_SHUFFLE.read(args)[0]
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return pixel_shuffle(PIXEL_SHUFFLE_FORWARD.read(args)[0], this.upscale_factor)
  }

  override extra_repr(): string {
    return `upscale_factor=${this.upscale_factor}`
  }
}

const PIXEL_UNSHUFFLE = signature('PixelUnshuffle', 'downscale_factor: int')
const PIXEL_UNSHUFFLE_FORWARD = signature('PixelUnshuffle.forward', INPUT)

/** [..., C, H r, W r] -> [..., C r², H, W]. Source: torch.nn.PixelUnshuffle. */
export class PixelUnshuffle extends Module {
  readonly downscale_factor: number

  constructor(downscale_factor: number | { downscale_factor: number })
  constructor(...args: unknown[]) {
    super()
    this.downscale_factor = PIXEL_UNSHUFFLE.read(args)[0]
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return pixel_unshuffle(PIXEL_UNSHUFFLE_FORWARD.read(args)[0], this.downscale_factor)
  }

  override extra_repr(): string {
    return `downscale_factor=${this.downscale_factor}`
  }
}

const CHANNEL_SHUFFLE = signature('ChannelShuffle', 'groups: int')
const CHANNEL_SHUFFLE_FORWARD = signature('ChannelShuffle.forward', INPUT)

/** [N, C, ...] with the channels of `groups` groups interleaved. Source: torch.nn.ChannelShuffle. */
export class ChannelShuffle extends Module {
  readonly groups: number

  constructor(groups: number | { groups: number })
  constructor(...args: unknown[]) {
    super()
    this.groups = CHANNEL_SHUFFLE.read(args)[0]
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return channel_shuffle(CHANNEL_SHUFFLE_FORWARD.read(args)[0], this.groups)
  }

  override extra_repr(): string {
    return `groups=${this.groups}`
  }
}

const UNFLATTEN = signature('Unflatten', 'dim: int', 'unflattened_size: ints')
const UNFLATTEN_FORWARD = signature('Unflatten.forward', INPUT)

/**
 * Dimension `dim` as several, of `unflattened_size`. Source: torch.nn.Unflatten.
 *
 * @example new torch.nn.Unflatten(1, [2, 3]).forward(torch.zeros(4, 6)).shape // [4, 2, 3]
 */
export class Unflatten extends Module {
  readonly dim: number
  readonly unflattened_size: Shape

  constructor(dim: number, unflattened_size: Shape | { unflattened_size: Shape })
  constructor(options: { dim: number; unflattened_size: Shape })
  constructor(...args: unknown[]) {
    super()
    const [dim, unflattened_size] = UNFLATTEN.read(args)
    this.dim = dim
    this.unflattened_size = ownIntegers('Unflatten', 'unflattened_size', unflattened_size)
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return unflatten(UNFLATTEN_FORWARD.read(args)[0], this.dim, this.unflattened_size)
  }

  override extra_repr(): string {
    return `dim=${this.dim}, unflattened_size=${tuple(this.unflattened_size)}`
  }
}
