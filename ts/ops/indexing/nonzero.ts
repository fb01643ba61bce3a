/** The places of elements that are not 0, and what is there. */
import { RuntimeError } from '../../base/errors.js'
import { no_grad } from '../../graph/grad_mode.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { to } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import { nameOf } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, numelOf, ownIntegers, type Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { ne } from '../elementwise/binary.js'
import { expand } from '../shape/expand.js'
import { selected } from '../shape/index_select.js'
import { cat } from '../shape/join.js'
import { transpose } from '../shape/permute.js'
import { checkedIndices, checkIndexTensor, factorsOf } from '../shape/positions.js'
import { slice } from '../shape/slice.js'
import { unbind } from '../shape/split.js'
import { reshape } from '../shape/view.js'
import { scattered } from './scatter.js'

/** Positions, among all elements, of those that are not 0. */
export function positionsOf(x: Tensor): Tensor {
  const bytes = dense(x.dtype === 'float32' || x.dtype === 'int32' ? no_grad(() => ne(x, 0)) : x)
  const length = bytes.numel()
  const count = launch(() => kernels.count_true(bytes.pointer(), length))
  const positions = empty('nonzero', [count], 'int32')
  launch(() => kernels.true_positions(bytes.pointer(), positions.pointer(), count, length))
  return positions
}

/** The greatest int32. */
const MOST = 2 ** 31 - 1

/** The indices in `shape` of positions in it: a row for each dimension. */
function coordinatesOf(positions: Tensor, shape: Shape): Tensor {
  const count = positions.numel()
  const rows = empty('nonzero', [shape.length, count], 'int32')
  const factors = factorsOf(shape)
  if (count > 0) {
    launch(() => {
      for (const [i, size] of shape.entries()) {
        const row = rows.pointer() + 4 * i * count
        // Beyond all positions.
        if (factors[i] > MOST) kernels.fill(row, 0, count)
        else kernels.coordinates(positions.pointer(), Math.min(size, MOST), factors[i], row, count)
      }
    })
  }
  return rows
}

/** The indices of elements that are not 0, one a row. */
export const nonzero = (x: Tensor): Tensor => transpose(coordinatesOf(positionsOf(x), x.shape), 0, 1)

/** The same as a tensor for each dimension. */
export function nonzeroEach(x: Tensor): Tensor[] {
  const wide = x.dim() === 0 ? reshape(x, [1]) : x
  return unbind(coordinatesOf(positionsOf(wide), wide.shape), 0)
}

/** {@link nonzero} in a given number of rows: the first ones, or filled up with `fill_value`. */
export function nonzero_static(x: Tensor, size: number, fill_value: number): Tensor {
  if (size < 0) throw new RuntimeError('nonzero_static: size must be an integer >= 0')
  const rows = slice(nonzero(x), 0, 0, size)
  const missing = size - rows.shape[0]
  return missing === 0 ? rows : cat([rows, full([missing, x.dim()], fill_value, { dtype: 'int32' })], 0)
}

/** The indices in `shape` of positions among all its elements. */
export function unravel_index(indices: Tensor, shape: Shape): Tensor[] {
  const given = indices.dtype === 'uint8' ? to(indices, 'int32') : indices
  checkIndexTensor('unravel_index', given)
  const sizes = ownIntegers('unravel_index', 'shape', shape)
  if (sizes.some((size) => size < 0))
    throw new RuntimeError(`unravel_index: shape must be non-negative, but got ${formatShape(sizes)}`)
  const flat = checkedIndices(given, 0, Math.min(numelOf(sizes), MOST))
  return unbind(coordinatesOf(reshape(flat, [-1]), sizes), 0).map((row) => reshape(row, indices.shape))
}

/** Throws unless `mask` is a tensor of bool. */
export function checkMask(op: string, mask: Tensor): void {
  if (mask.dtype === 'bool') return
  throw new RuntimeError(`${op}: expected BoolTensor for mask, but got ${nameOf(mask.dtype)}`)
}

/** The elements where `mask` is true, as a vector; both are broadcast. */
export function masked_select(x: Tensor, mask: Tensor): Tensor {
  checkMask('masked_select', mask)
  const shape = broadcastShapes('masked_select', x.shape, mask.shape, ['input', 'mask'])
  return selected(reshape(expand(x, shape), [-1]), 0, positionsOf(expand(mask, shape)))
}

/** The elements of `source`, in order, where `mask` is true, else those of `x`; both are broadcast. */
export function masked_scatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  checkMask('masked_scatter_', mask)
  if (source.dtype !== x.dtype) {
    throw new RuntimeError(
      `masked_scatter_: expected self and source to have same dtypes but got ${nameOf(x.dtype)} and ${nameOf(source.dtype)}`,
    )
  }
  const shape = broadcastShapes('masked_scatter', x.shape, mask.shape, ['input', 'mask'])
  const positions = positionsOf(expand(mask, shape))
  const count = positions.numel()
  if (count > source.numel()) {
    throw new RuntimeError(
      `masked_scatter: Number of elements of source (${source.numel()}) < number of ones in mask (${count})`,
    )
  }
  const values = slice(reshape(source, [-1]), 0, 0, count)
  return reshape(scattered(reshape(expand(x, shape), [-1]), 0, positions, values, null), shape)
}
