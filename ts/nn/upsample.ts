/** Layers that resize. */
import { signature } from '../call/signature.js'
import type { Sizes } from '../ops/conv/sizes.js'
import { type InterpolateMode, type InterpolateOptions, interpolate } from '../surface/resize.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { float, repr } from './repr.js'

const SIZE = ['size: int|ints = None', 'scale_factor: number|list = None'] as const
const UPSAMPLE = signature(
  'Upsample',
  ...SIZE,
  "mode: str = 'nearest'",
  'align_corners: bool = None',
  'recompute_scale_factor: bool = None',
)
const NEAREST = signature('UpsamplingNearest2d', ...SIZE)
const BILINEAR = signature('UpsamplingBilinear2d', ...SIZE)
const FORWARD = signature('Upsample.forward', 'input: Tensor')

type Options = Omit<InterpolateOptions, 'antialias'>

/**
 * Images [N, C, ...] of one to three dimensions in another size; see {@link interpolate}. Source: torch.nn.Upsample.
 *
 * @example new torch.nn.Upsample({ scale_factor: 2 }).forward(torch.ones(1, 3, 4, 4)).shape // [1, 3, 8, 8]
 */
export class Upsample extends Module {
  readonly size: Sizes | null
  readonly scale_factor: number | readonly number[] | null
  readonly mode: InterpolateMode
  readonly align_corners: boolean | null
  readonly recompute_scale_factor: boolean | null

  constructor(
    size?: Sizes | null | Options,
    scale_factor?: number | readonly number[] | null | Omit<Options, 'size'>,
    mode?: InterpolateMode | Omit<Options, 'size' | 'scale_factor'>,
    align_corners?: boolean | null,
    recompute_scale_factor?: boolean | null,
  )
  constructor(...args: unknown[]) {
    super()
    const [size, scale_factor, mode, align_corners, recompute_scale_factor] = UPSAMPLE.read(args)
    this.size = size
    this.scale_factor = scale_factor as number | readonly number[] | null
    this.mode = mode as InterpolateMode
    this.align_corners = align_corners
    this.recompute_scale_factor = recompute_scale_factor
  }

  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const { size, scale_factor, mode, align_corners, recompute_scale_factor } = this
    const options = { size, scale_factor, mode, align_corners, recompute_scale_factor }
    return interpolate(FORWARD.read(args)[0], options)
  }

  override extra_repr(): string {
    const { size, scale_factor, mode } = this
    const factor =
      typeof scale_factor === 'number' ? float(scale_factor) : `(${scale_factor?.map(float).join(', ')})`
    return `${scale_factor === null ? `size=${repr(size)}` : `scale_factor=${factor}`}, mode='${mode}'`
  }
}

type Size = Pick<Options, 'size' | 'scale_factor'>

/** {@link Upsample} of images with the mode 'nearest'. Source: torch.nn.UpsamplingNearest2d. */
export class UpsamplingNearest2d extends Upsample {
  constructor(
    size?: Sizes | null | Size,
    scale_factor?: number | readonly number[] | null | Omit<Size, 'size'>,
  )
  constructor(...args: unknown[]) {
    const [size, scale_factor] = NEAREST.read(args)
    super(size, scale_factor as number | null, 'nearest')
  }
}

/** {@link Upsample} of images with the mode 'bilinear', and `align_corners`. Source: torch.nn.UpsamplingBilinear2d. */
export class UpsamplingBilinear2d extends Upsample {
  constructor(
    size?: Sizes | null | Size,
    scale_factor?: number | readonly number[] | null | Omit<Size, 'size'>,
  )
  constructor(...args: unknown[]) {
    const [size, scale_factor] = BILINEAR.read(args)
    super(size, scale_factor as number | null, 'bilinear', true)
  }
}
