/** Windows over the last dimensions, and sums of overlapping windows. */
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { duplicate } from '../../tensor/copy.js'
import { addStrided } from '../../tensor/elements.js'
import { checkFloat } from '../../tensor/promotion.js'
import { checkShape, formatShape, type Shape } from '../../tensor/shape.js'
import { contiguousStrides, type Strides } from '../../tensor/strides.js'
import type { Tensor } from '../../tensor/tensor.js'
import { constantPad } from '../shape/pad.js'
import { permute } from '../shape/permute.js'
import { defineView, reshape, viewBy } from '../shape/view.js'

/** Sizes of windows, one for each of the last dimensions. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** How many windows fit `size` elements. */
export const placesOf = (size: number, i: number, { kernel, stride, dilation }: Windows): number =>
  Math.floor((size - dilation[i] * (kernel[i] - 1) - 1) / stride[i]) + 1

/** Shape [leading, places, kernel] and strides of the windows over a tensor. */
function layoutOf(shape: Shape, strides: Strides, sizes: Windows) {
  const first = shape.length - sizes.kernel.length
  const inner = strides.slice(first)
  const places = shape.slice(first).map((size, i) => placesOf(size, i, sizes))
  return {
    shape: [...shape.slice(0, first), ...places, ...sizes.kernel],
    strides: [
      ...strides.slice(0, first),
      ...inner.map((step, i) => step * sizes.stride[i]),
      ...inner.map((step, i) => step * sizes.dilation[i]),
    ],
    offset: 0,
  }
}

const windowsRecord = defineView('windows')

/** A view of `x` as its windows: [..., places, kernel]. */
export function windows(op: string, x: Tensor, sizes: Windows): Tensor {
  const { shape } = layoutOf(x.shape, contiguousStrides(x.shape), sizes)
  if (shape.slice(x.dim() - sizes.kernel.length).some((size) => size < 1)) {
    throw new RuntimeError(
      `${op}: windows of ${formatShape(sizes.kernel)} with dilation ${formatShape(sizes.dilation)} do not fit an input of ${formatShape(x.shape)}`,
    )
  }
  checkShape(op, shape)
  return viewBy(windowsRecord, x, (of, strides) => layoutOf(of, strides, sizes))
}

const foldRecord = define<{ shape: Shape; sizes: Windows }>({
  name: 'fold',
  shape: (_inputs, { shape }) => shape,
  forward([x], out, { shape, sizes }) {
    kernels.fill(out.pointer(), 0, out.numel())
    addStrided(x, out.strided(x.shape, layoutOf(shape, contiguousStrides(shape), sizes).strides, 0))
  },
  backward(upstream, _saved, { shape, sizes }, { inputShapes: [windows] }) {
    return [duplicate(upstream.strided(windows, layoutOf(shape, contiguousStrides(shape), sizes).strides, 0))]
  },
})

/** The tensor of `shape` whose elements are the sums of those of its windows `x` at the same place. */
export function sumOfWindows(op: string, x: Tensor, shape: Shape, sizes: Windows): Tensor {
  checkFloat(op, 'input', x.dtype)
  checkShape(op, shape)
  return apply(foldRecord, [x], { shape, sizes })
}

/** Sizes of {@link unfold} and {@link fold}, for height and width. */
export interface UnfoldSizes extends Windows {
  readonly padding: readonly number[]
}

const around = ([h, w]: readonly number[]) => [w, w, h, h]

/** Columns of windows: images [N, C, H, W] -> [N, C kernel, places], or without N. */
export function unfold(x: Tensor, sizes: UnfoldSizes): Tensor {
  if ((x.dim() !== 3 && x.dim() !== 4) || x.shape.slice(-3).includes(0)) {
    throw new RuntimeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(x.shape)}`,
    )
  }
  const isBatch = x.dim() === 4
  const batch = isBatch ? x : reshape(x, [1, ...x.shape])
  const padded = sizes.padding.some((p) => p > 0)
    ? constantPad('unfold', batch, around(sizes.padding), 0)
    : batch
  const view = windows('unfold', padded, sizes)
  const [n, c, h, w, kh, kw] = view.shape
  const columns = permute(view, [0, 1, 4, 5, 2, 3])
  const result = reshape(columns, [n, c * kh * kw, h * w])
  return isBatch ? result : reshape(result, result.shape.slice(1))
}

/** The inverse of {@link unfold}, where windows overlap their sum: [N, C kernel, places] -> [N, C, H, W], or without N. */
export function fold(x: Tensor, output: readonly number[], sizes: UnfoldSizes): Tensor {
  const { kernel, padding } = sizes
  if (x.dim() !== 2 && x.dim() !== 3) {
    throw new RuntimeError(
      `fold: Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${formatShape(x.shape)}`,
    )
  }
  const isBatch = x.dim() === 3
  const [n, rows, places] = isBatch ? x.shape : [1, ...x.shape]
  const each = kernel[0] * kernel[1]
  if (rows % each !== 0 || rows === 0) {
    throw new RuntimeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=(${kernel.join(', ')}).`,
    )
  }
  const padded = output.map((size, i) => size + 2 * padding[i])
  const [height, width] = padded.map((size, i) => placesOf(size, i, sizes))
  if (height < 1 || width < 1 || height * width !== places) {
    throw new RuntimeError(
      `Given output_size=(${output.join(', ')}), kernel_size=(${kernel.join(', ')}), dilation=(${sizes.dilation.join(', ')}), padding=(${padding.join(', ')}), stride=(${sizes.stride.join(', ')}), expected size of input's dimension 2 to match the calculated number of sliding blocks ${height} * ${width} = ${height * width}, but got input.size(2)=${places}.`,
    )
  }
  const channels = rows / each
  const columns = permute(reshape(x, [n, channels, kernel[0], kernel[1], height, width]), [0, 1, 4, 5, 2, 3])
  const whole = sumOfWindows('fold', columns, [n, channels, padded[0], padded[1]], sizes)
  const result = padding.some((p) => p > 0)
    ? constantPad('fold', whole, around(padding.map((p) => -p)), 0)
    : whole
  return isBatch ? result : reshape(result, result.shape.slice(1))
}
