/** Transposed convolution: the gradient of a convolution with respect to its input, as an operation of its own. */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { floating } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { tensor } from '../../tensor/create.js'
import { checkShape, formatShape } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { add } from '../elementwise/binary.js'
import { type SavedFactors, savedFactors } from '../elementwise/factors.js'
import { index_select } from '../shape/index_select.js'
import { constantPad } from '../shape/pad.js'
import { permute, transpose } from '../shape/permute.js'
import { reshape } from '../shape/view.js'
import { checkBias, conv } from './conv.js'
import { type ConvGeometry, runConvolution } from './feature_map.js'
import { type Sizes, toSizes, withBatch } from './sizes.js'
import { sumOfWindows } from './windows.js'

/** Sizes of the convolution whose gradient it is; `images` has its input's shape, which is that of the result. */
interface Options extends ConvGeometry {
  readonly images: readonly number[]
}

/** Inputs are the images and the weight. */
const record = define<Options, SavedFactors>({
  name: 'conv_transpose2d',
  inputs: ['input', 'weight'],
  operands: floating,
  shape: (_inputs, { images }) => images,
  forward([x, weight], out, geometry) {
    const [px, pw, into] = [x.pointer(), weight.pointer(), out.pointer()]
    runConvolution(geometry, (...scratch) => kernels.conv2d_backward_input(pw, px, into, ...scratch))
    return savedFactors(x, weight)
  },
  backward(upstream, { a: x, b: weight }, geometry, { needs, inputShapes }) {
    const gradients = inputShapes.map((shape, i) => (needs[i] ? empty('backward', shape) : null))
    const [toInput, toWeight] = gradients.map((gradient) => gradient?.pointer() ?? 0)
    const up = upstream.pointer()
    if (weight) {
      const from = weight.pointer()
      runConvolution(geometry, (...scratch) => kernels.conv2d(up, from, 0, false, toInput, ...scratch))
    }
    if (x) {
      const from = x.pointer()
      runConvolution(geometry, (...scratch) => kernels.conv2d_backward_weight(up, from, toWeight, ...scratch))
    }
    return gradients
  },
})

/** Options of a transposed convolution, with torch's names. */
export interface ConvTransposeOptions {
  readonly stride: Sizes
  readonly padding: Sizes
  readonly output_padding: Sizes
  readonly groups: number
  readonly dilation: Sizes
}

interface Geometry {
  readonly kernel: number[]
  readonly stride: number[]
  readonly padding: number[]
  readonly extra: number[]
  readonly dilation: number[]
  readonly groups: number
}

function geometryOf(
  op: string,
  dims: number,
  x: Tensor,
  weight: Tensor,
  options: ConvTransposeOptions,
): Geometry {
  const { groups } = options
  if (weight.dim() !== dims + 2) {
    throw new RuntimeError(
      `${op}: weight must have ${dims + 2} dimensions, [channels, outputs, ...], but got ${formatShape(weight.shape)}`,
    )
  }
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`${op}: groups must be a whole number of at least 1, but got ${groups}`)
  const [channels] = weight.shape
  if (x.shape[1] !== channels || channels % groups !== 0) {
    throw new RuntimeError(
      `Given transposed=1, groups=${groups}, weight of size ${formatShape(weight.shape)}, expected input${formatShape(x.shape)} to have ${channels} channels, but got ${x.shape[1]} channels instead`,
    )
  }
  const kernel = weight.shape.slice(2)
  if (weight.shape.slice(1).includes(0) || channels === 0)
    throw new RuntimeError(
      `${op}: a weight without elements, of size ${formatShape(weight.shape)}, is not supported`,
    )
  const stride = toSizes(op, 'stride', options.stride, dims, 1)
  const dilation = toSizes(op, 'dilation', options.dilation, dims, 1)
  const padding = toSizes(op, 'padding', options.padding, dims, 0)
  const extra = toSizes(op, 'output_padding', options.output_padding, dims, 0)
  const wide = extra.findIndex((size, i) => size >= Math.max(stride[i], dilation[i]))
  if (wide >= 0) {
    throw new RuntimeError(
      `output padding must be smaller than either stride or dilation, but got output_padding ${formatShape(extra)}, stride ${formatShape(stride)} and dilation ${formatShape(dilation)}`,
    )
  }
  if (x.shape.slice(2).includes(0))
    throw new RuntimeError(`${op}: Expected non-empty spatial dimensions, but got ${formatShape(x.shape)}`)
  const output = x.shape
    .slice(2)
    .map((size, i) => fullSize(size, i, { kernel, stride, dilation }) - 2 * padding[i] + extra[i])
  if (output.some((size) => size < 1)) {
    throw new RuntimeError(
      `Given input size per channel: (${x.shape.slice(2).join(' x ')}). Calculated output size per channel: (${output.join(' x ')}). Output size is too small`,
    )
  }
  checkShape(op, [x.shape[0], weight.shape[1] * groups, ...output.map((size, i) => size + 2 * padding[i])])
  return { kernel, stride, padding, extra, dilation, groups }
}

