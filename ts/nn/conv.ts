/** Convolutional layers of one and three dimensions, and transposed ones. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { conv } from '../ops/conv/conv.js'
import { conv_transpose } from '../ops/conv/conv_transpose.js'
import { type Sizes, toSizes } from '../ops/conv/sizes.js'
import { formatShape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { type ConvPaddingMode, checkPaddingMode, paddedBy } from './conv_padding.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { fan_in, kaiming_uniform_, uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { tuple } from './repr.js'

/** Options of {@link Conv1d} and {@link Conv3d}. */
export interface ConvModuleOptions extends FactoryOptions {
  /** 1 by default. */
  stride?: Sizes
  /** Sizes, 'valid' for none, or 'same' to keep the input's size (stride 1); 0 by default. */
  padding?: Sizes | 'same' | 'valid'
  /** Distance between the kernel's elements; 1 by default. */
  dilation?: Sizes
  /** 1 by default. */
  groups?: number
  /** Whether a bias is learned; true by default. */
  bias?: boolean
  /** 'zeros' by default. */
  padding_mode?: ConvPaddingMode
}

/** Options of transposed convolutions. */
export interface ConvTransposeModuleOptions extends FactoryOptions {
  stride?: Sizes
  /** What is cut off at both ends; 0 by default. */
  padding?: Sizes
  /** What is added at the end; 0 by default. */
  output_padding?: Sizes
  groups?: number
  bias?: boolean
  dilation?: Sizes
  padding_mode?: 'zeros'
}

const CHANNELS = [
  'in_channels: int',
  'out_channels: int',
  'kernel_size: int|ints',
  'stride: int|ints = 1',
] as const
const CONV = [
  ...CHANNELS,
  'padding: int|ints|str = 0',
  'dilation: int|ints = 1',
  'groups: int = 1',
  'bias: bool = True',
  "padding_mode: str = 'zeros'",
  DEVICE,
  DTYPE,
] as const
const TRANSPOSED = [
  ...CHANNELS,
  'padding: int|ints = 0',
  'output_padding: int|ints = 0',
  'groups: int = 1',
  'bias: bool = True',
  'dilation: int|ints = 1',
  "padding_mode: 'zeros' = 'zeros'",
  DEVICE,
  DTYPE,
] as const

/** Arguments of a layer, read. */
interface Settings {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size: unknown
  readonly stride: unknown
  readonly padding: unknown
  readonly output_padding: unknown
  readonly dilation: unknown
  readonly groups: number
  readonly bias: boolean
  readonly padding_mode: string
}

/** Throws torch's errors for channels and groups that do not match. */
function checkChannels(op: string, { in_channels, out_channels, groups }: Settings): void {
  for (const [name, size] of Object.entries({ in_channels, out_channels, groups })) {
    if (size < 1) throw new ValueError(`${op}: ${name} must be a positive integer, but got ${describe(size)}`)
  }
  if (in_channels % groups !== 0) throw new ValueError('in_channels must be divisible by groups')
  if (out_channels % groups !== 0) throw new ValueError('out_channels must be divisible by groups')
}

/** What convolutional layers share. */
abstract class Convolution extends Module {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
  readonly dilation: readonly number[]
  readonly transposed: boolean
  readonly output_padding: readonly number[]
  readonly groups: number
  readonly padding_mode: ConvPaddingMode
  /** [out_channels, in_channels / groups, ...kernel_size]; transposed [in_channels, out_channels / groups, ...kernel_size] */
  weight: Parameter
  /** [out_channels], or null without a bias. */
  bias: Parameter | null = null

  constructor(name: string, dims: 1 | 2 | 3, transposed: boolean, settings: Settings) {
    super()
    checkChannels(name, settings)
    const { in_channels, out_channels, groups, padding, padding_mode } = settings
    checkPaddingMode(name, padding_mode)
    this.in_channels = in_channels
    this.out_channels = out_channels
    this.kernel_size = toSizes(name, 'kernel_size', settings.kernel_size, dims, 1)
    this.stride = toSizes(name, 'stride', settings.stride, dims, 1)
    if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
      throw new ValueError(
        `${name}: Invalid padding string '${padding.slice(0, 20)}', should be one of 'valid', 'same'`,
      )
    this.padding =
      padding === 'same' || padding === 'valid' ? padding : toSizes(name, 'padding', padding, dims, 0)
    if (padding === 'same' && this.stride.some((step) => step !== 1))
      throw new ValueError("padding='same' is not supported for strided convolutions")
    this.dilation = toSizes(name, 'dilation', settings.dilation, dims, 1)
    this.transposed = transposed
    this.output_padding = toSizes(name, 'output_padding', settings.output_padding, dims, 0)
    this.groups = groups
    this.padding_mode = padding_mode
    const channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups]
    this.weight = new Parameter(empty(name, [...channels, ...this.kernel_size]))
    this.register_parameter('bias', settings.bias ? new Parameter(empty(name, [out_channels])) : null)
    draw(this)
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding, dilation, output_padding, groups, padding_mode } = this
    const parts = [
      `${this.in_channels}, ${this.out_channels}`,
      `kernel_size=${tuple(kernel_size)}`,
      `stride=${tuple(stride)}`,
    ]
    if (typeof padding === 'string') parts.push(`padding=${padding}`)
    else if (padding.some((size) => size !== 0)) parts.push(`padding=${tuple(padding)}`)
    if (dilation.some((size) => size !== 1)) parts.push(`dilation=${tuple(dilation)}`)
    if (output_padding.some((size) => size !== 0)) parts.push(`output_padding=${tuple(output_padding)}`)
    if (groups !== 1) parts.push(`groups=${groups}`)
    if (this.bias === null) parts.push('bias=False')
    if (padding_mode !== 'zeros') parts.push(`padding_mode=${padding_mode}`)
    return parts.join(', ')
  }
}

