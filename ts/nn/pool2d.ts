import type { Pair } from '../ops/dims.js'
import {
  type AvgPoolOptions,
  adaptive_avg_pool2d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool2d,
} from '../ops/pool2d.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** As Python prints a number, a pair or a truth value. */
function written(value: Pair | readonly (number | null)[] | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'number' ? String(value) : `(${value.map((v) => v ?? 'None').join(', ')})`
}

/**
 * Maximum of each window.
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
    { stride = null, padding = 0, dilation = 1, ceil_mode = false }: MaxPoolOptions = {},
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
    return `kernel_size=${written(kernel_size)}, stride=${written(stride)}, padding=${written(padding)}, dilation=${written(dilation)}, ceil_mode=${written(ceil_mode)}`
  }
}

/** Mean of each window. */
export class AvgPool2d extends Module {
  readonly stride: Pair
  readonly padding: Pair
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean

  constructor(
    readonly kernel_size: Pair,
    { stride = null, padding = 0, ceil_mode = false, count_include_pad = true }: AvgPoolOptions = {},
  ) {
    super()
    this.stride = stride ?? kernel_size
    this.padding = padding
    this.ceil_mode = ceil_mode
    this.count_include_pad = count_include_pad
  }

  override forward(x: Tensor): Tensor {
    return avg_pool2d(x, this.kernel_size, this)
  }

  override extra_repr(): string {
    return `kernel_size=${written(this.kernel_size)}, stride=${written(this.stride)}, padding=${written(this.padding)}`
  }
}

/** Means over windows chosen so that the result has one size for any image. */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly output_size: number | readonly [number | null, number | null]) {
    super()
  }

  override forward(x: Tensor): Tensor {
    return adaptive_avg_pool2d(x, this.output_size)
  }

  override extra_repr(): string {
    return `output_size=${written(this.output_size)}`
  }
}
