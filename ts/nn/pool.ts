/** Layers that pool over one and three dimensions, and adaptively. */
import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import type { Sizes } from '../ops/conv/sizes.js'
import {
  type AdaptiveSizes,
  type AvgPoolKeywords,
  adaptive_avg_pool1d,
  adaptive_avg_pool3d,
  adaptive_max_pool1d,
  adaptive_max_pool2d,
  adaptive_max_pool3d,
  avg_pool1d,
  avg_pool3d,
  type MaxPoolKeywords,
  max_pool1d,
  max_pool3d,
} from '../surface/pool.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr, tuple } from './repr.js'

const KERNEL = ['kernel_size: int|ints', 'stride: int|ints = None', 'padding: int|ints = 0'] as const
const MAX = [
  ...KERNEL,
  'dilation: int|ints = 1',
  'return_indices: bool = False',
  'ceil_mode: bool = False',
] as const
const AVG = [...KERNEL, 'ceil_mode: bool = False', 'count_include_pad: bool = True'] as const
const INPUT = 'input: Tensor'

type MaxArguments =
  | [
      kernel_size: Sizes,
      stride?: Sizes | null | MaxPoolKeywords,
      padding?: Sizes | Omit<MaxPoolKeywords, 'stride'>,
      dilation?: Sizes,
      return_indices?: boolean,
      ceil_mode?: boolean,
    ]
  | [options: MaxPoolKeywords & { kernel_size: Sizes }]

abstract class MaxPool extends Module {
  readonly kernel_size: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly dilation: Sizes
  readonly return_indices: boolean
  readonly ceil_mode: boolean

