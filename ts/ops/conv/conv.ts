/** Convolution over one and three dimensions, by that over two; and of integers. */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { formatShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add } from '../elementwise/binary.js'
import { matmul } from '../linear/matmul.js'
import { cat } from '../shape/join.js'
import { constantPad } from '../shape/pad.js'
import { permute, transpose } from '../shape/permute.js'
import { narrow } from '../shape/slice.js'
import { reshape } from '../shape/view.js'
import { conv2d, type Padding } from './conv2d.js'
import { type Sizes, toSizes, withBatch } from './sizes.js'
import { placesOf, windows } from './windows.js'

/** Options of a convolution, with torch's names. */
export interface ConvOptions {
  readonly stride: Sizes
  readonly padding: Sizes | 'same' | 'valid'
  readonly dilation: Sizes
  readonly groups: number
}

interface Geometry {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  /** Before and after each dimension. */
  readonly padding: readonly (readonly [number, number])[]
}

/** All sizes. Throws torch's errors where they do not match. */
function geometryOf(op: string, dims: number, x: Tensor, weight: Tensor, options: ConvOptions): Geometry {
  if (weight.dim() !== dims + 2) {
    throw new RuntimeError(
      `${op}: weight must have ${dims + 2} dimensions, [outputs, channels, ...], but got ${formatShape(weight.shape)}`,
    )
  }
  const { padding, groups } = options
  const stride = toSizes(op, 'stride', options.stride, dims, 1)
  const dilation = toSizes(op, 'dilation', options.dilation, dims, 1)
  const kernel = weight.shape.slice(2)
  if (kernel.includes(0)) throw new RuntimeError(`${op}: kernel size should be greater than zero`)
  if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
    throw new RuntimeError(`${op}: Invalid padding string: '${padding}', should be one of 'valid', 'same'`)
  if (padding === 'same' && stride.some((step) => step !== 1))
    throw new RuntimeError("padding='same' is not supported for strided convolutions")
  const sides =
    padding === 'same'
      ? kernel.map((size, i) => dilation[i] * (size - 1))
      : (padding === 'valid' ? kernel.map(() => 0) : toSizes(op, 'padding', padding, dims, 0)).map(
          (p) => 2 * p,
        )
  checkChannels(op, x, weight, groups)
  const before = sides.map((total) => Math.floor(total / 2))
  const geometry: Geometry = {
    kernel,
    stride,
    dilation,
    padding: sides.map((total, i) => [before[i], total - before[i]] as const),
  }
  const padded = x.shape.slice(2).map((size, i) => size + sides[i])
  if (padded.some((size, i) => placesOf(size, i, geometry) < 1)) {
    const span = kernel.map((size, i) => dilation[i] * (size - 1) + 1)
    throw new RuntimeError(
      `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${span.join(' x ')}). Kernel size can't be greater than actual input size`,
    )
  }
  return geometry
}

