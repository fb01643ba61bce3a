import { signature } from '../call/signature.js'
import type { Pair } from '../ops/conv/dims.js'
import {
  type AvgPoolOptions,
  adaptive_avg_pool2d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool2d,
  max_pool2d_with_indices,
  type OutputSize,
} from '../ops/conv/pool2d.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Resized } from '../tensor/typed/images.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { Module } from './module.js'
import { repr } from './repr.js'

const MAX_POOL2D = signature(
  'MaxPool2d',
  'kernel_size: int|ints',
  'stride: int|ints = None',
  'padding: int|ints = 0',
  'dilation: int|ints = 1',
  'return_indices: bool = False',
  'ceil_mode: bool = False',
)
const FORWARD_MAX = signature('MaxPool2d.forward', 'input: Tensor')

/**
 * Maximum of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.MaxPool2d.
 *
 * @throws TypeError for arguments of another type; ValueError from `forward` for sizes out of range
 * @example new torch.nn.MaxPool2d(2).forward(torch.zeros([1, 3, 8, 8])).shape // [1, 3, 4, 4]
 * @example new torch.nn.MaxPool2d(3, 2, 1) // stride 2, padding 1
 */
export class MaxPool2d extends Module {
  readonly kernel_size: Pair
  readonly stride: Pair
  readonly padding: Pair
  readonly dilation: Pair
  readonly return_indices: boolean
  readonly ceil_mode: boolean

  constructor(
    kernel_size: Pair | (MaxPoolOptions & { kernel_size: Pair; return_indices?: boolean }),
    stride?: Pair | null | MaxPoolOptions,
    padding?: Pair | Omit<MaxPoolOptions, 'stride'>,
    dilation?: Pair | Pick<MaxPoolOptions, 'dilation' | 'ceil_mode'>,
    return_indices?: boolean | Pick<MaxPoolOptions, 'ceil_mode'>,
    ceil_mode?: boolean,
  )
  constructor(...args: unknown[]) {
    super()
    const [kernel_size, stride, padding, dilation, return_indices, ceil_mode] = MAX_POOL2D.read(args)
    this.kernel_size = kernel_size as Pair
    this.stride = (stride ?? kernel_size) as Pair
    this.padding = padding as Pair
    this.dilation = dilation as Pair
    this.return_indices = return_indices
    this.ceil_mode = ceil_mode
  }

  /** [N, C, H, W] or without N. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, Resized<S>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_MAX.read(args)
    const { kernel_size, stride, padding, dilation, ceil_mode, return_indices } = this
    const options = { stride, padding, dilation, ceil_mode }
    // An array of values and indices then.
    if (return_indices) return max_pool2d_with_indices(input, kernel_size, options) as never
    return max_pool2d(input, kernel_size, options)
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding, dilation, ceil_mode } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}, dilation=${repr(dilation)}, ceil_mode=${repr(ceil_mode)}`
  }
}

const AVG_POOL2D = signature(
  'AvgPool2d',
  'kernel_size: int|ints',
  'stride: int|ints = None',
  'padding: int|ints = 0',
  'ceil_mode: bool = False',
  'count_include_pad: bool = True',
  'divisor_override: int = None',
)
const FORWARD_AVG = signature('AvgPool2d.forward', 'input: Tensor')

/**
 * Mean of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.AvgPool2d.
 *
 * @throws TypeError for arguments of another type; ValueError from `forward` for sizes out of range
 * @example new torch.nn.AvgPool2d(2).forward(torch.ones([1, 3, 8, 8])).shape // [1, 3, 4, 4]
 */
export class AvgPool2d extends Module {
  readonly kernel_size: Pair
  readonly stride: Pair
  readonly padding: Pair
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
  readonly divisor_override: number | null

  constructor(
    kernel_size: Pair | (AvgPoolOptions & { kernel_size: Pair }),
    stride?: Pair | null | AvgPoolOptions,
    padding?: Pair | Omit<AvgPoolOptions, 'stride'>,
    ceil_mode?: boolean | Omit<AvgPoolOptions, 'stride' | 'padding'>,
    count_include_pad?: boolean | Pick<AvgPoolOptions, 'count_include_pad' | 'divisor_override'>,
    divisor_override?: number | null,
  )
  constructor(...args: unknown[]) {
    super()
    const [kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override] =
      AVG_POOL2D.read(args)
    this.kernel_size = kernel_size as Pair
    this.stride = (stride ?? kernel_size) as Pair
    this.padding = padding as Pair
    this.ceil_mode = ceil_mode
    this.count_include_pad = count_include_pad
    this.divisor_override = divisor_override
  }

  /** [N, C, H, W] or without N. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, Resized<S>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_AVG.read(args)
    const { kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override } = this
    const options = { stride, padding, ceil_mode, count_include_pad, divisor_override }
    return avg_pool2d(input, kernel_size, options)
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}`
  }
}

const ADAPTIVE_AVG_POOL2D = signature('AdaptiveAvgPool2d', 'output_size: int|list|None')
const FORWARD_ADAPTIVE = signature('AdaptiveAvgPool2d.forward', 'input: Tensor')

/**
 * Means over windows that are chosen to give a fixed output size; null keeps the size of the image.
 * Source: torch.nn.AdaptiveAvgPool2d.
 *
 * @throws TypeError for an argument of another type; ValueError from `forward` for a size out of range
 * @example new torch.nn.AdaptiveAvgPool2d(1).forward(torch.ones([1, 3, 7, 9])).shape // [1, 3, 1, 1]
 */
export class AdaptiveAvgPool2d extends Module {
  readonly output_size: OutputSize | null

  constructor(output_size: OutputSize | null | { output_size: OutputSize | null })
  constructor(...args: unknown[]) {
    super()
    const [output_size] = ADAPTIVE_AVG_POOL2D.read(args)
    this.output_size = output_size as OutputSize | null
  }

  /** [N, C, H, W] or without N. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, Resized<S>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_ADAPTIVE.read(args)
    return adaptive_avg_pool2d(input, this.output_size ?? [null, null])
  }

  override extra_repr(): string {
    return `output_size=${repr(this.output_size)}`
  }
}
