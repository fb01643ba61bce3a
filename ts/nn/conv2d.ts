import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { type Conv2dOptions, checkPadding, conv2d } from '../ops/conv2d.js'
import { type Pair, toPair } from '../ops/dims.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { fan_in, kaiming_uniform_, uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/**
 * Convolution with learned kernels. Starts as torch's does, from the default generator.
 *
 * @example new torch.nn.Conv2d(3, 32, 3, { padding: 1 }).forward(torch.zeros([1, 3, 8, 8])).shape // [1, 32, 8, 8]
 */
export class Conv2d extends Module {
  /** [out_channels, in_channels / groups, height, width] */
  readonly weight: Parameter
  /** [out_channels], or null without a bias. */
  readonly bias: Parameter | null
  readonly kernel_size: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number] | 'same' | 'valid'
  readonly dilation: readonly [number, number]
  readonly groups: number

  constructor(
    readonly in_channels: number,
    readonly out_channels: number,
    kernel_size: Pair,
    {
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
    }: Conv2dOptions & { bias?: boolean } = {},
  ) {
    super()
    for (const [name, size] of Object.entries({ in_channels, out_channels, groups })) {
      if (!Number.isInteger(size) || size < 1)
        throw new ValueError(`Conv2d: ${name} must be a positive integer, but got ${describe(size)}`)
    }
    if (in_channels % groups !== 0) throw new ValueError('in_channels must be divisible by groups')
    if (out_channels % groups !== 0) throw new ValueError('out_channels must be divisible by groups')
    this.kernel_size = toPair('Conv2d', 'kernel_size', kernel_size, 1)
    this.stride = toPair('Conv2d', 'stride', stride, 1)
    this.padding = checkPadding('Conv2d', padding)
    this.dilation = toPair('Conv2d', 'dilation', dilation, 1)
    this.groups = groups
    if (padding === 'same' && this.stride.some((s) => s !== 1)) {
      throw new ValueError("padding='same' is not supported for strided convolutions")
    }
    this.weight = new Parameter(empty('Conv2d', [out_channels, in_channels / groups, ...this.kernel_size]))
    this.bias = bias ? new Parameter(empty('Conv2d', [out_channels])) : null
    this.reset_parameters()
  }

  /** Draws new values. */
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) })
    if (this.bias !== null) {
      const bound = 1 / Math.sqrt(fan_in(this.weight))
      uniform_(this.bias, -bound, bound)
    }
  }

  /** [N, in_channels, H, W] or without N. */
  override forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this)
  }

  override extra_repr(): string {
    const pair = ([a, b]: readonly [number, number]) => `(${a}, ${b})`
    const parts = [
      `${this.in_channels}, ${this.out_channels}`,
      `kernel_size=${pair(this.kernel_size)}`,
      `stride=${pair(this.stride)}`,
    ]
    if (typeof this.padding === 'string') parts.push(`padding=${this.padding}`)
    else if (this.padding.some((p) => p !== 0)) parts.push(`padding=${pair(this.padding)}`)
    if (this.dilation.some((d) => d !== 1)) parts.push(`dilation=${pair(this.dilation)}`)
    if (this.groups !== 1) parts.push(`groups=${this.groups}`)
    if (this.bias === null) parts.push('bias=False')
    return parts.join(', ')
  }
}
