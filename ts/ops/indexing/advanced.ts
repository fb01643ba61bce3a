/** Indexing by tensors: `x[rows, columns]`, `x[mask]`. Source: torch/csrc/autograd/python_variable_indexing.cpp, at::index. */
import { IndexError, RuntimeError } from '../../base/errors.js'
import { nameOf } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, numelOf, type Shape, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { masked_fill } from '../elementwise/where.js'
import { expand } from '../shape/expand.js'
import { selected } from '../shape/index_select.js'
import { permute } from '../shape/permute.js'
import { addPositions, checkIndexTensor, factorsOf, noPositions } from '../shape/positions.js'
import { reshape } from '../shape/view.js'
import { nonzeroEach } from './nonzero.js'
import { scattered } from './scatter.js'

/** Indices of the dimensions of a tensor, in order; null takes all of one. */
export type Indices = readonly (Tensor | null)[]

/** Masks as indices of each of their dimensions. */
function withoutMasks(x: Tensor, indices: Indices): (Tensor | null)[] {
  const result: (Tensor | null)[] = []
  for (const index of indices) {
    if (index === null || (index.dtype !== 'bool' && index.dtype !== 'uint8')) {
      if (index !== null) checkIndexTensor('index', index)
      result.push(index)
      continue
    }
    const first = result.length
    for (const [i, size] of index.shape.entries()) {
      if (size === x.shape[first + i]) continue
      throw new IndexError(
        `The shape of the mask ${formatShape(index.shape)} at index ${i} does not match the shape of the indexed tensor ${formatShape(x.shape)} at index ${first + i}`,
      )
    }
    result.push(...nonzeroEach(index).slice(0, index.dim()))
  }
  if (result.length > x.dim()) {
    throw new IndexError(`too many indices for tensor of dimension ${x.dim()}`)
  }
  return result
}

/** What indices take: rows of a matrix. */
interface Taken {
  /** The dimensions that are indexed, before all others. */
  readonly order: readonly number[]
  /** Their number of elements, and the sizes of the other dimensions. */
  readonly rows: number
  readonly rest: Shape
  /** The broadcast shape of the indices, the place of its dimensions in the result, and the row for each. */
  readonly shape: Shape
  readonly place: number
  readonly positions: Tensor
}

function taken(x: Tensor, given: Indices): Taken {
  const indices = withoutMasks(x, given)
  const dims = indices.flatMap((index, dim) => (index === null ? [] : [dim]))
  const others = x.shape.map((_, dim) => dim).filter((dim) => !dims.includes(dim))
  const shape = indices.reduce<Shape>((all, index) => {
    if (index === null) return all
    try {
      return broadcastShapes('index', all, index.shape, ['indices', 'indices'])
    } catch {
      const shapes = indices.flatMap((other) => (other === null ? [] : [formatShape(other.shape)]))
      throw new IndexError(
        `shape mismatch: indexing tensors could not be broadcast together with shapes ${shapes.join(', ')}`,
      )
    }
  }, [])
  const sizes = dims.map((dim) => x.shape[dim])
  const factors = factorsOf(sizes)
  const positions = noPositions(shape)
  for (const [i, dim] of dims.entries()) {
    const index = expand(indices[dim] as Tensor, shape)
    addPositions(positions, index, dim, sizes[i], factors[i], true)
  }
  const areAdjacent = dims.every((dim, i) => i === 0 || dim === dims[i - 1] + 1)
  return {
    order: [...dims, ...others],
    rows: numelOf(sizes),
    rest: others.map((dim) => x.shape[dim]),
    shape,
    place: areAdjacent ? (dims[0] ?? 0) : 0,
    positions: reshape(positions, [-1]),
  }
}

/** The indexed dimensions as one, before all others. */
const asRows = (x: Tensor, { order, rows, rest }: Taken): Tensor =>
  reshape(permute(x, order), [rows, ...rest])

/** The order of dimensions that moves `count` of them from the start to `place`, or back. */
function moved(rank: number, count: number, place: number, back: boolean): number[] {
  const all = Array.from({ length: rank }, (_, i) => i)
  const [from, to] = back ? [place, 0] : [0, place]
  const block = all.splice(from, count)
  all.splice(to, 0, ...block)
  return all
}

/** The elements at indices, a copy. */
export function index(x: Tensor, indices: Indices): Tensor {
  const what = taken(x, indices)
  const { shape, rest, place, positions } = what
  const rows = reshape(selected(asRows(x, what), 0, positions), [...shape, ...rest])
  const result = place === 0 ? rows : permute(rows, moved(rows.dim(), shape.length, place, false))
  // How many elements a mask takes depends on its values.
  if (!indices.every((each) => each === null || each.dtype === 'int32')) return result
  const dims = indices.flatMap((each, dim) => (each === null ? [] : [dim]))
  return asWhole('index', [x, ...indices], result, dims)
}

/** `x` with `values` written at indices, broadcast, or added to what is there. */
export function index_put(x: Tensor, indices: Indices, values: Tensor, accumulate: boolean): Tensor {
  if (values.dtype !== x.dtype) {
    throw new RuntimeError(
      `Index put requires the source and destination dtypes match, got ${nameOf(x.dtype)} for the destination and ${nameOf(values.dtype)} for the source.`,
    )
  }
  const [mask] = indices
  const isFill = indices.length === 1 && mask?.dtype === 'bool' && !accumulate && values.numel() === 1
  if (isFill && sameShape(mask.shape, x.shape)) return masked_fill(x, mask, reshape(values, []))
  const what = taken(x, indices)
  const { shape, rest, place, positions, order } = what
  // In the dimensions of the result of index.
  const target = [...rest.slice(0, place), ...shape, ...rest.slice(place)]
  const written = expand(withoutLeadingOnes(values, target.length), target)
  const values_first = permute(written, moved(target.length, shape.length, place, true))
  const count = positions.numel()
  const rows = asRows(x, what)
  const places = expand(reshape(positions, [count, ...rest.map(() => 1)]), [count, ...rest])
  const source = reshape(values_first, [count, ...rest])
  const result = scattered(rows, 0, places, source, accumulate ? 'sum' : null)
  const back = order.map((_, dim) => order.indexOf(dim))
  return permute(
    reshape(
      result,
      order.map((dim) => x.shape[dim]),
    ),
    back,
  )
}

/** As torch assigns: superfluous leading dimensions of size 1 are dropped. */
function withoutLeadingOnes(values: Tensor, rank: number): Tensor {
  let { shape } = values
  while (shape.length > rank && shape[0] === 1) shape = shape.slice(1)
  return reshape(values, shape)
}

/** The flat elements at positions, negative ones from the end, in their shape. */
export function take(x: Tensor, positions: Tensor): Tensor {
  checkIndexTensor('take', positions)
  return reshape(index(reshape(x, [-1]), [reshape(positions, [-1])]), positions.shape)
}

/** The values of `source` written at positions among the flat elements, or added to what is there. */
export function put(x: Tensor, positions: Tensor, source: Tensor, accumulate: boolean): Tensor {
  checkIndexTensor('put_', positions)
  if (positions.numel() !== source.numel()) {
    throw new RuntimeError(
      `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel()}, index.numel() = ${positions.numel()}`,
    )
  }
  const flat = index_put(reshape(x, [-1]), [reshape(positions, [-1])], reshape(source, [-1]), accumulate)
  return reshape(flat, x.shape)
}
