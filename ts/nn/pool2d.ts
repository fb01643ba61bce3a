import type { Pair } from '../ops/dims.js'
import {
  type AvgPoolOptions,
  adaptive_avg_pool2d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool2d,
  type OutputSize,
} from '../ops/pool2d.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr } from './repr.js'

/**
 * Maximum of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.MaxPool2d.
 *
 * @example new torch.nn.MaxPool2d(2).forward(torch.zeros([1, 3, 8, 8])).shape // [1, 3, 4, 4]
 */
export class MaxPool2d extends Module {
  readonly stride: Pair
  readonly padding: Pair
  readonly dilation: Pair
  readonly ceil_mode: boolean

  constructor(
    readonly kernel_size: Pair,
    { stride, padding = 0, dilation = 1, ceil_mode = false }: MaxPoolOptions = {},
  ) {
    super()
    this.stride = stride ?? kernel_size
    this.padding = padding
    this.dilation = dilation
    this.ceil_mode = ceil_mode
  }

  override forward(x: Tensor): Tensor {
    return max_pool2d(x, this.kernel_size, this)
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding, dilation, ceil_mode } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}, dilation=${repr(dilation)}, ceil_mode=${repr(ceil_mode)}`
  }
}

/**
 * Mean of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.AvgPool2d.
 *
 * @example new torch.nn.AvgPool2d(2).forward(torch.ones([1, 3, 8, 8])).shape // [1, 3, 4, 4]
 */
export class AvgPool2d extends Module {
  readonly stride: Pair
  readonly padding: Pair
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
  readonly divisor_override: number | null

  constructor(
    readonly kernel_size: Pair,
    {
      stride,
      padding = 0,
      ceil_mode = false,
      count_include_pad = true,
      divisor_override = null,
    }: AvgPoolOptions = {},
  ) {
    super()
    this.stride = stride ?? kernel_size
    this.padding = padding
    this.ceil_mode = ceil_mode
    this.count_include_pad = count_include_pad
    this.divisor_override = divisor_override
  }

  override forward(x: Tensor): Tensor {
    return avg_pool2d(x, this.kernel_size, this)
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}`
  }
}

/**
 * Means over windows chosen so that images of any size give one size; null keeps that of the image.
 * Source: torch.nn.AdaptiveAvgPool2d.
 *
 * @example new torch.nn.AdaptiveAvgPool2d(1).forward(torch.ones([1, 3, 7, 9])).shape // [1, 3, 1, 1]
 */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly output_size: OutputSize) {
    super()
  }

  override forward(x: Tensor): Tensor {
    return adaptive_avg_pool2d(x, this.output_size)
  }

  override extra_repr(): string {
    return `output_size=${repr(this.output_size)}`
  }
}