/** New values, as torch draws them. */
function draw({ weight, bias }: Convolution): void {
  Storage.changeAll(bias === null ? [weight] : [weight, bias], () => {
    kaiming_uniform_(weight, { a: Math.sqrt(5) })
    if (bias === null) return
    const bound = 1 / Math.sqrt(fan_in(weight))
    uniform_(bias, -bound, bound)
  })
}

/** The layer's convolution over `dims` dimensions. */
function convolved(layer: Convolution, dims: 1 | 3, input: Tensor): Tensor {
  const { weight, bias, stride, dilation, groups, padding, padding_mode } = layer
  const options = { stride, dilation, groups }
  if (padding_mode === 'zeros') return conv(dims, input, weight, bias, { ...options, padding })
  return conv(dims, paddedBy(layer, padding_mode, input), weight, bias, { ...options, padding: 0 })
}

/** The layer's transposed convolution, for a result of `output_size` if it is given. */
function transposed(
  layer: Convolution,
  dims: 1 | 2 | 3,
  input: Tensor,
  output_size: readonly number[] | null,
): Tensor {
  const { weight, bias, stride, dilation, groups } = layer
  const padding = layer.padding as readonly number[]
  const options = { stride, padding, dilation, groups }
  if (output_size === null)
    return conv_transpose(dims, input, weight, bias, { ...options, output_padding: layer.output_padding })
  const size = output_size.length === dims ? output_size : output_size.slice(-dims)
  const least = input.shape
    .slice(-dims)
    .map(
      (length, i) => (length - 1) * stride[i] - 2 * padding[i] + dilation[i] * (layer.kernel_size[i] - 1) + 1,
    )
  const output_padding = least.map((length, i) => size[i] - length)
  if (size.length !== dims || output_padding.some((extra, i) => !(extra >= 0 && extra < stride[i]))) {
    throw new ValueError(
      `requested an output size of ${formatShape(output_size)}, but valid sizes range from ${formatShape(least)} to ${formatShape(least.map((length, i) => length + stride[i] - 1))}`,
    )
  }
  return conv_transpose(dims, input, weight, bias, { ...options, output_padding })
}

const CONV1D = signature('Conv1d', ...CONV)
const CONV3D = signature('Conv3d', ...CONV)
const CONV_TRANSPOSE1D = signature('ConvTranspose1d', ...TRANSPOSED)
const CONV_TRANSPOSE2D = signature('ConvTranspose2d', ...TRANSPOSED)
const CONV_TRANSPOSE3D = signature('ConvTranspose3d', ...TRANSPOSED)
const INPUT = 'input: Tensor'
const OUTPUT_SIZE = 'output_size: ints = None'
const CONV1D_FORWARD = signature('Conv1d.forward', INPUT)
const CONV3D_FORWARD = signature('Conv3d.forward', INPUT)
const CONV_TRANSPOSE1D_FORWARD = signature('ConvTranspose1d.forward', INPUT, OUTPUT_SIZE)
const CONV_TRANSPOSE2D_FORWARD = signature('ConvTranspose2d.forward', INPUT, OUTPUT_SIZE)
const CONV_TRANSPOSE3D_FORWARD = signature('ConvTranspose3d.forward', INPUT, OUTPUT_SIZE)

const settingsOf = (args: ReturnType<typeof CONV1D.read>): Settings => {
  const [in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode] = args
  const sizes = { kernel_size, stride, padding, output_padding: 0, dilation }
  return { in_channels, out_channels, ...sizes, groups, bias, padding_mode }
}

const transposedSettings = (args: ReturnType<typeof CONV_TRANSPOSE1D.read>): Settings => {
  const [in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation] =
    args
  const sizes = { kernel_size, stride, padding, output_padding, dilation }
  return { in_channels, out_channels, ...sizes, groups, bias, padding_mode: 'zeros' }
}

