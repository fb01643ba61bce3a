/** Pooling over one or three dimensions, by that over two: maxima of maxima, sums of sums. */
import { RuntimeError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { numelOf } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add, div, mul } from '../elementwise/binary.js'
import { index_select } from '../shape/index_select.js'
import { reshape } from '../shape/view.js'
import {
  adaptive_avg_pool2d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool2d,
  max_pool2d_with_indices,
} from './pool2d.js'
import { checkNotEmpty, type Sizes, toSizes, withBatch } from './sizes.js'

/** Sizes of windows, one for each dimension. */
interface Windows {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
  readonly ceil_mode: boolean
}

/** Options of pooling, with torch's names. */
export interface PoolOptions {
  readonly kernel_size: Sizes
  readonly stride: Sizes | null
  readonly padding: Sizes
  readonly dilation?: Sizes
  readonly ceil_mode: boolean
}

function windowsOf(op: string, dims: number, options: PoolOptions): Windows {
  const { stride, padding, dilation = 1, ceil_mode } = options
  const kernel = toSizes(op, 'kernel_size', options.kernel_size, dims, 1)
  const isDefault = stride === null || (Array.isArray(stride) && stride.length === 0)
  return {
    kernel,
    stride: isDefault ? kernel : toSizes(op, 'stride', stride, dims, 1),
    padding: toSizes(op, 'padding', padding, dims, 0),
    dilation: toSizes(op, 'dilation', dilation, dims, 1),
    ceil_mode,
  }
}

type Pair = readonly [number, number]

/** 0, 1, 2, ... as int32. */
const range = (length: number) => tensor(Int32Array.from({ length }, (_, i) => i))

/** The options of a pooling over two dimensions; null for a dimension that stays. */
function pairs(
  windows: Windows,
  at: readonly (number | null)[],
): [kernel: Pair, options: Required<MaxPoolOptions>] {
  const pick = (sizes: readonly number[], other: number): Pair => {
    const [first, second] = at.map((i) => (i === null ? other : sizes[i]))
    return [first, second]
  }
  const { kernel, stride, padding, dilation, ceil_mode } = windows
  return [
    pick(kernel, 1),
    { stride: pick(stride, 1), padding: pick(padding, 0), dilation: pick(dilation, 1), ceil_mode },
  ]
}

/** The last dimension as a column of an image: [N, C, L] -> [N, C, L, 1]. */
const asImage = (x: Tensor) => reshape(x, [...x.shape, 1])
const asLine = (x: Tensor) => reshape(x, x.shape.slice(0, -1))

/** Depth beside channels, [N, C D, H, W], and depth before all pixels of an image, [N, C, D, H W]. */
const depthAside = ({ shape: [n, c, d, h, w] }: Tensor) => [n, c * d, h, w]
const pixelsInLine = (n: number, c: number, d: number, [h, w]: readonly number[]) => [n, c, d, h * w]

/** Maxima of windows of `dims` dimensions, 1 or 3; with `return_indices` also their indices among the elements of a channel. */
export function max_pool(
  x: Tensor,
  dims: 1 | 3,
  options: PoolOptions,
  return_indices: boolean,
): readonly Tensor[] {
  const op = `max_pool${dims}d`
  const windows = windowsOf(op, dims, options)
  checkNotEmpty(op, x, dims)
  const pool = (image: Tensor, at: (number | null)[]) => {
    const [kernel, rest] = pairs(windows, at)
    return return_indices ? max_pool2d_with_indices(image, kernel, rest) : [max_pool2d(image, kernel, rest)]
  }
  return withBatch(op, x, dims, (batch) => {
    if (dims === 1) return pool(asImage(batch), [0, null]).map(asLine)
    const [n, c, d, height, width] = batch.shape
    const [inSlice, indicesInSlice] = pool(reshape(batch, depthAside(batch)), [1, 2])
    const size = inSlice.shape.slice(2)
    const [values, places] = pool(reshape(inSlice, pixelsInLine(n, c, d, size)), [0, null])
    const shape = [n, c, values.shape[2], ...size]
    if (!return_indices) return [reshape(values, shape)]
    // The place in [D, H' W'] says which of the maxima of slices it is.
    const slices = mul(reshape(range(d), [d, 1, 1]), height * width)
    const whole = add(reshape(indicesInSlice, [n * c, d, ...size]), slices)
    const each = numelOf([d, ...size])
    const starts = mul(reshape(range(n * c), [n, c, 1, 1]), each)
    const from = add(places, starts)
    const chosen = index_select(reshape(whole, [whole.numel()]), 0, reshape(from, [from.numel()]))
    return [reshape(values, shape), reshape(chosen, shape)]
  })
}

/** Options of average pooling. */
export interface AvgPoolOptions extends PoolOptions {
  readonly count_include_pad: boolean
  readonly divisor_override?: number | null
}

/** How many elements each window has along one dimension. */
function counts(
  size: number,
  places: number,
  i: number,
  { kernel, stride, padding }: Windows,
  all: boolean,
): number[] {
  return Array.from({ length: places }, (_, place) => {
    const start = place * stride[i] - padding[i]
    const end = Math.min(start + kernel[i], size + padding[i])
    return all ? end - start : Math.min(end, size) - Math.max(start, 0)
  })
}

