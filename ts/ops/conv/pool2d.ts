/** Pooling over windows of images. */

import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { apply, applyEach } from '../../graph/apply.js'
import { define, defineSeveral } from '../../graph/op.js'
import { floating } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat, to, tryTo } from '../../tensor/convert.js'
import { formatShape, numelOf } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { ne } from '../elementwise/binary.js'
import {
  type MaxPoolGeometry,
  type MaxPoolSaved,
  type Pair,
  type Pool2dDims,
  storePool2d,
  toPair,
} from './dims.js'
import { Unpooled } from './unpooled.js'

export interface PoolOptions {
  /** Distance between windows; the window's size by default. */
  stride?: Pair | null
  /** Padding around the image, at most half of the window; 0 by default. */
  padding?: Pair
  /** Whether the last window may extend beyond the padding. */
  ceil_mode?: boolean
}

/** Options of maximum pooling. */
export interface MaxPoolOptions extends PoolOptions {
  /** Distance between a window's elements; 1 by default. */
  dilation?: Pair
}

/** Options of average pooling. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether the padding counts in the divisor; true by default. */
  count_include_pad?: boolean
  /** Divisor of the sums; null, the default, for the number of elements. */
  divisor_override?: number | null
}

/** Height and width, or one size for both; null keeps that of the image. */
export type OutputSize = number | readonly [number | null, number | null]

interface PoolGeometry {
  dims: Pool2dDims
}

/** Runs a pooling kernel with its dims. */
function run(geometry: PoolGeometry, kernel: (dims: number) => void): void {
  const dims = storePool2d(geometry.dims)
  kernel(dims.pointer())
  dims.dispose()
}

const withOutput = ([x]: readonly Tensor[], { dims }: PoolGeometry) => [
  ...x.shape.slice(0, -2),
  ...dims.output,
]

const maxRecord = define<MaxPoolGeometry, MaxPoolSaved>({
  name: 'max_pool2d',
  shape: withOutput,
  forward([x], out, geometry) {
    const positions = empty('max_pool2d', out.shape, geometry.wide ? 'int32' : 'uint8')
    const [from, into, at] = [x.pointer(), out.pointer(), positions.pointer()]
    const kernel = geometry.wide ? kernels.max_pool2d_wide : kernels.max_pool2d
    run(geometry, (dims) => kernel(from, into, at, dims))
    return { positions }
  },
  makes: ['positions', 'marked'],
  backward(upstream, { positions, marked }, geometry, { inputShapes: [shape] }) {
    const chosen = (positions ?? marked) as Tensor
    if (geometry.disjoint) {
      const unpooled = Unpooled.of(upstream, chosen, marked !== undefined, geometry.dims)
      return [empty('backward', shape, 'float32', unpooled)]
    }
    const gradient = empty('backward', shape)
    const [up, at, into] = [upstream.pointer(), chosen.pointer(), gradient.pointer()]
    run(geometry, (dims) => {
      if (geometry.wide) kernels.max_pool2d_wide_backward(up, at, into, dims)
      else kernels.max_pool2d_backward(up, at, false, false, into, dims)
    })
    return [gradient]
  },
})

interface AverageGeometry extends PoolGeometry {
  adaptive: boolean
  count_include_pad: boolean
  /** 0 for the number of elements. */
  divisor: number
}

/** The kernel's arguments for the divisor. */
const divisionOf = ({ adaptive, count_include_pad, divisor }: AverageGeometry) =>
  [adaptive, count_include_pad, divisor] as const

const avgRecord = define<AverageGeometry>({
  name: 'avg_pool2d',
  operands: floating,
  shape: withOutput,
  forward([x], out, geometry) {
    const [from, into] = [x.pointer(), out.pointer()]
    run(geometry, (dims) => kernels.avg_pool2d(from, into, ...divisionOf(geometry), dims))
  },
  backward(upstream, _saved, geometry, { inputShapes }) {
    const gradient = empty('backward', inputShapes[0])
    const [up, into] = [upstream.pointer(), gradient.pointer()]
    run(geometry, (dims) => kernels.avg_pool2d_backward(up, into, ...divisionOf(geometry), dims))
    return [gradient]
  },
})

/** Planes of the images, and the size of each. */
const splitOf = ({ shape }: Tensor) => {
  const [height, width] = shape.slice(-2)
  return { planes: numelOf(shape.slice(0, -2)), size: [height, width] as const }
}

