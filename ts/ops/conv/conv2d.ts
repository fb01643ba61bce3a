/** Two-dimensional convolution. */

import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { floating } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { formatShape, type Shape } from '../../tensor/shape.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { type SavedFactors, savedFactors } from '../elementwise/factors.js'
import { reshape } from '../shape/view.js'
import { MAX_SIZE, type Pair, toPair } from './dims.js'
import { type ConvGeometry, FeatureMap, runConvolution } from './feature_map.js'

/** Padding with zeros: a size, 'valid' for none, or 'same' to keep the image's size (stride 1). */
export type Padding = Pair | 'same' | 'valid'

/** Options of convolution. */
export interface Conv2dOptions {
  /** 1 by default. */
  stride?: Pair
  /** 0 by default. */
  padding?: Padding
  /** Distance between the kernel's elements; 1 by default. */
  dilation?: Pair
  /** Number of groups of channels that are convolved separately; 1 by default. */
  groups?: number
}

/** Inputs are the images, the weight, and perhaps a bias. */
const record = define<ConvGeometry, SavedFactors>({
  name: 'conv2d',
  inputs: ['input', 'weight', 'bias'],
  operands: floating,
  shape: (_inputs, { outputShape }) => outputShape,
  defer(inputs, geometry) {
    const work = FeatureMap.of(inputs, geometry)
    return work && { work, saved: () => savedFactors(inputs[0], inputs[1]) }
  },
  forward([x, weight, bias], out, geometry) {
    const [px, pw, pb] = [x.pointer(), weight.pointer(), bias === undefined ? 0 : bias.pointer()]
    const target = out.pointer()
    runConvolution(geometry, (...scratch) => kernels.conv2d(px, pw, pb, false, target, ...scratch))
    return savedFactors(x, weight)
  },
  backward(upstream, { a: x, b: weight }, geometry, { needs, inputShapes }) {
    const gradients = inputShapes.map((shape, i) => (i < 2 && needs[i] ? empty('backward', shape) : null))
    const [toInput, toWeight] = gradients.map((gradient) => gradient?.pointer() ?? 0)
    const up = upstream.pointer()
    const run = (kernel: typeof kernels.conv2d_backward_input, other: Tensor, gradient: number) => {
      const from = other.pointer()
      runConvolution(geometry, (...scratch) => kernel(from, up, gradient, ...scratch))
    }
    if (weight) run(kernels.conv2d_backward_input, weight, toInput)
    if (x) run(kernels.conv2d_backward_weight, x, toWeight)
    if (needs[2])
      gradients[2] = sumTo('conv2d', upstream, [geometry.outputShape[1], 1, 1]).alias(inputShapes[2])
    return gradients
  },
})

/**
 * Cross-correlation of images with a kernel: input [N, C, H, W] or [C, H, W], weight
 * [O, C / groups, h, w], bias [O] -> [N, O, H', W'] with
 * `H' = floor((H + 2 padding - dilation (h - 1) - 1) / stride) + 1`, without N if the input is without N.
 * Source: torch.nn.functional.conv2d.
 *
 * @throws RuntimeError if the channels do not match, or the kernel is larger than the padded image
 * @example conv2d(torch.zeros([1, 3, 8, 8]), torch.ones([4, 3, 3, 3]), null, { padding: 'same' }).shape // [1, 4, 8, 8]
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dOptions = {},
): Tensor {
  checkTensor('conv2d', 'input', input)
  checkTensor('conv2d', 'weight', weight)
  if (bias !== null) checkTensor('conv2d', 'bias', bias)
  if (input.dim() !== 3 && input.dim() !== 4) {
    throw new RuntimeError(
      `Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: ${formatShape(input.shape)}`,
    )
  }
  if (weight.dim() !== 4) {
    throw new RuntimeError(
      `conv2d: weight must be [outputs, channels, height, width], but got ${formatShape(weight.shape)}`,
    )
  }
  const isBatch = input.dim() === 4
  const batch = isBatch ? input : reshape(input, [1, ...input.shape])
  const geometry = geometryOf(batch, weight, options)
  if (bias !== null && (bias.dim() !== 1 || bias.shape[0] !== weight.shape[0])) {
    throw new RuntimeError(
      `Given weight of size ${formatShape(weight.shape)}, expected bias to be 1-dimensional with ${weight.shape[0]} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    )
  }
  const result = apply(record, bias === null ? [batch, weight] : [batch, weight, bias], geometry)
  return isBatch ? result : reshape(result, result.shape.slice(1))
}

/** The largest extent of a dilated kernel in pixels, so that sums with the padded image fit 32 bits. */
const MAX_SPAN = 2 * MAX_SIZE