/** The size of the result with nothing cut off. */
const fullSize = (
  size: number,
  i: number,
  { kernel, stride, dilation }: Pick<Geometry, 'kernel' | 'stride' | 'dilation'>,
) => (size - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1

/** Transposed convolution of x [N, C, ...], or without N, with a weight [C, O / groups, ...], over `dims` dimensions. */
export function conv_transpose(
  dims: 1 | 2 | 3,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeOptions,
): Tensor {
  const op = `conv_transpose${dims}d`
  const [result] = withBatch(op, x, dims, (batch) => {
    const geometry = geometryOf(op, dims, batch, weight, options)
    const outputs = weight.shape[1] * geometry.groups
    checkBias(outputs, weight, bias)
    const isInteger = batch.dtype === 'int32' && weight.dtype === 'int32'
    const product = isInteger
      ? ofIntegers(op, dims, batch, weight, geometry)
      : dims === 1
        ? line(batch, weight, geometry)
        : dims === 2
          ? plane(batch, weight, geometry)
          : volume(op, batch, weight, geometry)
    asWhole('conv_transpose', [batch, weight], product, geometry)
    return [bias === null ? product : add(product, reshape(bias, [outputs, ...geometry.kernel.map(() => 1)]))]
  })
  return result
}

const pairOf = ([first, second]: readonly number[]) => [first, second] as const

function plane(x: Tensor, weight: Tensor, geometry: Geometry): Tensor {
  const { kernel, stride, padding, extra, dilation, groups } = geometry
  // Where windows would end before the border: cut what is needed out of the whole.
  if (extra.some((size, i) => size >= stride[i])) {
    const whole = plane(x, weight, { ...geometry, padding: [0, 0], extra: [0, 0] })
    const cut = padding.map((size, i) => [-size, extra[i] - size])
    return constantPad('conv_transpose2d', whole, cut.reverse().flat(), 0)
  }
  const [n, c, ...size] = x.shape
  const output = size.map((length, i) => fullSize(length, i, geometry) - 2 * padding[i] + extra[i])
  const [height, width] = output
  return apply(record, [x, weight], {
    images: [n, weight.shape[1] * groups, height, width],
    outputShape: [n, c, size[0], size[1]],
    dims: {
      images: n,
      groups,
      channels: weight.shape[1],
      outputs: c / groups,
      size: pairOf(output),
      kernel: pairOf(kernel),
      output: pairOf(size),
      stride: pairOf(stride),
      padding: pairOf(padding),
      dilation: pairOf(dilation),
    },
  })
}

/** [N, C, L] as images of one row. */
function line(
  x: Tensor,
  weight: Tensor,
  { kernel, stride, padding, extra, dilation, groups }: Geometry,
): Tensor {
  const [n, c, length] = x.shape
  const image = plane(reshape(x, [n, c, 1, length]), reshape(weight, [c, weight.shape[1], 1, kernel[0]]), {
    kernel: [1, ...kernel],
    stride: [1, ...stride],
    padding: [0, ...padding],
    extra: [0, ...extra],
    dilation: [1, ...dilation],
    groups,
  })
  return reshape(image, [n, image.shape[1], image.shape[3]])
}

/** Each slice gives as many as the weight is deep; those at one depth of the result are summed. */
function volume(op: string, x: Tensor, weight: Tensor, geometry: Geometry): Tensor {
  const { kernel, stride, padding, extra, dilation, groups } = geometry
  const [n, c, d, h, w] = x.shape
  const outputs = weight.shape[1] * groups
  const images = reshape(transpose(x, 1, 2), [n * d, c, h, w])
  const flat = reshape(weight, [c, weight.shape[1] * kernel[0], kernel[1], kernel[2]])
  const rest = (sizes: number[]) => sizes.slice(1)
  const slices = plane(images, flat, {
    kernel: rest(kernel),
    stride: rest(stride),
    padding: rest(padding),
    extra: rest(extra),
    dilation: rest(dilation),
    groups,
  })
  const [height, width] = slices.shape.slice(2)
  const pixels = height * width
  const depth = fullSize(d, 0, geometry)
  const along = { kernel: [kernel[0]], stride: [stride[0]], dilation: [dilation[0]] }
  const each = permute(reshape(slices, [n, d, outputs, kernel[0], pixels]), [0, 2, 4, 1, 3])
  const whole = transpose(sumOfWindows(op, each, [n, outputs, pixels, depth], along), 2, 3)
  const cut = constantPad(op, whole, [0, 0, -padding[0], extra[0] - padding[0]], 0)
  return reshape(cut, [n, outputs, cut.shape[2], height, width])
}

/** As a convolution of the input, with zeros between its elements, with the reversed weight: exact. */
function ofIntegers(op: string, dims: 1 | 2 | 3, x: Tensor, weight: Tensor, geometry: Geometry): Tensor {
  const { kernel, stride, padding, extra, dilation, groups } = geometry
  const [c, outputs] = weight.shape
  const spread = stride.reduce((part, step, i) => {
    const { shape } = part
    const dim = i + 2
    const apart = constantPad(
      op,
      reshape(part, [...shape.slice(0, dim + 1), 1, ...shape.slice(dim + 1)]),
      [...shape.slice(dim + 1).flatMap(() => [0, 0]), 0, step - 1],
      0,
    )
    const joined = reshape(apart, [...shape.slice(0, dim), shape[dim] * step, ...shape.slice(dim + 1)])
    return constantPad(op, joined, [...shape.slice(dim + 1).flatMap(() => [0, 0]), 0, 1 - step], 0)
  }, x)
  const sides = kernel.map((size, i) => dilation[i] * (size - 1) - padding[i])
  const padded = constantPad(
    op,
    spread,
    sides
      .map((side, i) => [side, side + extra[i]])
      .reverse()
      .flat(),
    0,
  )
  const reversed = kernel.reduce((part, size, i) => {
    return index_select(part, i + 2, tensor(Int32Array.from({ length: size }, (_, k) => size - 1 - k)))
  }, weight)
  const grouped = transpose(reshape(reversed, [groups, c / groups, outputs, ...kernel]), 1, 2)
  const turned = reshape(grouped, [groups * outputs, c / groups, ...kernel])
  return conv(dims, padded, turned, null, { stride: 1, padding: 0, dilation, groups })
}