function geometryOf(op: string, x: Tensor, kernel_size: Pair, options: MaxPoolOptions): PoolGeometry {
  checkTensor(op, 'input', x)
  if ((x.dim() !== 3 && x.dim() !== 4) || x.shape.slice(-3).includes(0)) {
    throw new RuntimeError(
      `${op}: Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${formatShape(x.shape)}`,
    )
  }
  const { planes, size } = splitOf(x)
  const kernel = toPair(op, 'kernel_size', kernel_size, 1)
  const stride = toPair(op, 'stride', options.stride ?? kernel, 1)
  const padding = toPair(op, 'padding', options.padding ?? 0, 0)
  const dilation = toPair(op, 'dilation', options.dilation ?? 1, 1)
  const span = kernel.map((k, i) => dilation[i] * (k - 1) + 1)
  checkBorder(op, padding, kernel, span, dilation)
  const output = size.map((s, i) => {
    const steps = (s + 2 * padding[i] - span[i]) / stride[i]
    const windows = (options.ceil_mode ? Math.ceil(steps) : Math.floor(steps)) + 1
    // The last window must start inside of the image or the padding before it.
    return options.ceil_mode && (windows - 1) * stride[i] >= s + padding[i] ? windows - 1 : windows
  })
  if (output.some((o) => o < 1)) {
    throw new RuntimeError(
      `${op}: Given input size: (${x.shape.slice(-3).join('x')}). Calculated output size: (${[x.shape.at(-3), ...output].join('x')}). Output size is too small`,
    )
  }
  return { dims: { planes, size, output: [output[0], output[1]], kernel, stride, padding, dilation } }
}

/** Throws if the padding exceeds half of a window. */
function checkBorder(
  op: string,
  padding: readonly number[],
  kernel: readonly number[],
  span: readonly number[],
  dilation: readonly number[],
): void {
  const wide = padding.findIndex((p, i) => p > Math.floor(span[i] / 2))
  if (wide >= 0) {
    throw new RuntimeError(
      `${op}: pad should be at most half of effective kernel size, but got pad=${padding[wide]}, kernel_size=${kernel[wide]} and dilation=${dilation[wide]}`,
    )
  }
  if (padding.some((p, i) => p > Math.floor(kernel[i] / 2))) {
    throw new RuntimeError(
      `${op}: pad should be smaller than or equal to half of kernel size, but got padW = ${padding[1]}, padH = ${padding[0]}, kW = ${kernel[1]}, kH = ${kernel[0]}`,
    )
  }
}

/**
 * Maximum of each window of images [N, C, H, W] or [C, H, W]. The first of equal maxima gets the
 * gradient; NaN counts as the greatest. Also supports int32 and uint8. Source: torch.nn.functional.max_pool2d.
 *
 * @throws RuntimeError if the padding exceeds half of the window, or no window fits
 * @example max_pool2d(torch.randn([1, 3, 9, 9]), 3, { stride: 2, padding: 1 }).shape // [1, 3, 5, 5]
 */
export function max_pool2d(x: Tensor, kernel_size: Pair, options: MaxPoolOptions = {}): Tensor {
  const geometry = geometryOf('max_pool2d', x, kernel_size, options)
  if (x.dtype === 'int32' || x.dtype === 'uint8')
    return to(max_pool2d(exactFloats('max_pool2d', x), kernel_size, options), x.dtype)
  const input = onlyFloat('max_pool2d', 'input', x)
  const wide = windowOf(geometry) > kernels.max_pool2d_byte_window()
  const disjoint = isDisjoint(geometry)
  return apply(maxRecord, [input], { ...geometry, wide, disjoint })
}

const indicesRecord = defineSeveral<PoolGeometry, { positions: Tensor }>({
  name: 'max_pool2d_with_indices',
  results([x], geometry) {
    const shape = withOutput([x], geometry)
    return [{ shape }, { shape, dtype: 'int32' }]
  },
  forward([x], [out, positions], geometry) {
    const [from, into, at] = [x.pointer(), out.pointer(), positions.pointer()]
    run(geometry, (dims) => kernels.max_pool2d_wide(from, into, at, dims))
    return { positions }
  },
  backward([upstream], { positions }, geometry, { inputShapes: [shape] }) {
    if (upstream === null) return [null]
    const gradient = empty('backward', shape)
    const [up, at, into] = [upstream.pointer(), positions.pointer(), gradient.pointer()]
    run(geometry, (dims) => kernels.max_pool2d_wide_backward(up, at, into, dims))
    return [gradient]
  },
})