/** All sizes. Throws torch's error if they are invalid. */
function geometryOf(batch: Tensor, weight: Tensor, options: Conv2dOptions): ConvGeometry {
  const { groups = 1, padding = 0 } = options
  const stride = toPair('conv2d', 'stride', options.stride ?? 1, 1)
  const dilation = toPair('conv2d', 'dilation', options.dilation ?? 1, 1)
  checkChannels(batch.shape, weight.shape, groups)
  const [images, , ...size] = batch.shape
  const [outputs, channels, ...kernel] = weight.shape
  if (kernel.includes(0)) {
    throw new RuntimeError(
      `conv2d: kernel size should be greater than zero, but got kernel_height: ${kernel[0]} kernel_width: ${kernel[1]}`,
    )
  }
  const span = kernel.map((k, i) => dilation[i] * (k - 1) + 1)
  if (span.some((pixels) => pixels > MAX_SPAN)) {
    throw new RuntimeError(
      `conv2d: a kernel of ${formatShape(kernel)} elements with a dilation of ${formatShape(dilation)} reaches over more than ${MAX_SPAN} pixels`,
    )
  }
  const { before, total } = paddingOf(padding, span, stride)
  const padded = size.map((s, i) => s + total[i])
  if (padded.some((s, i) => s < span[i])) {
    throw new RuntimeError(
      `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${span.join(' x ')}). Kernel size can't be greater than actual input size`,
    )
  }
  if (size.includes(0)) {
    throw new RuntimeError(
      `conv2d: Only zero batch or zero channel inputs are supported, but got input shape: ${formatShape(batch.shape)}`,
    )
  }
  const output = padded.map((s, i) => Math.floor((s - span[i]) / stride[i]) + 1)
  return {
    outputShape: [images, outputs, output[0], output[1]],
    dims: {
      images,
      groups,
      channels,
      outputs: outputs / groups,
      size: [size[0], size[1]],
      kernel: [kernel[0], kernel[1]],
      output: [output[0], output[1]],
      stride,
      padding: before,
      dilation,
    },
  }
}

/** Throws unless input, weight and groups match. */
function checkChannels(input: Shape, weight: Shape, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`conv2d: groups must be a whole number of at least 1, but got ${describe(groups)}`)
  const [outputs, channels] = weight
  if (outputs < groups) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${formatShape(weight)} instead`,
    )
  }
  if (outputs % groups !== 0) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size ${formatShape(weight)} instead`,
    )
  }
  if (input[1] !== channels * groups) {
    throw new RuntimeError(
      `Given groups=${groups}, weight of size ${formatShape(weight)}, expected input${formatShape(input)} to have ${channels * groups} channels, but got ${input[1]} channels instead`,
    )
  }
}

/** The padding before each dimension, and the total for both sides. */
function paddingOf(padding: Padding, span: readonly number[], stride: readonly number[]) {
  const checked = checkPadding('conv2d', padding)
  if (checked === 'valid') return { before: [0, 0] as const, total: [0, 0] }
  if (checked === 'same') {
    if (stride.some((s) => s !== 1))
      throw new RuntimeError("padding='same' is not supported for strided convolutions")
    // An odd total has one more after than before.
    const [above, left] = span.map((s) => Math.floor((s - 1) / 2))
    return { before: [above, left] as const, total: span.map((s) => s - 1) }
  }
  return { before: checked, total: checked.map((p) => 2 * p) }
}

/** The padding, with sizes as a pair. Throws if it is invalid. */
export function checkPadding(op: string, padding: unknown): readonly [number, number] | 'same' | 'valid' {
  if (padding === 'same' || padding === 'valid') return padding
  if (typeof padding !== 'string') return toPair(op, 'padding', padding, 0)
  // A ValueError of the layer, but not of the function, in torch.
  throw new (op === 'Conv2d' ? ValueError : RuntimeError)(
    `${op}: Invalid padding string: '${String(padding).slice(0, 20)}', should be one of 'valid', 'same'`,
  )
}
