/** Pooling over windows of images. */
import * as kernels from '#kernels'
import { apply } from '../autograd/apply.js'
import { RuntimeError } from '../errors.js'
import { formatShape, numelOf } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { toFloat } from './convert.js'
import { type Pair, placeDims, toPair } from './dims.js'
import { define } from './record.js'

export interface PoolOptions {
  /** Distance between windows; the window's size by default. */
  stride?: Pair | null
  /** Border around the image, at most half of the window; 0 by default. */
  padding?: Pair
  /** Whether a last window may reach over the border. */
  ceil_mode?: boolean
}

export interface MaxPoolOptions extends PoolOptions {
  /** Distance between a window's elements; 1 by default. */
  dilation?: Pair
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether zeros of the padding count in the divisor; true by default. */
  count_include_pad?: boolean
}

interface Geometry {
  output: readonly [number, number]
  /** The fields of `kernels/pool2d.rs`, in their order. */
  fields: readonly number[]
}

/** Runs a pooling kernel with its dims, which come last. */
function run({ fields }: Geometry, kernel: (dims: number) => void): void {
  const dims = placeDims(fields)
  kernel(dims.pointer())
  dims.dispose()
}

const withOutput = ([x]: readonly Tensor[], { output }: Geometry) => [...x.shape.slice(0, -2), ...output]

const maxRecord = define<Geometry>({
  name: 'max_pool2d',
  shape: withOutput,
  forward([x], out, geometry) {
    const indices = empty('max_pool2d', out.shape, 'int32')
    const [from, into, at] = [x.pointer(), out.pointer(), indices.pointer()]
    run(geometry, (dims) => kernels.max_pool2d(from, into, at, dims))
    return [indices]
  },
  backward(upstream, [indices], geometry, { inputShapes }) {
    const gradient = empty('backward', inputShapes[0])
    const [up, at, into] = [upstream.pointer(), indices.pointer(), gradient.pointer()]
    run(geometry, (dims) => kernels.max_pool2d_backward(up, at, into, dims))
    return [gradient]
  },
})

interface AverageGeometry extends Geometry {
  adaptive: boolean
  count_include_pad: boolean
}

const avgRecord = define<AverageGeometry>({
  name: 'avg_pool2d',
  shape: withOutput,
  forward([x], out, geometry) {
    const [from, into] = [x.pointer(), out.pointer()]
    run(geometry, (dims) =>
      kernels.avg_pool2d(from, into, geometry.adaptive, geometry.count_include_pad, dims),
    )
    return []
  },
  backward(upstream, _saved, geometry, { inputShapes }) {
    const gradient = empty('backward', inputShapes[0])
    const [up, into] = [upstream.pointer(), gradient.pointer()]
    run(geometry, (dims) =>
      kernels.avg_pool2d_backward(up, into, geometry.adaptive, geometry.count_include_pad, dims),
    )
    return [gradient]
  },
})

/** Checks that `x` is images, and splits its shape. */
function imagesOf(op: string, x: Tensor): { planes: number; size: number[] } {
  checkTensor(op, 'input', x)
  if (x.dim() !== 3 && x.dim() !== 4) {
    throw new RuntimeError(`${op}: Expected 3D or 4D (batch mode) tensor, but got ${formatShape(x.shape)}`)
  }
  const size = x.shape.slice(-2)
  if (numelOf(x.shape.slice(-3)) === 0) {
    throw new RuntimeError(
      `${op}: input must have pixels in every dimension but the batch, but got ${formatShape(x.shape)}`,
    )
  }
  return { planes: numelOf(x.shape.slice(0, -2)), size }
}

function geometryOf(op: string, x: Tensor, kernel_size: Pair, options: MaxPoolOptions): Geometry {
  const { planes, size } = imagesOf(op, x)
  const kernel = toPair(op, 'kernel_size', kernel_size, 1)
  const stride = toPair(op, 'stride', options.stride ?? kernel, 1)
  const padding = toPair(op, 'padding', options.padding ?? 0, 0)
  const dilation = toPair(op, 'dilation', options.dilation ?? 1, 1)
  const span = kernel.map((k, i) => dilation[i] * (k - 1) + 1)
  if (padding.some((p, i) => p > Math.floor(span[i] / 2))) {
    throw new RuntimeError(
      `${op}: pad should be at most half of effective kernel size, but got pad=${padding.join(', ')} and kernel_size=${kernel.join(', ')}`,
    )
  }
  const output = size.map((s, i) => {
    const steps = (s + 2 * padding[i] - span[i]) / stride[i]
    const windows = (options.ceil_mode ? Math.ceil(steps) : Math.floor(steps)) + 1
    // The last window must start inside the image or the border in front of it.
    return options.ceil_mode && (windows - 1) * stride[i] >= s + padding[i] ? windows - 1 : windows
  })
  if (output.some((o) => o < 1)) {
    throw new RuntimeError(
      `${op}: Given input size: (${x.shape.slice(-3).join('x')}). Calculated output size: (${[x.shape.at(-3), ...output].join('x')}). Output size is too small`,
    )
  }
  return {
    output: [output[0], output[1]],
    fields: [planes, ...size, ...output, ...kernel, ...stride, ...padding, ...dilation],
  }
}

/**
 * Maximum of each window: x [N, C, H, W] or [C, H, W]. The first of equal maxima gets the gradient;
 * NaN counts as the greatest. Source: torch.nn.functional.max_pool2d.
 */
export function max_pool2d(x: Tensor, kernel_size: Pair, options: MaxPoolOptions = {}): Tensor {
  const geometry = geometryOf('max_pool2d', x, kernel_size, options)
  return apply(maxRecord, [toFloat('max_pool2d', 'input', x)], geometry)
}

/** Mean of each window: x [N, C, H, W] or [C, H, W]. Source: torch.nn.functional.avg_pool2d. */
export function avg_pool2d(x: Tensor, kernel_size: Pair, options: AvgPoolOptions = {}): Tensor {
  const { count_include_pad = true, ...rest } = options
  const geometry = geometryOf('avg_pool2d', x, kernel_size, { ...rest, dilation: 1 })
  return apply(avgRecord, [toFloat('avg_pool2d', 'input', x)], {
    ...geometry,
    adaptive: false,
    count_include_pad,
  })
}

/**
 * Means over windows chosen so that the result is `output_size`; null keeps a size.
 * Source: torch.nn.functional.adaptive_avg_pool2d.
 */
export function adaptive_avg_pool2d(
  x: Tensor,
  output_size: number | readonly [number | null, number | null],
): Tensor {
  const { planes, size } = imagesOf('adaptive_avg_pool2d', x)
  const wanted = typeof output_size === 'number' ? ([output_size, output_size] as const) : output_size
  const output = toPair('adaptive_avg_pool2d', 'output_size', [wanted[0] ?? size[0], wanted[1] ?? size[1]], 0)
  // The windows follow from the sizes alone.
  const fields = [planes, ...size, ...output, 1, 1, 1, 1, 0, 0, 1, 1]
  const geometry = { output, fields, adaptive: true, count_include_pad: false }
  return apply(avgRecord, [toFloat('adaptive_avg_pool2d', 'input', x)], geometry)
}
