/** Parts of a tensor along a dimension, as views. */

import { IndexError, RuntimeError } from '../../base/errors.js'
import { normalizeDim, ownList } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { narrow, select, slice } from './slice.js'

/** The most parts, each of which is an object, of what may have no elements. */
const MOST_PARTS = 2 ** 20

function checkParts(op: string, parts: number): number {
  if (parts <= MOST_PARTS) return parts
  throw new RuntimeError(`${op}: ${parts} parts are more than the ${MOST_PARTS} that are made here`)
}

/** The size of dimension `dim`, which a 0-d tensor does not have. */
function sizeOf(op: string, x: Tensor, dim: number): number {
  if (x.dim() === 0) throw new RuntimeError(`${op} expects at least a 1-dimensional tensor`)
  return x.shape[normalizeDim(dim, x.dim())]
}

/** Parts of `size` elements, the last one of what is left. */
export function split(x: Tensor, size: number | readonly number[], dim: number): Tensor[] {
  if (typeof size !== 'number') return split_with_sizes(x, size, dim)
  const whole = sizeOf('split', x, dim)
  if (size < 0) throw new RuntimeError(`split expects split_size be non-negative, but got split_size=${size}`)
  if (size === 0 && whole !== 0) {
    throw new RuntimeError(
      `split_size can only be 0 if dimension size is 0, but got dimension size of ${whole}`,
    )
  }
  const parts = checkParts('split', size === 0 ? 1 : Math.max(Math.ceil(whole / size), 1))
  return Array.from({ length: parts }, (_, i) => narrow(x, dim, i * size, Math.min(size, whole - i * size)))
}

/** Parts of given sizes, which sum to that of the dimension. */
export function split_with_sizes(x: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  const whole = sizeOf('split_with_sizes', x, dim)
  const own = ownList('split_with_sizes', 'split_sizes', sizes)
  checkParts('split_with_sizes', own.length)
  if (own.some((size) => size < 0)) {
    throw new RuntimeError(
      `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[${own}]`,
    )
  }
  const sum = own.reduce((a, b) => a + b, 0)
  if (sum !== whole) {
    throw new RuntimeError(
      `split_with_sizes expects split_sizes to sum exactly to ${whole} (input tensor's size at dimension ${dim}), but got split_sizes=[${own}]`,
    )
  }
  let start = 0
  return own.map((size) => {
    start += size
    return narrow(x, dim, start - size, size)
  })
}

/** At most `chunks` parts of equal size, the last one of what is left. */
export function chunk(x: Tensor, chunks: number, dim: number): Tensor[] {
  const whole = sizeOf('chunk', x, dim)
  if (chunks <= 0) throw new RuntimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`)
  if (whole > 0) return split(x, Math.ceil(whole / chunks), dim)
  return split_with_sizes(x, new Array<number>(checkParts('chunk', chunks)).fill(0), dim)
}

/** Parts that end before each of the indices, or so many parts whose sizes differ by one at most. */
export function tensor_split(x: Tensor, by: number | Tensor | readonly number[], dim: number): Tensor[] {
  const whole = sizeOf('tensor_split', x, dim)
  if (typeof by === 'object' && 'dtype' in by) {
    if (by.dtype !== 'int32' || by.dim() > 1) {
      throw new RuntimeError(
        `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor of int32, but got ${by.dtype} with ${by.dim()} dims`,
      )
    }
    checkParts('tensor_split', by.numel())
    return tensor_split(x, by.dim() === 0 ? by.item() : [...by.data()], dim)
  }
  if (typeof by === 'number') {
    if (by <= 0) throw new RuntimeError(`number of sections must be larger than 0, got ${by}`)
    checkParts('tensor_split', by)
    const [least, more] = [Math.floor(whole / by), whole % by]
    return split_with_sizes(
      x,
      Array.from({ length: by }, (_, i) => least + Number(i < more)),
      dim,
    )
  }
  const ends = ownList('tensor_split', 'indices', by)
  checkParts('tensor_split', ends.length)
  return [...ends, whole].map((end, i) => slice(x, dim, i === 0 ? 0 : ends[i - 1], end))
}

/** `tensor_split` along the dimension `dim`, of tensors with at least `rank` dimensions; sections are equal. */
export function split_along(
  op: string,
  x: Tensor,
  by: number | readonly number[],
  dim: number,
  rank: number,
) {
  if (x.dim() < rank) {
    throw new RuntimeError(
      `torch.${op} requires a tensor with at least ${rank} dimension${rank === 1 ? '' : 's'}, but got a tensor with ${x.dim()} dimensions!`,
    )
  }
  if (typeof by === 'number' && (by === 0 || x.shape[dim] % by !== 0)) {
    throw new RuntimeError(
      `torch.${op} attempted to split along dimension ${dim}, but the size of the dimension ${x.shape[dim]} is not divisible by the split_size ${by}!`,
    )
  }
  return tensor_split(x, by, dim)
}

/** The parts at each index of a dimension, without it. */
export function unbind(x: Tensor, dim: number): Tensor[] {
  if (x.dim() === 0) throw new IndexError('Dimension specified as 0 but tensor has no dimensions')
  const at = normalizeDim(dim, x.dim())
  return Array.from({ length: checkParts('unbind', x.shape[at]) }, (_, i) => select(x, at, i))
}
