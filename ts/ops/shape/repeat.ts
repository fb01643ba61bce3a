/** Repeated elements. */
import { RuntimeError } from '../../base/errors.js'
import { tensor } from '../../tensor/create.js'
import { checkShape, normalizeDim, ownIntegers, type Shape, splitAt } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { clone } from './clone.js'
import { expand } from './expand.js'
import { index_select } from './index_select.js'
import { reshape } from './view.js'

/** `x` with dimension `dim` repeated `times`, as a whole, or each of its elements. */
function repeatDim(x: Tensor, dim: number, times: number, each: boolean): Tensor {
  if (times === 1) return x
  const [outer, axis, inner] = splitAt(x.shape, dim)
  const target = x.shape.map((size, i) => (i === dim ? size * times : size))
  const from = each ? [outer * axis, 1, inner] : [outer, 1, axis * inner]
  return reshape(expand(reshape(x, from), [from[0], times, from[2]]), target)
}

/** `x` repeated along each dimension; missing leading dimensions are added. */
export function repeat(x: Tensor, repeats: Shape): Tensor {
  const times = ownIntegers('repeat', 'repeats', repeats)
  const missing = times.length - x.dim()
  if (missing < 0) {
    throw new RuntimeError(
      'Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor',
    )
  }
  const negative = times.find((count) => count < 0)
  if (negative !== undefined)
    throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}`)
  const shape = [...new Array<number>(missing).fill(1), ...x.shape]
  checkShape(
    'repeat',
    shape.map((size, i) => size * times[i]),
  )
  let result = reshape(x, shape)
  // Dimensions that become empty first, then from the last one on.
  const dims = times.map((_, i) => i).reverse()
  dims.sort((a, b) => Number(times[b] === 0) - Number(times[a] === 0))
  for (const dim of dims) result = repeatDim(result, dim, times[dim], false)
  return result.storage === x.storage ? clone(result) : result
}

/** Like {@link repeat}; missing leading numbers are 1. */
export function tile(x: Tensor, dims: Shape): Tensor {
  const times = ownIntegers('tile', 'dims', dims)
  return repeat(x, [...new Array<number>(Math.max(x.dim() - times.length, 0)).fill(1), ...times])
}

/** The most indices of {@link repeated}, which JavaScript holds. */
const MOST_INDICES = 2 ** 28

/** The index `i` as often as `repeats[i]` says. */
export function repeated(repeats: Tensor, output_size: number | null): Tensor {
  if (repeats.dtype !== 'int32') {
    throw new RuntimeError(`repeats has to be an integer tensor (int32), but got ${repeats.dtype}`)
  }
  if (repeats.dim() !== 1) throw new RuntimeError('repeat_interleave only accepts 1D vector as repeat')
  const times = repeats.data<Int32Array>()
  if (times.some((count) => count < 0)) throw new RuntimeError('repeats can not be negative')
  const total = times.reduce((sum, count) => sum + count, 0)
  if (output_size !== null && output_size !== total)
    throw new RuntimeError('allocated size does not match required size')
  if (total > MOST_INDICES) {
    throw new RuntimeError(
      `repeat_interleave: ${total} indices are more than the ${MOST_INDICES} that are made here`,
    )
  }
  const indices = new Int32Array(total)
  let start = 0
  times.forEach((count, i) => {
    indices.fill(i, start, start + count)
    start += count
  })
  return tensor(indices)
}

/** Each element along `dim` repeated, as often as a number or its own number says; without a dimension those of the flat tensor. */
export function repeat_interleave(
  x: Tensor,
  repeats: number | Tensor,
  dim: number | null,
  output_size: number | null,
): Tensor {
  const flat = dim === null || x.dim() === 0 ? reshape(x, [-1]) : x
  const at = normalizeDim(dim ?? 0, flat.dim())
  const size = flat.shape[at]
  if (repeats instanceof Tensor) {
    const each = repeats.dim() === 0 ? expand(repeats, [1]) : repeats
    if (each.dim() === 1 && each.numel() !== size && each.numel() !== 1) {
      throw new RuntimeError(
        `repeats must have the same size as input along dim, but got repeats.size(0) = ${each.numel()} and input.size(${at}) = ${size}`,
      )
    }
    const fits = each.dim() === 1 && each.numel() === 1
    return index_select(flat, at, repeated(fits ? expand(each, [size]) : each, output_size))
  }
  if (repeats < 0) throw new RuntimeError('Repeats must be non-negative')
  if (output_size !== null && output_size !== size * repeats)
    throw new RuntimeError('repeat_interleave: Invalid output_size, which must be size * repeats')
  checkShape(
    'repeat_interleave',
    flat.shape.map((own, i) => (i === at ? own * repeats : own)),
  )
  const result = repeatDim(flat, at, repeats, true)
  return result.storage === x.storage ? clone(result) : result
}