  constructor([kernel_size, stride, padding, dilation, return_indices, ceil_mode]: ArgumentsOf<typeof MAX>) {
    super()
    this.kernel_size = kernel_size
    this.stride = stride ?? kernel_size
    this.padding = padding
    this.dilation = dilation
    this.return_indices = return_indices
    this.ceil_mode = ceil_mode
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding, dilation, ceil_mode } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}, dilation=${repr(dilation)}, ceil_mode=${repr(ceil_mode)}`
  }
}

const maximal = (layer: MaxPool, [input]: readonly [Tensor], pool: typeof max_pool1d): Tensor => {
  const { kernel_size, stride, padding, dilation, return_indices, ceil_mode } = layer
  return pool(input, kernel_size, { stride, padding, dilation, ceil_mode, return_indices }) as Tensor
}

const MAX_POOL1D = signature('MaxPool1d', ...MAX)
const MAX_POOL1D_FORWARD = signature('MaxPool1d.forward', INPUT)

/**
 * Maximum of each window of sequences [N, C, L] or [C, L]; with `return_indices` an array of these and their indices. Source: torch.nn.MaxPool1d.
 *
 * @example new torch.nn.MaxPool1d(2).forward(torch.zeros(1, 3, 8)).shape // [1, 3, 4]
 */
export class MaxPool1d extends MaxPool {
  constructor(...args: MaxArguments)
  constructor(...args: unknown[]) {
    super(MAX_POOL1D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return maximal(this, MAX_POOL1D_FORWARD.read(args), max_pool1d)
  }
}

const MAX_POOL3D = signature('MaxPool3d', ...MAX)
const MAX_POOL3D_FORWARD = signature('MaxPool3d.forward', INPUT)

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.MaxPool3d. */
export class MaxPool3d extends MaxPool {
  constructor(...args: MaxArguments)
  constructor(...args: unknown[]) {
    super(MAX_POOL3D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return maximal(this, MAX_POOL3D_FORWARD.read(args), max_pool3d)
  }
}

const AVG_POOL1D = signature('AvgPool1d', ...AVG)
const AVG_POOL1D_FORWARD = signature('AvgPool1d.forward', INPUT)

const single = (size: Sizes): readonly number[] => (typeof size === 'number' ? [size] : size)

/** Mean of each window of sequences [N, C, L] or [C, L]. Source: torch.nn.AvgPool1d. */
export class AvgPool1d extends Module {
  readonly kernel_size: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean

  constructor(
    kernel_size: Sizes | (AvgPoolKeywords & { kernel_size: Sizes }),
    stride?: Sizes | null | AvgPoolKeywords,
    padding?: Sizes | Omit<AvgPoolKeywords, 'stride'>,
    ceil_mode?: boolean | Omit<AvgPoolKeywords, 'stride' | 'padding'>,
    count_include_pad?: boolean | Pick<AvgPoolKeywords, 'count_include_pad'>,
  )
  constructor(...args: unknown[]) {
    super()
    const [kernel_size, stride, padding, ceil_mode, count_include_pad] = AVG_POOL1D.read(args)
    this.kernel_size = single(kernel_size)
    this.stride = single(stride ?? kernel_size)
    this.padding = single(padding)
    this.ceil_mode = ceil_mode
    this.count_include_pad = count_include_pad
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = AVG_POOL1D_FORWARD.read(args)
    const { kernel_size, stride, padding, ceil_mode, count_include_pad } = this
    return avg_pool1d(input, kernel_size, { stride, padding, ceil_mode, count_include_pad })
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this
    return `kernel_size=${tuple(kernel_size)}, stride=${tuple(stride)}, padding=${tuple(padding)}`
  }
}

const AVG_POOL3D = signature('AvgPool3d', ...AVG, 'divisor_override: int = None')
const AVG_POOL3D_FORWARD = signature('AvgPool3d.forward', INPUT)

/** The same of volumes [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.AvgPool3d. */
export class AvgPool3d extends Module {
  readonly kernel_size: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
  readonly divisor_override: number | null

  constructor(
    kernel_size: Sizes | (AvgPoolKeywords & { kernel_size: Sizes; divisor_override?: number | null }),
    stride?: Sizes | null | (AvgPoolKeywords & { divisor_override?: number | null }),
    padding?: Sizes,
    ceil_mode?: boolean,
    count_include_pad?: boolean,
    divisor_override?: number | null,
  )
  constructor(...args: unknown[]) {
    super()
    const [kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override] =
      AVG_POOL3D.read(args)
    this.kernel_size = kernel_size
    this.stride = stride ?? kernel_size
    this.padding = padding
    this.ceil_mode = ceil_mode
    this.count_include_pad = count_include_pad
    this.divisor_override = divisor_override
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = AVG_POOL3D_FORWARD.read(args)
    const { kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override } = this
    return avg_pool3d(input, kernel_size, { stride, padding, ceil_mode, count_include_pad, divisor_override })
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this
    return `kernel_size=${repr(kernel_size)}, stride=${repr(stride)}, padding=${repr(padding)}`
  }
}

type OutputSize = AdaptiveSizes | null
const OUTPUT_SIZE = 'output_size: int|list|None'
const RETURN_INDICES = 'return_indices: bool = False'

abstract class AdaptivePool extends Module {
  readonly output_size: OutputSize
  readonly return_indices: boolean

  constructor(output_size: unknown, return_indices = false) {
    super()
    this.output_size = output_size as OutputSize
    this.return_indices = return_indices
  }

  override extra_repr(): string {
    const size = this.output_size
    return `output_size=${typeof size === 'number' || size === null ? repr(size) : tuple(size)}`
  }
}

/** The size that `pool` of `dims` dimensions takes. */
const sizeOf = ({ output_size }: AdaptivePool, dims: number): AdaptiveSizes =>
  output_size ?? new Array<null>(dims).fill(null)

const maximalOf = (
  layer: AdaptivePool,
  [input]: readonly [Tensor],
  dims: number,
  pool: typeof adaptive_max_pool1d,
): Tensor => pool(input, sizeOf(layer, dims), layer.return_indices as false)

const ADAPTIVEAVGPOOL1D = signature('AdaptiveAvgPool1d', OUTPUT_SIZE)
const ADAPTIVEAVGPOOL1D_FORWARD = signature('AdaptiveAvgPool1d.forward', INPUT)

/** Means over windows of sequences [N, C, L] or [C, L], chosen for a result of `output_size`. Source: torch.nn.AdaptiveAvgPool1d. */
export class AdaptiveAvgPool1d extends AdaptivePool {
  constructor(output_size: OutputSize | { output_size: OutputSize })
  constructor(...args: unknown[]) {
    super(ADAPTIVEAVGPOOL1D.read(args)[0])
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return adaptive_avg_pool1d(ADAPTIVEAVGPOOL1D_FORWARD.read(args)[0], sizeOf(this, 1))
  }
}

const ADAPTIVEAVGPOOL3D = signature('AdaptiveAvgPool3d', OUTPUT_SIZE)
const ADAPTIVEAVGPOOL3D_FORWARD = signature('AdaptiveAvgPool3d.forward', INPUT)

/** Means over windows of volumes [N, C, D, H, W] or [C, D, H, W], chosen for a result of `output_size`. Source: torch.nn.AdaptiveAvgPool3d. */
export class AdaptiveAvgPool3d extends AdaptivePool {
  constructor(output_size: OutputSize | { output_size: OutputSize })
  constructor(...args: unknown[]) {
    super(ADAPTIVEAVGPOOL3D.read(args)[0])
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return adaptive_avg_pool3d(ADAPTIVEAVGPOOL3D_FORWARD.read(args)[0], sizeOf(this, 3))
  }
}

const ADAPTIVEMAXPOOL1D = signature('AdaptiveMaxPool1d', OUTPUT_SIZE, RETURN_INDICES)
const ADAPTIVEMAXPOOL1D_FORWARD = signature('AdaptiveMaxPool1d.forward', INPUT)

/** Maxima over windows of sequences [N, C, L] or [C, L], chosen for a result of `output_size`. Source: torch.nn.AdaptiveMaxPool1d. */
export class AdaptiveMaxPool1d extends AdaptivePool {
  constructor(
    output_size: OutputSize | { output_size: OutputSize; return_indices?: boolean },
    return_indices?: boolean | { return_indices?: boolean },
  )
  constructor(...args: unknown[]) {
    super(...ADAPTIVEMAXPOOL1D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return maximalOf(this, ADAPTIVEMAXPOOL1D_FORWARD.read(args), 1, adaptive_max_pool1d)
  }
}

const ADAPTIVEMAXPOOL2D = signature('AdaptiveMaxPool2d', OUTPUT_SIZE, RETURN_INDICES)
const ADAPTIVEMAXPOOL2D_FORWARD = signature('AdaptiveMaxPool2d.forward', INPUT)

/** Maxima over windows of images [N, C, H, W] or [C, H, W], chosen for a result of `output_size`. Source: torch.nn.AdaptiveMaxPool2d. */
export class AdaptiveMaxPool2d extends AdaptivePool {
  constructor(
    output_size: OutputSize | { output_size: OutputSize; return_indices?: boolean },
    return_indices?: boolean | { return_indices?: boolean },
  )
  constructor(...args: unknown[]) {
    super(...ADAPTIVEMAXPOOL2D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return maximalOf(this, ADAPTIVEMAXPOOL2D_FORWARD.read(args), 2, adaptive_max_pool2d)
  }
}

const ADAPTIVEMAXPOOL3D = signature('AdaptiveMaxPool3d', OUTPUT_SIZE, RETURN_INDICES)
const ADAPTIVEMAXPOOL3D_FORWARD = signature('AdaptiveMaxPool3d.forward', INPUT)

/** Maxima over windows of volumes [N, C, D, H, W] or [C, D, H, W], chosen for a result of `output_size`. Source: torch.nn.AdaptiveMaxPool3d. */
export class AdaptiveMaxPool3d extends AdaptivePool {
  constructor(
    output_size: OutputSize | { output_size: OutputSize; return_indices?: boolean },
    return_indices?: boolean | { return_indices?: boolean },
  )
  constructor(...args: unknown[]) {
    super(...ADAPTIVEMAXPOOL3D.read(args))
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return maximalOf(this, ADAPTIVEMAXPOOL3D_FORWARD.read(args), 3, adaptive_max_pool3d)
  }
}
