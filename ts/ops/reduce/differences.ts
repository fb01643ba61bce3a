/** Differences of neighbours along a dimension, and areas below points. */
import { RuntimeError } from '../../base/errors.js'
import { full } from '../../tensor/create.js'
import { withSize } from '../../tensor/parts.js'
import { normalizeDim, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, div, mul, ne, sub } from '../elementwise/binary.js'
import { cat } from '../shape/join.js'
import { narrow } from '../shape/slice.js'
import { reshape } from '../shape/view.js'
import { cumsum } from './product.js'
import { sum } from './reduce.js'

/** The elements along `dim` without the last, and without the first. */
function neighbours(x: Tensor, dim: number): [Tensor, Tensor] {
  const count = Math.max(x.shape[dim] - 1, 0)
  return [narrow(x, dim, 0, count), narrow(x, dim, x.shape[dim] - count, count)]
}

/** The n-th differences along `dim`, of bool whether neighbours differ; `prepend` and `append` are put around `x` first. */
export function diff(
  x: Tensor,
  n: number,
  dim: number,
  prepend: Tensor | null,
  append: Tensor | null,
): Tensor {
  if (x.dim() === 0) throw new RuntimeError('diff expects input to be at least one-dimensional')
  if (n < 0) throw new RuntimeError(`order must be non-negative but got ${n}`)
  const at = normalizeDim(dim, x.dim())
  const parts = [prepend, x, append].filter((part) => part !== null)
  for (const part of parts)
    if (part.dim() !== x.dim())
      throw new RuntimeError('diff expects prepend or append to be the same dimension as input')
  let result = n > 0 && parts.length > 1 ? cat(parts, at) : x
  if (n === 0) return add(x, full([], 0, { dtype: x.dtype }))
  for (let left = Math.min(n, result.shape[at] || 1); left > 0; left--) {
    const [before, after] = neighbours(result, at)
    result = result.dtype === 'bool' ? ne(after, before) : sub(after, before)
  }
  return result
}

/** Areas of the trapezoids between neighbours: the mean of both times their distance, twice. */
function doubleAreas(op: string, y: Tensor, x: Tensor | number | boolean, dim: number): Tensor {
  const [before, after] = neighbours(y, dim)
  const heights = add(before, after)
  if (typeof x !== 'object') return mul(heights, x)
  let points = x
  if (x.dim() === 1) {
    if (x.shape[0] !== y.shape[dim])
      throw new RuntimeError(`${op}: There must be one \`x\` value for each sample point`)
    points = reshape(
      x,
      withSize(
        y.shape.map(() => 1),
        dim,
        x.shape[0],
      ),
    )
  } else if (x.dim() < y.dim()) {
    points = reshape(x, [...y.shape.slice(x.dim()).map(() => 1), ...x.shape])
  }
  const at = points.dim() - y.dim() + dim
  const [first, last] = neighbours(points, Math.max(at, 0))
  return mul(sub(last, first), heights)
}

function areas(op: string, y: Tensor, x: Tensor | number | boolean, dim: number): [Tensor, number] {
  if (y.dim() === 0) throw new RuntimeError(`${op}: y must have at least one dimension`)
  const at = normalizeDim(dim, y.dim())
  if (y.dtype === 'bool' || (typeof x === 'object' && x.dtype === 'bool'))
    throw new RuntimeError(`${op}: received a bool input, but bool is not supported`)
  return [doubleAreas(op, y, x, at), at]
}

/** The area below the points (x, y) along `dim`; for a number `x` is their distance. */
export function trapezoid(op: string, y: Tensor, x: Tensor | number | boolean, dim: number): Tensor {
  const [doubled, at] = areas(op, y, x, dim)
  return div(sum(doubled, { dim: doubled.dim() - y.dim() + at }), 2)
}

/** The areas below the points so far. */
export function cumulative_trapezoid(y: Tensor, x: Tensor | number | boolean, dim: number): Tensor {
  const [doubled, at] = areas('cumulative_trapezoid', y, x, dim)
  return div(cumsum(doubled, doubled.dim() - y.dim() + at), 2)
}

/** Reverses broadcasting: sums to `shape`, whose dimensions are 1 or those of `x`. */
export function sum_to_size(x: Tensor, shape: readonly number[]): Tensor {
  const missing = x.dim() - shape.length
  if (missing < 0 || !shape.every((size, i) => size === 1 || size === x.shape[missing + i]))
    throw new RuntimeError(`size {[${shape}]} is not expandable to size {[${x.shape}]}.`)
  if (shape.length === 0) return sum(x)
  if (sameShape(x.shape, shape)) return x
  const dims = x.shape.map((_, i) => i).filter((i) => i < missing || shape[i - missing] !== x.shape[i])
  return reshape(dims.length === 0 ? x : sum(x, { dim: dims, keepdim: true }), shape)
}
