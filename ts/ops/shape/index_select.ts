import { IndexError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { withSize, zerosLike } from '../../tensor/parts.js'
import { checkShape, formatShape, normalizeDim, numelOf, rowsOf, splitAt } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { checkedIndices, checkIndexTensor } from './positions.js'
import { reshape } from './view.js'

/** Inputs are a tensor, and the positions of the wanted rows among those of the dimensions up to `dim`. */
const gatherRecord = define({
  name: 'index_select',
  shape: ([x], { dim, count }: { dim: number; count: number }) => withSize(x.shape, dim, count),
  dtype: ([x]) => x.dtype,
  forward([x, rows], out, { dim }) {
    const [outer, axis, inner] = splitAt(x.shape, dim)
    if (inner === 1) {
      const size = bytesPerElement[x.dtype]
      const from = [x.pointer(), size, rows.pointer(), out.pointer(), rows.numel()] as const
      kernels.gather(...from, 1, outer * axis, 1)
    } else gatherBytes(x, outer * axis, inner, rows, out)
    return { rows }
  },
  backward(upstream, { rows }, { dim }, { inputShapes: [shape] }) {
    const gradient = zerosLike(shape)
    const [outer, axis, inner] = splitAt(shape, dim)
    const [up, at, count] = [upstream.pointer(), rows.pointer(), rows.numel()]
    if (inner === 1) kernels.scatter_add(up, at, gradient.pointer(), count, 1, outer * axis, 1)
    else kernels.scatter_add_rows(up, at, count, gradient.pointer(), outer * axis, inner)
    return [gradient, null]
  },
})

/** Rows of dimension 0. */
export function gatherRows(x: Tensor, indices: Tensor, out: Tensor): void {
  gatherBytes(x, ...rowsOf(x.shape), indices, out)
}

function gatherBytes(x: Tensor, rows: number, length: number, indices: Tensor, out: Tensor): void {
  const bytes = length * bytesPerElement[x.dtype]
  kernels.gather_rows(x.pointer(), rows, indices.pointer(), indices.numel(), out.pointer(), bytes)
}

/** The elements of dimension `dim` at `indices`, which are in range and not the user's. */
export function selected(x: Tensor, dim: number, indices: Tensor): Tensor {
  const count = indices.numel()
  checkShape('index_select', withSize(x.shape, dim, count))
  const [outer, axis] = splitAt(x.shape, dim)
  if (numelOf(x.shape.slice(0, dim)) === 1) return apply(gatherRecord, [x, indices], { dim, count })
  const rows = empty('index_select', [outer, count], 'int32')
  launch(() => kernels.rows_of_axis(indices.pointer(), axis, rows.pointer(), outer, count))
  return apply(gatherRecord, [x, rows], { dim, count })
}

/** The elements of dimension `dim` at `indices` (int32, 1-D), in that order; indices may repeat. */
export function index_select(x: Tensor, dim: number, indices: Tensor): Tensor {
  checkTensor('index_select', 'input', x)
  checkIndexTensor('index_select', indices)
  if (indices.dim() > 1) {
    throw new IndexError(
      `index_select(): Index is supposed to be a vector, but got shape ${formatShape(indices.shape)}`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  if (x.dim() === 0) {
    if (indices.numel() !== 1) {
      throw new IndexError(
        `index_select(): Index to scalar can have only 1 value, got ${indices.numel()} value(s)`,
      )
    }
    return reshape(index_select(reshape(x, [1]), 0, indices), [])
  }
  return selected(x, at, checkedIndices(indices, at, x.shape[at], false, 'index out of range in self'))
}
