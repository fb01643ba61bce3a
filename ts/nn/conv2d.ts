import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { type Conv2dOptions, checkPadding, conv2d, type Padding } from '../ops/conv/conv2d.js'
import { type Pair, toPair } from '../ops/conv/dims.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { HasChannels, WithChannels } from '../tensor/typed/images.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { type ConvPaddingMode, checkPaddingMode, paddedBy } from './conv_padding.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { fan_in, kaiming_uniform_, uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of {@link Conv2d}. */
export interface Conv2dModuleOptions extends Conv2dOptions, FactoryOptions {
  /** Whether a bias is learned; true by default. */
  bias?: boolean
  /** What lies around the image; 'zeros' by default. */
  padding_mode?: ConvPaddingMode
}

const CONV2D = signature(
  'Conv2d',
  'in_channels: int',
  'out_channels: int',
  'kernel_size: int|ints',
  'stride: int|ints = 1',
  'padding: int|ints|str = 0',
  'dilation: int|ints = 1',
  'groups: int = 1',
  'bias: bool = True',
  "padding_mode: str = 'zeros'",
  DEVICE,
  DTYPE,
)
const FORWARD = signature('Conv2d.forward', 'input: Tensor')
const RESET_PARAMETERS = signature('Conv2d.reset_parameters')

/**
 * Convolution with learned kernels. Initialised as in torch, from the default generator. Source: torch.nn.Conv2d.
 *
 * @throws TypeError for arguments of another type; ValueError for sizes out of range
 * @example new torch.nn.Conv2d(3, 32, 3, { padding: 1 }).forward(torch.zeros([1, 3, 8, 8])).shape // [1, 32, 8, 8]
 * @example new torch.nn.Conv2d(3, 32, 3, 2, 1) // stride 2, padding 1
 */
export class Conv2d<out I extends number = number, out O extends number = number> extends Module {
  readonly in_channels: I
  readonly out_channels: O
  /** [out_channels, in_channels / groups, height, width] */
  weight: Parameter
  /** [out_channels], or null without a bias. */
  bias: Parameter | null = null
  readonly kernel_size: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number] | 'same' | 'valid'
  readonly dilation: readonly [number, number]
  readonly groups: number
  readonly padding_mode: ConvPaddingMode

  constructor(
    in_channels: I,
    out_channels: O,
    kernel_size: Pair,
    stride?: Pair,
    padding?: Padding,
    dilation?: Pair,
    groups?: number,
    bias?: boolean,
    padding_mode?: ConvPaddingMode,
    options?: FactoryOptions,
  )
  constructor(in_channels: I, out_channels: O, kernel_size: Pair, options?: Conv2dModuleOptions)
  constructor(options: Conv2dModuleOptions & { in_channels: I; out_channels: O; kernel_size: Pair })
  constructor(...args: unknown[]) {
    super()
    const [in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode] =
      CONV2D.read(args)
    for (const [name, size] of Object.entries({ in_channels, out_channels, groups })) {
      if (size < 1)
        throw new ValueError(`Conv2d: ${name} must be a positive integer, but got ${describe(size)}`)
    }
    if (in_channels % groups !== 0) throw new ValueError('in_channels must be divisible by groups')
    if (out_channels % groups !== 0) throw new ValueError('out_channels must be divisible by groups')
    this.in_channels = in_channels as I
    this.out_channels = out_channels as O
    this.kernel_size = toPair('Conv2d', 'kernel_size', kernel_size, 1)
    this.stride = toPair('Conv2d', 'stride', stride, 1)
    this.padding = checkPadding('Conv2d', padding)
    this.dilation = toPair('Conv2d', 'dilation', dilation, 1)
    this.groups = groups
    checkPaddingMode('Conv2d', padding_mode)
    this.padding_mode = padding_mode
    if (padding === 'same' && this.stride.some((s) => s !== 1)) {
      throw new ValueError("padding='same' is not supported for strided convolutions")
    }
    this.weight = new Parameter(empty('Conv2d', [out_channels, in_channels / groups, ...this.kernel_size]))
    this.register_parameter('bias', bias ? new Parameter(empty('Conv2d', [out_channels])) : null)
    this.reset_parameters()
  }

  /** Draws new values. */
  reset_parameters(): void
  reset_parameters(...args: unknown[]): void {
    RESET_PARAMETERS.read(args)
    const { weight, bias } = this
    Storage.changeAll(bias === null ? [weight] : [weight, bias], () => {
      kaiming_uniform_(weight, { a: Math.sqrt(5) })
      if (bias === null) return
      const bound = 1 / Math.sqrt(fan_in(weight))
      uniform_(bias, -bound, bound)
    })
  }

  /** [N, in_channels, H, W] or without N. */
  override forward<S extends Shape>(
    input: Tensor<S> & HasChannels<S, I>,
  ): Tensor<IfKnown<S, WithChannels<S, O>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    const { stride, padding, dilation, groups, padding_mode } = this
    if (padding_mode !== 'zeros') {
      const padded = paddedBy(this, padding_mode, input)
      return conv2d(padded, this.weight, this.bias, { stride, dilation, groups })
    }
    return conv2d(input, this.weight, this.bias, { stride, padding, dilation, groups })
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
    if (this.padding_mode !== 'zeros') parts.push(`padding_mode=${this.padding_mode}`)
    return parts.join(', ')
  }
}
