/** Public functions of torch.nn.functional: resizing. */
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { adaptive_avg_pool } from '../ops/conv/pool.js'
import { adaptive_avg_pool2d } from '../ops/conv/pool2d.js'
import * as resizing from '../ops/conv/resize.js'
import { type Sizes, toSizes } from '../ops/conv/sizes.js'
import { checkShape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

const SIZE = ['size: number|ints = None', 'scale_factor: number|list = None'] as const
const INTERPOLATE = signature(
  'interpolate',
  'input: Tensor',
  ...SIZE,
  "mode: str = 'nearest'",
  'align_corners: bool = None',
  'recompute_scale_factor: bool = None',
  'antialias: False = False',
)
const UPSAMPLE = signature(
  'upsample',
  'input: Tensor',
  ...SIZE,
  "mode: str = 'nearest'",
  'align_corners: bool = None',
)
const UPSAMPLE_NEAREST = signature('upsample_nearest', 'input: Tensor', ...SIZE)
const UPSAMPLE_BILINEAR = signature('upsample_bilinear', 'input: Tensor', ...SIZE)

/** How {@link interpolate} finds values; names of torch. */
export type InterpolateMode = resizing.ResizeMode | 'area'

/** Keywords of {@link interpolate}: `size` or `scale_factor`. */
export interface InterpolateOptions {
  /** The size of the result, without batch and channels. */
  size?: Sizes | null
  /** The factor of each size. */
  scale_factor?: number | readonly number[] | null
  /** 'nearest' by default. */
  mode?: InterpolateMode
  /** Whether the outermost pixels of both lie at the same places; false by default. */
  align_corners?: boolean | null
  /** Whether the factor is that of the sizes, instead of `scale_factor`. */
  recompute_scale_factor?: boolean | null
  antialias?: false
}

interface Request {
  readonly size: unknown
  readonly scale_factor: unknown
  readonly mode: string
  readonly align_corners: boolean | null
  readonly recompute: boolean
}

function factorsOf(given: unknown, dims: number): number[] {
  const all: unknown[] = Array.isArray(given) ? [...given] : new Array<unknown>(dims).fill(given)
  if (all.length === dims && all.every((factor) => typeof factor === 'number' && factor > 0))
    return all as number[]
  throw new ValueError(
    `interpolate: scale_factor must be a positive number, or ${dims} of them, but got ${all.map(String).join(', ')}`,
  )
}

function resized(input: Tensor, { size, scale_factor, mode, align_corners, recompute }: Request): Tensor {
  const dims = input.dim() - 2
  if (dims < 1 || dims > 3) {
    throw new RuntimeError(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.dim()}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode.slice(0, 40)})`,
    )
  }
  const hasCorners = !['nearest', 'area', 'nearest-exact'].includes(mode)
  if (!hasCorners && align_corners !== null) {
    throw new ValueError(
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    )
  }
  if ((size === null) === (scale_factor === null))
    throw new ValueError(
      size === null
        ? 'either size or scale_factor should be defined'
        : 'only one of size or scale_factor should be defined',
    )
  if (recompute && size !== null)
    throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.')
  const factors = scale_factor === null ? null : factorsOf(scale_factor, dims)
  const sizes = input.shape.slice(2)
  const output = factors
    ? sizes.map((length, i) => Math.floor(length * factors[i]))
    : toSizes('interpolate', 'size', size, dims, 1)
  checkShape('interpolate', [...input.shape.slice(0, 2), ...output])
  if (mode === 'area') {
    const [height, width] = output
    return dims === 2
      ? adaptive_avg_pool2d(input, [height, width])
      : adaptive_avg_pool(input, dims === 1 ? 1 : 3, output)
  }
  resizing.checkMode(mode, dims)
  const axes = sizes.map((length, i) => ({
    size: length,
    output: output[i],
    factor: factors === null || recompute ? null : factors[i],
  }))
  return resizing.resize(input, axes, mode, align_corners ?? false)
}

/**
 * Images [N, C, ...] of one to three dimensions in another size. Source: torch.nn.functional.interpolate.
 *
 * @throws ValueError for a mode that does not fit the dimensions, or unless there is either a size or a factor
 * @example interpolate(torch.ones(1, 3, 8, 8), { scale_factor: 2, mode: 'bilinear' }).shape // [1, 3, 16, 16]
 */
export function interpolate(
  input: Tensor,
  size?: Sizes | null | InterpolateOptions,
  scale_factor?: number | readonly number[] | null | Omit<InterpolateOptions, 'size'>,
  mode?: InterpolateMode | Omit<InterpolateOptions, 'size' | 'scale_factor'>,
  align_corners?: boolean | null,
  recompute_scale_factor?: boolean | null,
  antialias?: false,
): Tensor
export function interpolate(...args: unknown[]): Tensor {
  const [input, size, scale_factor, mode, align_corners, recompute] = INTERPOLATE.read(args)
  return resized(input, { size, scale_factor, mode, align_corners, recompute: recompute ?? false })
}

/** The same as {@link interpolate}. Source: torch.nn.functional.upsample. */
export function upsample(
  input: Tensor,
  size?: Sizes | null | InterpolateOptions,
  scale_factor?: number | readonly number[] | null | Omit<InterpolateOptions, 'size'>,
  mode?: InterpolateMode,
  align_corners?: boolean | null,
): Tensor
export function upsample(...args: unknown[]): Tensor {
  const [input, size, scale_factor, mode, align_corners] = UPSAMPLE.read(args)
  return resized(input, { size, scale_factor, mode, align_corners, recompute: false })
}

type Size = Pick<InterpolateOptions, 'size' | 'scale_factor'>

/** {@link interpolate} with the mode 'nearest'. Source: torch.nn.functional.upsample_nearest. */
export function upsample_nearest(
  input: Tensor,
  size?: Sizes | null | Size,
  scale_factor?: number | readonly number[] | null,
): Tensor
export function upsample_nearest(...args: unknown[]): Tensor {
  const [input, size, scale_factor] = UPSAMPLE_NEAREST.read(args)
  return resized(input, { size, scale_factor, mode: 'nearest', align_corners: null, recompute: false })
}

/** {@link interpolate} with the mode 'bilinear', and `align_corners`. Source: torch.nn.functional.upsample_bilinear. */
export function upsample_bilinear(
  input: Tensor,
  size?: Sizes | null | Size,
  scale_factor?: number | readonly number[] | null,
): Tensor
export function upsample_bilinear(...args: unknown[]): Tensor {
  const [input, size, scale_factor] = UPSAMPLE_BILINEAR.read(args)
  return resized(input, { size, scale_factor, mode: 'bilinear', align_corners: true, recompute: false })
}
