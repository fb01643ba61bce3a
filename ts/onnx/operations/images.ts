/** Convolution, pooling and normalisation. */

import type { Converters } from '../convert.js'
import type { Attributes } from '../graph.js'
import type { Site } from '../site.js'
import { dimsOf, isFixed } from '../sizes.js'

type Sizes = readonly number[]

/** The options of records over two dimensions. */
interface Dims {
  readonly size: Sizes
  readonly output: Sizes
  readonly kernel: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly dilation: Sizes
  readonly groups: number
}

const dimsIn = (site: Site, run: number): Dims => (site.given.options[run] as { dims: Dims }).dims

const dim = <K extends keyof Dims>(site: Site, name: K): Dims[K] =>
  site.agreed(name, (run) => dimsIn(site, run)[name])

const spanOf = (kernel: Sizes, dilation: Sizes) => kernel.map((size, i) => dilation[i] * (size - 1) + 1)

/** Gives every converter of images [C, H, W] a batch of one. */
const withBatch =
  (rank: number, work: (site: Site, x: string) => string) =>
  (site: Site): string => {
    if (site.rank() === rank) return work(site, site.in(0))
    const batch = site.add('Unsqueeze', [site.in(0), site.integers([0])])
    return site.add('Squeeze', [work(site, batch), site.integers([0])])
  }

/** Every input but the first. */
const others = (site: Site): string[] => site.given.inputs.slice(1).map((input) => input.name())

function conv2d(site: Site): string {
  site.fixed(1)
  const [kernel, stride, dilation] = [dim(site, 'kernel'), dim(site, 'stride'), dim(site, 'dilation')]
  const before = dim(site, 'padding')
  const span = spanOf(kernel, dilation)
  // 'same', which has another padding after than before, has a stride of 1: then that follows from the sizes.
  const after = site.agreed('padding', (run) => {
    const { size, output } = dimsIn(site, run)
    return before.map((p, i) => (stride[i] > 1 ? p : output[i] - 1 + span[i] - size[i] - p))
  })
  return site.add('Conv', [site.in(0), ...others(site)], {
    kernel_shape: kernel,
    strides: stride,
    dilations: dilation,
    group: dim(site, 'groups'),
    pads: [...before, ...after],
  })
}

function conv(site: Site): string {
  site.fixed(1)
  const padding = site.option<readonly Sizes[]>('padding')
  return site.add('Conv', [site.in(0), ...others(site)], {
    kernel_shape: site.option<Sizes>('kernel'),
    strides: site.option<Sizes>('stride'),
    dilations: site.option<Sizes>('dilation'),
    group: site.option<number>('groups'),
    pads: [...padding.map(([before]) => before), ...padding.map(([, after]) => after)],
  })
}

function convTranspose(site: Site): string {
  site.fixed(1)
  const padding = site.option<Sizes>('padding')
  return site.add('ConvTranspose', [site.in(0), site.in(1)], {
    kernel_shape: site.option<Sizes>('kernel'),
    strides: site.option<Sizes>('stride'),
    dilations: site.option<Sizes>('dilation'),
    group: site.option<number>('groups'),
    pads: [...padding, ...padding],
    output_padding: site.option<Sizes>('extra'),
  })
}

/** Padding after the image with which ONNX counts as many windows: more than before where the last one starts in it. */
function padsOf(
  site: Site,
  { kernel, stride, padding, dilation }: Omit<Dims, 'size' | 'output' | 'groups'>,
): Sizes {
  const span = spanOf(kernel, dilation)
  const spatial = kernel.length
  const [inputs, outputs] = [site.shapes(), site.result.shapes].map((shapes) =>
    shapes.map((shape) => shape.slice(-spatial)),
  )
  return padding.map((p, i) => {
    const excess = inputs.map((size, run) => (outputs[run][i] - 1) * stride[i] + span[i] - size[i] - p)
    if (excess.every((each) => each <= p)) return p
    if (excess.some((each) => each !== excess[0])) site.fail('with ceil_mode takes one size of its images')
    return excess[0]
  })
}

const maxPool2d = (site: Site, x: string): string => {
  const window = {
    kernel: dim(site, 'kernel'),
    stride: dim(site, 'stride'),
    padding: dim(site, 'padding'),
    dilation: dim(site, 'dilation'),
  }
  const { kernel, stride, padding, dilation } = window
  const first = site.rank() - 2
  for (const [i, p] of padding.entries()) {
    if (p === 0 || dilation[i] === 1) continue
    // The maximum of only padding is -Infinity, for which runtimes differ.
    if (site.fixed(first + i) < dilation[i])
      site.fail('has windows that hold padding alone, which have no form in ONNX')
  }
  return site.add('MaxPool', [x], {
    kernel_shape: kernel,
    strides: stride,
    dilations: dilation,
    pads: [...padding, ...padsOf(site, window)],
  })
}

interface Average {
  readonly kernel: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly countsPadding: boolean
  /** Null for the number of elements. */
  readonly divisor: number | null
}