/** The same as {@link max_pool2d}, and the index of each maximum in its plane, row-major (int32). */
export function max_pool2d_with_indices(
  x: Tensor,
  kernel_size: Pair,
  options: MaxPoolOptions = {},
): [values: Tensor, indices: Tensor] {
  const op = 'max_pool2d'
  const geometry = geometryOf(op, x, kernel_size, options)
  if (x.dtype === 'int32' || x.dtype === 'uint8') {
    const [values, indices] = max_pool2d_with_indices(exactFloats(op, x), kernel_size, options)
    return [to(values, x.dtype), indices]
  }
  const [values, indices] = applyEach(indicesRecord, [onlyFloat(op, 'input', x)], geometry)
  return [values, indices]
}

/** Integers as float32, if it represents each of them: then their order, and so the maximum, is exact. */
function exactFloats(op: string, x: Tensor): Tensor {
  const floats = to(x, 'float32')
  const back = tryTo(floats, x.dtype)
  if (back !== null && !ne(back, x).data<Uint8Array>().some(Boolean)) return floats
  throw new RuntimeError(`${op}: integers beyond 2^24 that float32 does not hold are not implemented`)
}

/** Number of elements of a window. */
const windowOf = ({ dims: { kernel } }: PoolGeometry) => kernel[0] * kernel[1]

function isDisjoint(geometry: PoolGeometry): boolean {
  if (windowOf(geometry) > kernels.max_pool2d_marked_window()) return false
  const { size, output, kernel, stride, padding, dilation } = geometry.dims
  return size.every(
    (pixels, i) =>
      kernel[i] === stride[i] && padding[i] === 0 && dilation[i] === 1 && output[i] * stride[i] <= pixels,
  )
}

/**
 * Mean of each window of images [N, C, H, W] or [C, H, W]. Source: torch.nn.functional.avg_pool2d.
 *
 * @throws RuntimeError if the padding exceeds half of the window, or no window fits
 * @example avg_pool2d(torch.ones([1, 3, 8, 8]), 2).shape // [1, 3, 4, 4]
 */
export function avg_pool2d(x: Tensor, kernel_size: Pair, options: AvgPoolOptions = {}): Tensor {
  const { stride = null, padding = 0, ceil_mode = false } = options
  const geometry = geometryOf('avg_pool2d', x, kernel_size, { stride, padding, ceil_mode })
  const divisor = options.divisor_override ?? null
  if (divisor === 0) throw new RuntimeError('avg_pool2d: divisor must be not zero')
  if (divisor !== null && !Number.isInteger(divisor)) {
    throw new TypeError(
      `avg_pool2d: divisor_override must be a whole number or null, but got ${describe(divisor)}`,
    )
  }
  return apply(avgRecord, [x], {
    ...geometry,
    adaptive: false,
    count_include_pad: Boolean(options.count_include_pad ?? true),
    divisor: divisor ?? 0,
  })
}

/**
 * Means over windows of images [N, C, H, W] or [C, H, W]; the windows are chosen for a result of size `output_size`.
 * Source: torch.nn.functional.adaptive_avg_pool2d.
 *
 * @example adaptive_avg_pool2d(torch.ones([1, 3, 7, 9]), [null, 2]).shape // [1, 3, 7, 2]
 */
export function adaptive_avg_pool2d(x: Tensor, output_size: OutputSize): Tensor {
  const op = 'adaptive_avg_pool2d'
  checkTensor(op, 'input', x)
  if (x.dim() !== 3 && x.dim() !== 4)
    throw new RuntimeError(`${op}(): Expected 3D or 4D tensor, but got ${formatShape(x.shape)}`)
  const { planes, size } = splitOf(x)
  if (size.includes(0)) {
    throw new RuntimeError(
      `${op}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${formatShape(x.shape)} with dimension ${x.shape.lastIndexOf(0)} being empty`,
    )
  }
  const wanted: unknown = Array.isArray(output_size)
    ? output_size.map((wanted, i) => wanted ?? size[i])
    : output_size
  const output = toPair(op, 'output_size', wanted, 0)
  // The windows follow from the sizes.
  const one: [number, number] = [1, 1]
  const dims: Pool2dDims = { planes, size, output, kernel: one, stride: one, padding: [0, 0], dilation: one }
  const geometry = { dims, adaptive: true, count_include_pad: false, divisor: 0 }
  return apply(avgRecord, [onlyFloat(op, 'input', x)], geometry)
}
