/** Joining tensors of fewer dimensions. */
import { RuntimeError } from '../../base/errors.js'
import { full, tensor, zeros } from '../../tensor/create.js'
import { promote } from '../../tensor/promotion.js'
import { checkShape, MAX_ELEMENTS } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { expand } from './expand.js'
import { copy_ } from './in_place.js'
import { index_select } from './index_select.js'
import { cat, stack } from './join.js'
import { slice } from './slice.js'
import { reshape, unsqueeze } from './view.js'

/** With at least so many dimensions; a vector becomes a row, or the middle one of three dimensions. */
export function atleast(x: Tensor, rank: number): Tensor {
  if (x.dim() >= rank) return x
  if (x.dim() === 0) return reshape(x, new Array<number>(rank).fill(1))
  if (x.dim() === 1) return rank === 2 ? unsqueeze(x, 0) : unsqueeze(unsqueeze(x, 0), 2)
  return unsqueeze(x, 2)
}

/** A user's list of tensors, which is not empty. */
export function tensorsOf(op: string, list: readonly unknown[], least = 1): readonly Tensor[] {
  const tensors = [...list]
  for (const [i, x] of tensors.entries()) checkTensor(op, `tensors[${i}]`, x)
  if (tensors.length < least) throw new RuntimeError(`${op} expects a non-empty TensorList`)
  return tensors as Tensor[]
}

export function hstack(list: readonly unknown[]): Tensor {
  const tensors = tensorsOf('hstack', list).map((x) => atleast(x, 1))
  return cat(tensors, tensors[0].dim() === 1 ? 0 : 1)
}

export const vstack = (list: readonly unknown[]): Tensor =>
  cat(
    tensorsOf('vstack', list).map((x) => atleast(x, 2)),
    0,
  )

export const dstack = (list: readonly unknown[]): Tensor =>
  cat(
    tensorsOf('dstack', list).map((x) => atleast(x, 3)),
    2,
  )

export const column_stack = (list: readonly unknown[]): Tensor =>
  cat(
    tensorsOf('column_stack', list).map((x) => (x.dim() <= 1 ? reshape(x, [x.numel(), 1]) : x)),
    1,
  )

/** Vectors as coordinates of a grid: views of one shape. */
export function meshgrid(list: readonly unknown[], indexing: string): Tensor[] {
  const tensors = tensorsOf('meshgrid', list)
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new RuntimeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`)
  }
  for (const { dtype, shape } of tensors) {
    if (shape.length > 1)
      throw new RuntimeError('torch.meshgrid: Expected 0D or 1D tensor in the tensor list')
    if (dtype !== tensors[0].dtype)
      throw new RuntimeError('torch.meshgrid expects all tensors to have the same dtype')
  }
  const swaps = indexing === 'xy' && tensors.length > 1
  const place = (i: number) => (swaps && i < 2 ? 1 - i : i)
  const sizes = tensors.map((_, i) => tensors[place(i)].numel())
  checkShape('meshgrid', sizes)
  return tensors.map((x, i) =>
    expand(
      reshape(
        x,
        sizes.map((size, k) => (k === place(i) ? size : 1)),
      ),
      sizes,
    ),
  )
}

/** All combinations of an element of each of the vectors, as rows. */
export function cartesian_prod(list: readonly unknown[]): Tensor {
  const tensors = tensorsOf('cartesian_prod', list)
  for (const x of tensors) {
    if (x.dim() !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape [${x.shape}]`)
  }
  if (tensors.length === 1) return tensors[0]
  const columns = meshgrid(tensors, 'ij')
  checkShape('cartesian_prod', [columns[0].numel(), columns.length])
  return stack(
    columns.map((x) => reshape(x, [-1])),
    1,
  )
}

/** The most elements of {@link combinations}, whose indices JavaScript holds. */
const MOST_INDICES = 2 ** 26

/** The combinations of `r` elements of a vector, as rows. */
export function combinations(x: Tensor, r: number, repeats: boolean): Tensor {
  if (x.dim() !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape [${x.shape}]`)
  if (r < 0) throw new RuntimeError(`Expect a non-negative number, but got ${r}`)
  const n = x.numel()
  // Binomial coefficient.
  const from = repeats ? n + r - 1 : n
  let count = from < r ? 0 : 1
  const factors = Math.min(r, from - r)
  for (let i = 0; i < factors && count * r <= MAX_ELEMENTS; i++) count = (count * (from - i)) / (i + 1)
  if (r === 0) return full([0], 0, { dtype: x.dtype })
  checkShape('combinations', [Math.round(count), r])
  if (count * r > MOST_INDICES || r > MOST_INDICES) {
    throw new RuntimeError(`combinations: more than the ${MOST_INDICES} elements that are made here`)
  }
  const indices = new Int32Array(Math.round(count) * r)
  const current = Array.from({ length: count === 0 ? 0 : r }, (_, i) => (repeats ? 0 : i))
  for (let at = 0; at < indices.length; at += r) {
    indices.set(current, at)
    let place = r - 1
    while (place >= 0 && current[place] === (repeats ? n - 1 : n - r + place)) place--
    if (place < 0) break
    current[place]++
    for (let k = place + 1; k < r; k++) current[k] = repeats ? current[place] : current[k - 1] + 1
  }
  return reshape(index_select(x, 0, tensor(indices)), [Math.round(count), r])
}

/** The matrices along the diagonal of a matrix of zeros. */
export function block_diag(list: readonly unknown[]): Tensor {
  const blocks = tensorsOf('block_diag', list, 0).map((x, i) => {
    if (x.dim() <= 2) return atleast(x, 2)
    throw new RuntimeError(
      `torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${x.dim()} dimensions`,
    )
  })
  if (blocks.length === 0) return zeros([1, 0])
  const sum = (dim: number) => blocks.reduce((total, { shape }) => total + shape[dim], 0)
  const result = zeros([sum(0), sum(1)], {
    dtype: blocks.map(({ dtype }) => dtype).reduce(promote),
  })
  let [row, column] = [0, 0]
  for (const block of blocks) {
    const [rows, columns] = block.shape
    copy_(slice(slice(result, 0, row, row + rows), 1, column, column + columns), block)
    row += rows
    column += columns
  }
  return result
}