function checkChannels(op: string, x: Tensor, weight: Tensor, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`${op}: groups must be a whole number of at least 1, but got ${groups}`)
  const [outputs, channels] = weight.shape
  if (outputs % groups !== 0 || outputs < groups) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size ${formatShape(weight.shape)} instead`,
    )
  }
  if (x.shape[1] !== channels * groups) {
    throw new RuntimeError(
      `Given groups=${groups}, weight of size ${formatShape(weight.shape)}, expected input${formatShape(x.shape)} to have ${channels * groups} channels, but got ${x.shape[1]} channels instead`,
    )
  }
}

/** Cross-correlation of x [N, C, ...], or without N, with a weight [O, C / groups, ...], over `dims` dimensions. */
export function conv(
  dims: 1 | 2 | 3,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvOptions,
): Tensor {
  const op = `conv${dims}d`
  const [result] = withBatch(op, x, dims, (batch) => {
    const geometry = geometryOf(op, dims, batch, weight, options)
    checkBias(weight.shape[0], weight, bias)
    if (batch.dtype === 'int32' && weight.dtype === 'int32') {
      const product = integerConv(op, batch, weight, geometry, options.groups)
      return [
        bias === null
          ? product
          : add(product, reshape(bias, [bias.numel(), ...geometry.kernel.map(() => 1)])),
      ]
    }
    const result =
      dims === 1
        ? line(batch, weight, bias, geometry, options)
        : volume(op, batch, weight, bias, geometry, options)
    return [asWhole('conv', [batch, weight, bias], result, { ...geometry, groups: options.groups })]
  })
  return result
}

/** Throws torch's error unless there is a bias for each output channel, or none. */
export function checkBias(outputs: number, weight: Tensor, bias: Tensor | null): void {
  if (bias === null || (bias.dim() === 1 && bias.shape[0] === outputs)) return
  throw new RuntimeError(
    `Given weight of size ${formatShape(weight.shape)}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${formatShape(bias.shape)} instead`,
  )
}

/** [N, C, L] as images of one row. */
function line(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  geometry: Geometry,
  options: ConvOptions,
): Tensor {
  const [n, c, length] = x.shape
  const [outputs, channels, size] = weight.shape
  const { padding, groups } = options
  const sizes: Padding = padding === 'same' || padding === 'valid' ? padding : [0, geometry.padding[0][0]]
  const result = conv2d(reshape(x, [n, c, 1, length]), reshape(weight, [outputs, channels, 1, size]), bias, {
    stride: [1, geometry.stride[0]],
    dilation: [1, geometry.dilation[0]],
    padding: sizes,
    groups,
  })
  return reshape(result, [n, outputs, result.shape[3]])
}

/** [N, C, D, H, W] as images whose channels are those of the slices of each window along the depth. */
function volume(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { kernel, stride, dilation, padding }: Geometry,
  { groups }: ConvOptions,
): Tensor {
  const [n, c] = x.shape
  const [[before, after], ...sides] = padding
  const isSame = sides.some(([first, second]) => first !== second)
  const borders = isSame ? [...sides].reverse().flat() : [0, 0, 0, 0]
  const padded = constantPad(op, x, [...borders, before, after], 0)
  const [d, h, w] = padded.shape.slice(2)
  const depth = transpose(reshape(padded, [n, c, d, h * w]), 2, 3)
  const along = { kernel: [kernel[0]], stride: [stride[0]], dilation: [dilation[0]] }
  const slices = windows(op, depth, along)
  const places = slices.shape[3]
  const images = reshape(permute(slices, [0, 3, 1, 4, 2]), [n * places, c * kernel[0], h, w])
  const [outputs, channels] = weight.shape
  const flat = reshape(weight, [outputs, channels * kernel[0], kernel[1], kernel[2]])
  const result = conv2d(images, flat, bias, {
    stride: [stride[1], stride[2]],
    dilation: [dilation[1], dilation[2]],
    padding: isSame ? 0 : [sides[0][0], sides[1][0]],
    groups,
  })
  const size = result.shape.slice(2)
  return reshape(transpose(reshape(result, [n, places, outputs, ...size]), 1, 2), [
    n,
    outputs,
    places,
    ...size,
  ])
}

/** Exact, by products of integers. */
function integerConv(op: string, x: Tensor, weight: Tensor, geometry: Geometry, groups: number): Tensor {
  const { kernel, padding } = geometry
  const padded = constantPad(op, x, [...padding].reverse().flat(), 0)
  const [n, c] = x.shape
  const each = weight.shape[0] / groups
  const view = windows(op, padded, geometry)
  const places = view.shape.slice(2, 2 + kernel.length)
  const dims = kernel.map((_, i) => i + 2)
  const order = [0, ...dims, 1, ...dims.map((dim) => dim + kernel.length)]
  const columns = permute(view, order)
  const count = places.reduce((product, size) => product * size, n)
  const parts = Array.from({ length: groups }, (_, group) => {
    const channels = narrow(columns, dims.length + 1, (group * c) / groups, c / groups)
    const rows = narrow(weight, 0, group * each, each)
    const length = rows.numel() / each
    return matmul(reshape(channels, [count, length]), transpose(reshape(rows, [each, length]), 0, 1))
  })
  const products = reshape(cat(parts, 1), [n, ...places, weight.shape[0]])
  const last = products.dim() - 1
  const result = permute(products, [0, last, ...dims.map((dim) => dim - 1)])
  return reshape(result, result.shape)
}
