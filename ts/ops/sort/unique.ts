/** Different elements, or different slices of a dimension. No gradients. */
import { RuntimeError } from '../../base/errors.js'
import { inMode } from '../../graph/grad_mode.js'
import { kernels } from '../../kernels/instance.js'
import { normalizeDim, numelOf, type Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { clone } from '../shape/clone.js'
import { index_select } from '../shape/index_select.js'
import { permute } from '../shape/permute.js'
import { narrow } from '../shape/slice.js'
import { flatten, reshape } from '../shape/view.js'
import { withKeys } from './keys.js'
import { sort } from './sort.js'

/** What is unique, the number of each element's or slice's, and how often each comes. */
export interface Unique {
  readonly values: Tensor
  readonly inverse: Tensor
  readonly counts: Tensor
}

/** The different elements, or slices along `dim`: in order if `sorted`, else those that differ from the one before. */
export function unique(op: string, x: Tensor, dim: number | null, sorted: boolean): Unique {
  return inMode(false, () => {
    if (dim === null) return uniqueRows(flatten(x), x.shape, sorted)
    const at = normalizeDim(dim, x.dim())
    const first = x.dim() === 0 ? reshape(x, [1]) : moved(x, at, 0)
    const width = numelOf(first.shape.slice(1))
    if (width === 0 && (first.shape[0] > 0 || first.shape.slice(1).includes(0)))
      throw new RuntimeError(
        `${op}: There are 0 sized dimensions, and they aren't selected, so unique cannot be applied`,
      )
    const rows = dense(first)
    const found = uniqueRows(rows, [first.shape[0]], sorted)
    const values = x.dim() === 0 ? found.values : clone(moved(found.values, 0, at))
    return { ...found, values: dense(values) }
  })
}

/** A view with one dimension elsewhere. */
function moved(x: Tensor, from: number, to: number): Tensor {
  const order = [...x.shape.keys()].filter((i) => i !== from)
  order.splice(to, 0, from)
  return permute(x, order)
}

/** The different rows of the first dimension. */
function uniqueRows(x: Tensor, shape: Shape, sorted: boolean): Unique {
  const rows = x.shape[0]
  const width = rows === 0 ? 0 : x.numel() / rows
  const [inverse, firsts, counts] = [0, 1, 2].map(() => empty('unique', [rows], 'int32'))
  // Elements by bytes of keys, which takes less than comparisons.
  const order = sorted
    ? width === 1
      ? sort(flatten(x), 0, false)[1]
      : empty('unique', [rows], 'int32')
    : null
  let found = 0
  const keyed = dense(x)
  withKeys(keyed, 0, (keys) => {
    if (width !== 1 && order !== null) kernels.order_rows(keys, order.pointer(), rows, width)
    found = kernels.runs(
      keys,
      order === null ? 0 : order.pointer(),
      x.dtype === 'float32',
      inverse.pointer(),
      firsts.pointer(),
      counts.pointer(),
      rows,
      width,
    )
  })
  order?.dispose()
  const result = {
    values: index_select(x, 0, narrow(firsts, 0, 0, found)),
    inverse: reshape(inverse, shape),
    counts: clone(narrow(counts, 0, 0, found)),
  }
  firsts.dispose()
  counts.dispose()
  return result
}