/** Means of windows, or sums divided by a number. */
function average(
  site: Site,
  x: string,
  { kernel, stride, padding, countsPadding, divisor }: Average,
): string {
  const after = padsOf(site, { kernel, stride, padding, dilation: kernel.map(() => 1) })
  const pads = [...padding, ...after]
  const attributes: Attributes = { kernel_shape: kernel, strides: stride, pads }
  const all = kernel.reduce((product, size) => product * size, 1)
  const isExtended = after.some((each, i) => each > padding[i])
  // Sums do not depend on the padding.
  if (divisor !== null) {
    const mean = site.add('AveragePool', [x], { ...attributes, count_include_pad: 1 })
    return site.add('Mul', [mean, site.numbers([all / divisor])])
  }
  if (!(isExtended && countsPadding))
    return site.add('AveragePool', [x], { ...attributes, count_include_pad: Number(countsPadding) })
  // Only the padding that was asked for counts.
  const sizes = site.shapes()[0].slice(-kernel.length)
  const places = site.result.shapes[0].slice(-kernel.length)
  const counts = places.map((count, i) =>
    Array.from({ length: count }, (_, at) => {
      const start = at * stride[i] - padding[i]
      return Math.min(start + kernel[i], sizes[i] + padding[i]) - start
    }),
  )
  const factors = counts.reduce((product, own) => product.flatMap((a) => own.map((b) => a * b)), [1])
  const mean = site.add('AveragePool', [x], { ...attributes, count_include_pad: 1 })
  return site.add('Mul', [
    mean,
    site.numbers(
      factors.map((count) => all / count),
      places,
    ),
  ])
}

/** Means over windows that share the input evenly: a product with a matrix for each dimension, unless all are of one size. */
function adaptive(site: Site, x: string): string {
  const results = dimsOf(site.result.shapes).slice(-2)
  const inputs = dimsOf(site.shapes()).slice(-2)
  if (results.every((size) => isFixed(size) && size[0] === 1)) return site.add('GlobalAveragePool', [x])
  return results.reduce((part, output, i) => {
    const input = inputs[i]
    if (output.every((size, run) => size === input[run])) return part
    if (isFixed(output) && output[0] === 1)
      return site.add('ReduceMean', [part], { axes: [i + 2], keepdims: 1 })
    if (!isFixed(input) || !isFixed(output)) return site.fail('takes one size of its images')
    const rows = Array.from({ length: output[0] }, (_, row) => {
      const start = Math.floor((row * input[0]) / output[0])
      const end = Math.ceil(((row + 1) * input[0]) / output[0])
      return Array.from({ length: input[0] }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0))
    })
    if (i === 0) return site.add('MatMul', [site.numbers(rows.flat(), [output[0], input[0]]), part])
    const columns = rows[0].flatMap((_, at) => rows.map((row) => row[at]))
    return site.add('MatMul', [part, site.numbers(columns, [input[0], output[0]])])
  }, x)
}

function avgPool2d(site: Site, x: string): string {
  if (site.option<boolean>('adaptive')) return adaptive(site, x)
  const divisor = site.option<number>('divisor')
  return average(site, x, {
    kernel: dim(site, 'kernel'),
    stride: dim(site, 'stride'),
    padding: dim(site, 'padding'),
    countsPadding: site.option<boolean>('count_include_pad'),
    divisor: divisor === 0 ? null : divisor,
  })
}

const avgPool = (site: Site): string =>
  average(site, site.in(0), {
    kernel: site.option<Sizes>('kernel'),
    stride: site.option<Sizes>('stride'),
    padding: site.option<Sizes>('padding'),
    countsPadding: site.option<boolean>('count_include_pad'),
    divisor: site.option<number | null>('divisor'),
  })

function batchNorm(site: Site): string {
  if (site.option<boolean>('training')) site.fail('without running statistics has no form in ONNX')
  const channels = site.fixed(1)
  const [hasWeight, hasBias] = [site.option<boolean>('hasWeight'), site.option<boolean>('hasBias')]
  const all = (value: number) => site.numbers(new Array(channels).fill(value), [channels])
  const weight = hasWeight ? site.in(3) : all(1)
  const bias = hasBias ? site.in(hasWeight ? 4 : 3) : all(0)
  return site.add('BatchNormalization', [site.in(0), weight, bias, site.in(1), site.in(2)], {
    epsilon: { float: site.option<number>('eps') },
  })
}

/** Over the last dimensions, which have `length` elements. */
function layerNorm(site: Site): string {
  const length = site.option<number>('length')
  const [hasWeight, hasBias] = [site.option<boolean>('hasWeight'), site.option<boolean>('hasBias')]
  let axis = site.rank()
  if (hasWeight || hasBias) axis -= site.rank(1)
  else for (let count = 1; axis > 0 && count < length; axis--) count *= site.size(axis - 1)[0]
  // Sizes of 1 before it change nothing.
  const shape = site.shapes()[0].slice(axis)
  const weight = hasWeight ? site.in(1) : site.numbers(new Array(length).fill(1), shape)
  const bias = hasBias ? [site.in(hasWeight ? 2 : 1)] : []
  return site.add('LayerNormalization', [site.in(0), weight, ...bias], {
    axis,
    epsilon: { float: site.option<number>('eps') },
  })
}

/** Normalises each of `groups` parts of each sample, and gives it its shape back. */
function byGroups(site: Site, groups: number): string {
  const flat = site.add('Reshape', [site.in(0), site.integers([0, groups, -1])])
  const all = (value: number) => site.numbers(new Array(groups).fill(value), [groups])
  const rows = site.add('InstanceNormalization', [flat, all(1), all(0)], {
    epsilon: { float: site.option<number>('eps') },
  })
  return site.add('Reshape', [rows, site.add('Shape', [site.in(0)])])
}

export const images: Converters = {
  conv2d,
  conv,
  conv_transpose: convTranspose,
  max_pool2d: withBatch(4, maxPool2d),
  avg_pool2d: withBatch(4, avgPool2d),
  avg_pool: avgPool,
  global_max_pool: (site) => site.add('GlobalMaxPool', [site.in(0)]),
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  group_norm: (site) => byGroups(site, site.option<number>('groups')),
  instance_norm: (site) => byGroups(site, site.fixed(1)),
}
