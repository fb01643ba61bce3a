import { IndexError, RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { zerosLike } from '../../tensor/parts.js'
import { formatShape, normalizeDim, rowsOf } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { clone } from './clone.js'
import { transpose } from './permute.js'

const gatherRecord = define({
  name: 'index_select',
  shape: ([x, indices]) => [indices.numel(), ...x.shape.slice(1)],
  dtype: ([x]) => x.dtype,
  forward([x, indices], out) {
    gatherRows(x, indices, out)
    // Saved, so that a change in place is detected: they were checked against x's size.
    return { indices }
  },
  backward(upstream, { indices }, _options, { inputShapes }) {
    const gradient = zerosLike(inputShapes[0])
    const [rows, length] = rowsOf(inputShapes[0])
    const [up, index] = [upstream.pointer(), indices.pointer()]
    kernels.scatter_add_rows(up, index, indices.numel(), gradient.pointer(), rows, length)
    return [gradient, null]
  },
})

export function gatherRows(x: Tensor, indices: Tensor, out: Tensor): void {
  const [rows, length] = rowsOf(x.shape)
  const bytes = length * bytesPerElement[x.dtype]
  kernels.gather_rows(x.pointer(), rows, indices.pointer(), indices.numel(), out.pointer(), bytes)
}

/** The elements of dimension `dim` at `indices` (int32, 1-D), in that order; indices may repeat. */
export function index_select(x: Tensor, dim: number, indices: Tensor): Tensor {
  checkTensor('index_select', 'input', x)
  checkTensor('index_select', 'indices', indices)
  if (x.dim() === 0) throw new IndexError('index_select: a 0-dim tensor has nothing to select from')
  if (indices.dtype !== 'int32' || indices.dim() > 1) {
    throw new RuntimeError(
      `index_select: indices must be an int32 vector, but got ${indices.dtype} of shape ${formatShape(indices.shape)}`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  if (indices.data().some((index) => index < 0 || index >= size))
    throw new IndexError('index out of range in self')
  if (at !== 0) return clone(transpose(index_select(transpose(x, 0, at), 0, indices), 0, at))
  return apply(gatherRecord, [x, indices], undefined)
}