/** Means of windows of `dims` dimensions; of integers, cut off as torch's. */
export function avg_pool(x: Tensor, dims: 1 | 2 | 3, options: AvgPoolOptions): Tensor {
  const op = `avg_pool${dims}d`
  const windows = windowsOf(op, dims, options)
  checkNotEmpty(op, x, dims)
  const { divisor_override = null, count_include_pad, ceil_mode } = options
  if (divisor_override === 0) throw new RuntimeError(`${op}: divisor must be not zero`)
  const sum = (image: Tensor, at: (number | null)[]) => {
    const [kernel, { stride, padding }] = pairs(windows, at)
    return avg_pool2d(image, kernel, { stride, padding, ceil_mode, divisor_override: 1 })
  }
  const sums = (batch: Tensor) => {
    if (dims === 1) return asLine(sum(asImage(batch), [0, null]))
    if (dims === 2) return sum(batch, [0, 1])
    const [n, c, d] = batch.shape
    const inSlice = sum(reshape(batch, depthAside(batch)), [1, 2])
    const size = inSlice.shape.slice(2)
    const total = sum(reshape(inSlice, pixelsInLine(n, c, d, size)), [0, null])
    return reshape(total, [n, c, total.shape[2], ...size])
  }
  const [result] = withBatch(op, x, dims, (batch) => {
    const total = sums(exact(op, batch, numelOf(windows.kernel)))
    const [size, places] = [batch, total].map(({ shape }) => shape.slice(2))
    const divisors = size.map((length, i) => counts(length, places[i], i, windows, count_include_pad))
    const divisor =
      divisor_override ??
      divisors.reduce<Tensor>(
        (product, each, i) =>
          mul(
            product,
            reshape(tensor(Float32Array.from(each)), [each.length, ...places.slice(i + 1).map(() => 1)]),
          ),
        tensor(1),
      )
    const means = to(div(total, divisor), x.dtype)
    const options = { ...windows, count_include_pad, divisor: divisor_override }
    return [asWhole('avg_pool', [batch], means, options)]
  })
  return result
}

/** Integers as float32, where sums of `terms` of them are exact. */
function exact(op: string, x: Tensor, terms: number): Tensor {
  if (x.dtype === 'float32') return x
  if (x.dtype !== 'int32') throw new RuntimeError(`${op}: "${op}" not implemented for ${x.dtype}`)
  const largest = x.data<Int32Array>().reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest * terms < 2 ** 24) return to(x, 'float32')
  throw new RuntimeError(`${op}: sums of integers beyond 2^24 are not implemented`)
}

/** Means over windows chosen for a result of `output` elements in each of the last one or three dimensions; null keeps a size. */
export function adaptive_avg_pool(x: Tensor, dims: 1 | 3, output: readonly (number | null)[]): Tensor {
  const op = `adaptive_avg_pool${dims}d`
  const [result] = withBatch(op, x, dims, (batch) => {
    if (dims === 1) return [asLine(adaptive_avg_pool2d(asImage(batch), [output[0], 1]))]
    const [n, c, d] = batch.shape
    const inSlice = adaptive_avg_pool2d(reshape(batch, depthAside(batch)), [output[1], output[2]])
    const size = inSlice.shape.slice(2)
    const whole = adaptive_avg_pool2d(reshape(inSlice, pixelsInLine(n, c, d, size)), [output[0], null])
    return [reshape(whole, [n, c, whole.shape[2], ...size])]
  })
  return result
}

/** The elements of the windows of an adaptive pooling, one window after the other, all of one length: the last element again. */
function windowsFor(size: number, output: number): { from: number[]; length: number } {
  const ends = Array.from({ length: output }, (_, i) => [
    Math.floor((i * size) / output),
    Math.ceil(((i + 1) * size) / output),
  ])
  const length = ends.reduce((most, [start, end]) => Math.max(most, end - start), 1)
  return {
    from: ends.flatMap(([start, end]) => Array.from({ length }, (_, k) => Math.min(start + k, end - 1))),
    length,
  }
}

/** Maxima of such windows, and with `return_indices` their indices. */
export function adaptive_max_pool(
  x: Tensor,
  dims: 1 | 2 | 3,
  output: readonly (number | null)[],
  return_indices: boolean,
): readonly Tensor[] {
  const op = `adaptive_max_pool${dims}d`
  checkNotEmpty(op, x, dims)
  return withBatch(op, x, dims, (batch) => {
    const size = batch.shape.slice(2)
    const wanted = size.map((length, i) => output[i] ?? length)
    const windows = size.map((length, i) => windowsFor(length, wanted[i]))
    if (wanted.includes(0)) throw new RuntimeError(`${op}: an output of no elements is not implemented`)
    const gathered = windows.reduce(
      (part, { from }, i) => index_select(part, i + 2, tensor(Int32Array.from(from))),
      batch,
    )
    const kernel_size = windows.map(({ length }) => length)
    const options = { kernel_size, stride: null, padding: 0, ceil_mode: false }
    const [kernel, rest] = [kernel_size as unknown as Pair, {}]
    const pooled =
      dims !== 2
        ? max_pool(gathered, dims, options, return_indices)
        : return_indices
          ? max_pool2d_with_indices(gathered, kernel, rest)
          : [max_pool2d(gathered, kernel, rest)]
    const [values, places] = pooled
    if (wanted.every((each) => each === 1)) asWhole('global_max_pool', [batch], values)
    if (!return_indices) return [values]
    // Where each gathered element was.
    const origin = windows.reduce<number[]>(
      (indices, { from }, i) => indices.flatMap((index) => from.map((at) => index * size[i] + at)),
      [0],
    )
    const indices = index_select(tensor(Int32Array.from(origin)), 0, reshape(places, [places.numel()]))
    return [values, reshape(indices, places.shape)]
  })
}