type ConvArguments =
  | [
      in_channels: number,
      out_channels: number,
      kernel_size: Sizes,
      stride?: Sizes | ConvModuleOptions,
      padding?: Sizes | 'same' | 'valid' | Omit<ConvModuleOptions, 'stride'>,
      dilation?: Sizes,
      groups?: number,
      bias?: boolean,
      padding_mode?: ConvPaddingMode,
      options?: FactoryOptions,
    ]
  | [options: ConvModuleOptions & { in_channels: number; out_channels: number; kernel_size: Sizes }]

type TransposedArguments =
  | [
      in_channels: number,
      out_channels: number,
      kernel_size: Sizes,
      stride?: Sizes | ConvTransposeModuleOptions,
      padding?: Sizes | Omit<ConvTransposeModuleOptions, 'stride'>,
      output_padding?: Sizes,
      groups?: number,
      bias?: boolean,
      dilation?: Sizes,
      padding_mode?: 'zeros',
      options?: FactoryOptions,
    ]
  | [options: ConvTransposeModuleOptions & { in_channels: number; out_channels: number; kernel_size: Sizes }]

/**
 * Convolution of sequences [N, C, L] or [C, L] with learned kernels. Initialised as in torch. Source: torch.nn.Conv1d.
 *
 * @throws ValueError for sizes out of range
 * @example new torch.nn.Conv1d(3, 32, 3, { padding: 1 }).forward(torch.zeros(1, 3, 8)).shape // [1, 32, 8]
 */
export class Conv1d extends Convolution {
  constructor(...args: ConvArguments)
  constructor(...args: unknown[]) {
    super('Conv1d', 1, false, settingsOf(CONV1D.read(args)))
  }

  /** [N, in_channels, L] or without N. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return convolved(this, 1, CONV1D_FORWARD.read(args)[0])
  }
}

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.Conv3d. */
export class Conv3d extends Convolution {
  constructor(...args: ConvArguments)
  constructor(...args: unknown[]) {
    super('Conv3d', 3, false, settingsOf(CONV3D.read(args)))
  }

  /** [N, in_channels, D, H, W] or without N. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return convolved(this, 3, CONV3D_FORWARD.read(args)[0])
  }
}

/** Transposed convolution of sequences [N, C, L] or [C, L] with learned kernels. Source: torch.nn.ConvTranspose1d. */
export class ConvTranspose1d extends Convolution {
  constructor(...args: TransposedArguments)
  constructor(...args: unknown[]) {
    super('ConvTranspose1d', 1, true, transposedSettings(CONV_TRANSPOSE1D.read(args)))
  }

  /**
   * The transposed convolution of [N, in_channels, …] or of one without N.
   *
   * @param output_size the size of the result, where strides leave a choice
   */
  override forward(
    input: Tensor,
    output_size?: readonly number[] | { output_size?: readonly number[] | null } | null,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    return transposed(this, 1, ...CONV_TRANSPOSE1D_FORWARD.read(args))
  }
}

/**
 * The same of images [N, C, H, W] or [C, H, W]. Source: torch.nn.ConvTranspose2d.
 *
 * @example new torch.nn.ConvTranspose2d(8, 3, 2, { stride: 2 }).forward(torch.zeros(1, 8, 4, 4)).shape // [1, 3, 8, 8]
 */
export class ConvTranspose2d extends Convolution {
  constructor(...args: TransposedArguments)
  constructor(...args: unknown[]) {
    super('ConvTranspose2d', 2, true, transposedSettings(CONV_TRANSPOSE2D.read(args)))
  }

  /**
   * The transposed convolution of [N, in_channels, …] or of one without N.
   *
   * @param output_size the size of the result, where strides leave a choice
   */
  override forward(
    input: Tensor,
    output_size?: readonly number[] | { output_size?: readonly number[] | null } | null,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    return transposed(this, 2, ...CONV_TRANSPOSE2D_FORWARD.read(args))
  }
}

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.ConvTranspose3d. */
export class ConvTranspose3d extends Convolution {
  constructor(...args: TransposedArguments)
  constructor(...args: unknown[]) {
    super('ConvTranspose3d', 3, true, transposedSettings(CONV_TRANSPOSE3D.read(args)))
  }

  /**
   * The transposed convolution of [N, in_channels, …] or of one without N.
   *
   * @param output_size the size of the result, where strides leave a choice
   */
  override forward(
    input: Tensor,
    output_size?: readonly number[] | { output_size?: readonly number[] | null } | null,
  ): Tensor
  override forward(...args: unknown[]): Tensor {
    return transposed(this, 3, ...CONV_TRANSPOSE3D_FORWARD.read(args))
  }
}
