/** The partial inverse of maximum pooling. */
import { RuntimeError, ValueError } from '../../base/errors.js'
import { zeros } from '../../tensor/create.js'
import { checkShape, formatShape, numelOf, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { scatter } from '../indexing/scatter.js'
import { reshape } from '../shape/view.js'
import { type Sizes, toSizes } from './sizes.js'

/** Options of unpooling, with torch's names. */
export interface UnpoolOptions {
  readonly kernel_size: Sizes
  readonly stride: Sizes | null
  readonly padding: Sizes
  readonly output_size: readonly number[] | null
}

/** The size of the result. Throws torch's error if one is asked for that the pooling cannot have had. */
function sizeOf(op: string, size: readonly number[], options: UnpoolOptions): readonly number[] {
  const dims = size.length
  const kernel = toSizes(op, 'kernel_size', options.kernel_size, dims, 1)
  const isDefault = options.stride === null || (Array.isArray(options.stride) && options.stride.length === 0)
  const stride = isDefault ? kernel : toSizes(op, 'stride', options.stride, dims, 1)
  const padding = toSizes(op, 'padding', options.padding, dims, 0)
  const usual = size.map((length, i) => (length - 1) * stride[i] + kernel[i] - 2 * padding[i])
  const { output_size } = options
  if (output_size === null) return usual
  const asked = output_size.length === dims + 2 ? output_size.slice(2) : output_size
  if (asked.length !== dims || !asked.every(Number.isInteger)) {
    throw new ValueError(
      `${op}: output_size should be a sequence containing ${dims} or ${dims + 2} elements, but got ${formatShape(output_size)}`,
    )
  }
  const wrong = asked.findIndex(
    (length, i) => !(usual[i] - stride[i] < length && length < usual[i] + stride[i]),
  )
  if (wrong < 0) return asked
  throw new ValueError(
    `invalid output_size "${formatShape(asked)}" (dim ${wrong} must be between ${usual[wrong] - stride[wrong]} and ${usual[wrong] + stride[wrong]})`,
  )
}

/** Each element of `x` at its index in a channel of the result, and 0 elsewhere. */
export function max_unpool(x: Tensor, indices: Tensor, dims: 1 | 2 | 3, options: UnpoolOptions): Tensor {
  const op = `max_unpool${dims}d`
  if (indices.dtype !== 'int32')
    throw new RuntimeError(`${op}: elements in indices should be type int32, but got ${indices.dtype}`)
  if (!sameShape(x.shape, indices.shape)) {
    throw new RuntimeError(
      `${op}: Expected shape of indices to be same as that of the input tensor (${formatShape(x.shape)}) but got indices tensor with shape: ${formatShape(indices.shape)}`,
    )
  }
  if (x.dim() !== dims + 1 && x.dim() !== dims + 2)
    throw new RuntimeError(
      `${op}: Expected ${dims + 1}D or ${dims + 2}D input, but got ${formatShape(x.shape)}`,
    )
  const lead = x.shape.slice(0, -dims)
  const size = sizeOf(op, x.shape.slice(-dims), options)
  if (size.some((length) => length < 1))
    throw new RuntimeError(`${op}: the output size ${formatShape(size)} is too small`)
  checkShape(op, [...lead, ...size])
  const planes = numelOf(lead)
  const rows = (tensor: Tensor) => reshape(tensor, [planes, numelOf(x.shape.slice(-dims))])
  const flat = scatter(op, zeros([planes, numelOf(size)], { dtype: x.dtype }), 1, rows(indices), rows(x), {
    combine: null,
  })
  return reshape(flat, [...lead, ...size])
}
