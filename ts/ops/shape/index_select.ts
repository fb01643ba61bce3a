import { IndexError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { withSize, zerosLike } from '../../tensor/parts.js'
import { checkShape, formatShape, normalizeDim, splitAt } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { checkedIndices, checkIndexTensor } from './positions.js'
import { reshape } from './view.js'

/** Inputs are a tensor and a vector of checked indices of `dim`. */
const record = define({
  name: 'index_select',
  shape: ([x, indices], { dim }: { dim: number }) => withSize(x.shape, dim, indices.numel()),
  dtype: ([x]) => x.dtype,
  forward([x, indices], out, { dim }) {
    selectInto(x, dim, indices, out)
    return { indices }
  },
  backward(upstream, { indices }, { dim }, { inputShapes: [shape] }) {
    const gradient = zerosLike(shape)
    addInto(gradient, dim, indices, upstream)
    return [gradient, null]
  },
})

/** Writes the elements of dimension `dim` at checked indices to `out`. */
export function selectInto(x: Tensor, dim: number, indices: Tensor, out: Tensor): void {
  const given = [x.pointer(), bytesPerElement[x.dtype], indices.pointer(), out.pointer()] as const
  kernels.index_select(...given, indices.numel(), ...splitAt(x.shape, dim))
}

/** Adds `values` to the elements of dimension `dim` of `out` at checked indices. */
export function addInto(out: Tensor, dim: number, indices: Tensor, values: Tensor): void {
  const given = [values.pointer(), indices.pointer(), out.pointer()] as const
  kernels.index_add(...given, indices.numel(), ...splitAt(out.shape, dim))
}

/** The elements of dimension `dim` at `indices`, which are in range and not the user's. */
export function selected(x: Tensor, dim: number, indices: Tensor): Tensor {
  checkShape('index_select', withSize(x.shape, dim, indices.numel()))
  return apply(record, [x, indices], { dim })
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
  const result = selected(
    x,
    at,
    checkedIndices(indices, at, x.shape[at], false, 'index out of range in self'),
  )
  // A single index counts as a vector.
  return indices.dim() === 0 ? result : asWhole('take_rows', [x, indices], result, at)
}
