/** Two-dimensional convolution. */
import * as kernels from '#kernels'
import { apply } from '../autograd/apply.js'
import { RuntimeError, ValueError } from '../errors.js'
import { Storage } from '../memory/storage.js'
import { formatShape, numelOf } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { toFloat } from './convert.js'
import { type Pair, placeDims, toPair } from './dims.js'
import { define } from './record.js'
import { sumTo } from './reduce.js'
import { reshape } from './view.js'

export interface Conv2dOptions {
  /** 1 by default. */
  stride?: Pair
  /** Zeros around the image: a size, 'valid' for none, or 'same' to keep its size (stride 1). 0 by default. */
  padding?: Pair | 'same' | 'valid'
  /** Distance between the kernel's elements; 1 by default. */
  dilation?: Pair
  /** Groups of channels that are convolved each on its own; 1 by default. */
  groups?: number
}

interface Geometry {
  outputShape: readonly [number, number, number, number]
  /** The fields of `kernels/conv2d.rs`, in their order. */
  fields: readonly number[]
}

let workspace: Storage | undefined

/** Runs a convolution kernel with its workspace and dims, which come last. */
function run({ fields }: Geometry, kernel: (workspace: number, dims: number) => void): void {
  workspace ??= new Storage(kernels.conv2d_workspace_bytes()).keep()
  const dims = placeDims(fields)
  kernel(workspace.pointer(), dims.pointer())
  dims.dispose()
}

const record = define<Geometry>({
  name: 'conv2d',
  shape: (_inputs, { outputShape }) => outputShape,
  forward([x, weight, bias], out, geometry) {
    const [px, pw, pb] = [x.pointer(), weight.pointer(), bias === undefined ? 0 : bias.pointer()]
    const target = out.pointer()
    run(geometry, (scratch, dims) => kernels.conv2d(px, pw, pb, target, scratch, dims))
    return [x, weight]
  },
  backward(upstream, [x, weight], geometry, { needs }) {
    const gradient = (like: Tensor, other: Tensor, kernel: typeof kernels.conv2d_backward_input) => {
      const result = empty('backward', like.shape)
      const [from, up, into] = [other.pointer(), upstream.pointer(), result.pointer()]
      run(geometry, (scratch, dims) => kernel(from, up, into, scratch, dims))
      return result
    }
    return [
      needs[0] ? gradient(x, weight, kernels.conv2d_backward_input) : null,
      needs[1] ? gradient(weight, x, kernels.conv2d_backward_weight) : null,
      needs[2] ? sumTo('conv2d', upstream, [weight.shape[0], 1, 1]).alias([weight.shape[0]]) : null,
    ]
  },
})

/**
 * Cross-correlation of images with a kernel: x [N, C, H, W] or [C, H, W], weight [O, C / groups, h, w],
 * bias [O] -> [N, O, H', W'] with `H' = floor((H + 2 padding - dilation (h - 1) - 1) / stride) + 1`.
 * Source: torch.nn.functional.conv2d.
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
  const geometry = geometryOf(input, batch, weight, options)
  if (bias !== null && (bias.dim() !== 1 || bias.shape[0] !== weight.shape[0])) {
    throw new RuntimeError(
      `Given weight of size ${formatShape(weight.shape)}, expected bias to be 1-dimensional with ${weight.shape[0]} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    )
  }
  const operands = [toFloat('conv2d', 'input', batch), toFloat('conv2d', 'weight', weight)]
  if (bias !== null) operands.push(toFloat('conv2d', 'bias', bias))
  const result = apply(record, operands, geometry)
  return isBatch ? result : reshape(result, result.shape.slice(1))
}

/** The size of every part, or torch's error. */
function geometryOf(input: Tensor, batch: Tensor, weight: Tensor, options: Conv2dOptions): Geometry {
  const { groups = 1, padding = 0 } = options
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`conv2d: groups must be at least 1, but got ${groups}`)
  const stride = toPair('conv2d', 'stride', options.stride ?? 1, 1)
  const dilation = toPair('conv2d', 'dilation', options.dilation ?? 1, 1)
  const [images, channels, ...size] = batch.shape
  const [outputs, kernelChannels, ...kernel] = weight.shape
  if (outputs % groups !== 0 || outputs < groups) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size ${formatShape(weight.shape)} instead`,
    )
  }
  if (channels !== kernelChannels * groups) {
    throw new RuntimeError(
      `Given groups=${groups}, weight of size ${formatShape(weight.shape)}, expected input${formatShape(input.shape)} to have ${kernelChannels * groups} channels, but got ${channels} channels instead`,
    )
  }
  if (numelOf(weight.shape) === 0)
    throw new RuntimeError(`conv2d: weight must not be empty, but got ${formatShape(weight.shape)}`)

  const span = kernel.map((k, i) => dilation[i] * (k - 1) + 1)
  const before = [0, 0]
  const both = [0, 0]
  if (padding === 'same') {
    if (stride.some((s) => s !== 1))
      throw new RuntimeError("padding='same' is not supported for strided convolutions")
    // An odd total has one more behind than in front.
    for (const i of [0, 1]) [before[i], both[i]] = [Math.floor((span[i] - 1) / 2), span[i] - 1]
  } else if (padding !== 'valid') {
    const pair = toPair('conv2d', 'padding', padding, 0)
    for (const i of [0, 1]) [before[i], both[i]] = [pair[i], 2 * pair[i]]
  }
  const padded = size.map((s, i) => s + both[i])
  if (padded.some((s, i) => s < span[i])) {
    throw new RuntimeError(
      `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${span.join(' x ')}). Kernel size can't be greater than actual input size`,
    )
  }
  const output = padded.map((s, i) => Math.floor((s - span[i]) / stride[i]) + 1)
  return {
    outputShape: [images, outputs, output[0], output[1]],
    fields: [
      images,
      groups,
      kernelChannels,
      outputs / groups,
      ...size,
      ...kernel,
      ...output,
      ...stride,
      ...before,
      ...dilation,
    ],
  }
}
