/** Public functions: elements at indices, and writing at indices. */
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { mul } from '../ops/elementwise/binary.js'
import * as advanced from '../ops/indexing/advanced.js'
import * as along from '../ops/indexing/index_along.js'
import * as places from '../ops/indexing/nonzero.js'
import { type Writing, scatter as write } from '../ops/indexing/scatter.js'
import { clone } from '../ops/shape/clone.js'
import * as diagonals from '../ops/shape/diagonal.js'
import * as elements from '../ops/shape/gather.js'
import { copy_ } from '../ops/shape/in_place.js'
import * as slices from '../ops/shape/slice.js'
import type { Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import type { SliceOptions } from './parts.js'

const INPUT = 'input: Tensor'
const AT = [INPUT, 'dim: int', 'index: Tensor'] as const

/** `input[…, index[…, i, …], …]`: the elements along `dim` at an index for each place; `index` has as many dimensions. */
export const gather: (
  input: Tensor,
  dim: number,
  index: Tensor | { index: Tensor; sparse_grad?: false },
  options?: { sparse_grad?: false },
) => Tensor = called('gather', [...AT, '*', 'sparse_grad: bool = False'], (x, dim, index) =>
  elements.gather(x, dim, index),
)

/** {@link gather} with `input` and `indices` broadcast together but for `dim`; of the flat tensor without `dim`. */
export const take_along_dim: (
  input: Tensor,
  indices: Tensor,
  dim?: number | null | { dim?: number | null },
) => Tensor = called('take_along_dim', [INPUT, 'indices: Tensor', 'dim: int = None'], elements.take_along_dim)

/** The flat elements at positions, in the shape of `index`. */
export const take: (input: Tensor, index: Tensor | { index: Tensor }) => Tensor = called(
  'take',
  [INPUT, 'index: Tensor'],
  advanced.take,
)

/** How values combine with what is there. */
export type ScatterReduce = 'sum' | 'prod' | 'mean' | 'amax' | 'amin'

const MODES: Readonly<Record<string, Writing['combine']>> = {
  sum: 'sum',
  prod: 'prod',
  mean: 'mean',
  amax: 'amax',
  amin: 'amin',
}

function modeOf(op: string, reduce: string, modes = MODES): Writing['combine'] {
  if (Object.hasOwn(modes, reduce)) return modes[reduce]
  throw new RuntimeError(`${op}: reduce argument must be ${Object.keys(modes).join(', ')}, but got ${reduce}`)
}

const SCATTER = signature(
  'scatter',
  ...AT,
  'src: Tensor|number|bool = None',
  '*',
  'value: number|bool = None',
  'reduce: str = None',
)

/**
 * `src`, a tensor or a number, written at an index along `dim` for each of its places; of several for one place the last one stays.
 * `reduce` is `'add'` or `'multiply'` to combine them with what is there.
 *
 * @example torch.scatter(torch.zeros([2, 3]), 1, torch.tensor([[0], [2]]).int(), 1) // one-hot rows
 */
export const scatter: (
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | number | boolean | { src: Tensor } | { value: number; reduce?: 'add' | 'multiply' },
  options?: { reduce?: 'add' | 'multiply' },
) => Tensor = (...args: unknown[]) => {
  const [x, dim, index, given, value, reduce] = SCATTER.read(args)
  const src = given ?? value
  if (src === null) throw new TypeError("scatter() missing required argument 'src'")
  const combine = reduce === null ? null : modeOf('scatter', reduce, { add: 'sum', multiply: 'prod' })
  return write('scatter', x, dim, index, src instanceof Tensor ? src : Number(src), { combine })
}

/** The values of `src` added at an index along `dim` for each of them. */
export const scatter_add: (
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | { src: Tensor },
) => Tensor = called('scatter_add', [...AT, 'src: Tensor'], (x, dim, index, src) =>
  write('scatter_add', x, dim, index, src, { combine: 'sum' }),
)

/** The values of `src` combined at an index along `dim` for each of them, with what is there unless `include_self` is false. */
export const scatter_reduce: (
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: ScatterReduce | { reduce: ScatterReduce; include_self?: boolean },
  options?: { include_self?: boolean },
) => Tensor = called(
  'scatter_reduce',
  [...AT, 'src: Tensor', 'reduce: str', '*', 'include_self: bool = True'],
  (x, dim, index, src, reduce, include_self) =>
    write('scatter_reduce', x, dim, index, src, { combine: modeOf('scatter_reduce', reduce), include_self }),
)

type Adding = (
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | { source: Tensor; alpha?: number },
  options?: { alpha?: number },
) => Tensor
/** `alpha source` added to the elements of `dim` at `index`, a vector whose indices may repeat. */
export const index_add: Adding = called(
  'index_add',
  [...AT, 'source: Tensor', '*', 'alpha: number|bool = 1'],
  (x, dim, index, source, alpha) =>
    along.index_write('index_add', x, dim, index, alpha === 1 ? source : mul(source, alpha), {
      combine: 'sum',
    }),
)

/** The elements of `dim` at `index` overwritten by those of `source`. */
export const index_copy: (
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | { source: Tensor },
) => Tensor = called('index_copy', [...AT, 'source: Tensor'], (x, dim, index, source) =>
  along.index_write('index_copy', x, dim, index, source, { combine: null }),
)

/** The elements of `dim` at `index` overwritten by `value`, a number or a tensor of one. */
export const index_fill: (
  input: Tensor,
  dim: number,
  index: Tensor,
  value: number | boolean | Tensor | { value: number | boolean | Tensor },
) => Tensor = called('index_fill', [...AT, 'value: TensorLike'], along.index_fill)

/** `source` combined with the elements of `dim` at `index`, and with what is there unless `include_self` is false. */
export const index_reduce: (
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Exclude<ScatterReduce, 'sum'> | { reduce: Exclude<ScatterReduce, 'sum'>; include_self?: boolean },
  options?: { include_self?: boolean },
) => Tensor = called(
  'index_reduce',
  [...AT, 'source: Tensor', 'reduce: str', '*', 'include_self: bool = True'],
  (x, dim, index, source, reduce, include_self) =>
    along.index_write('index_reduce', x, dim, index, source, {
      combine: modeOf('index_reduce', reduce),
      include_self,
    }),
)

/** The values of `source` written at positions among the flat elements, or added. */
export const put: (
  input: Tensor,
  index: Tensor,
  source: Tensor,
  accumulate?: boolean | { accumulate?: boolean },
) => Tensor = called(
  'put',
  [INPUT, 'index: Tensor', 'source: Tensor', 'accumulate: bool = False'],
  advanced.put,
)

/** The elements where `mask`, of bool, is true, as a vector. */
export const masked_select: (input: Tensor, mask: Tensor | { mask: Tensor }) => Tensor = called(
  'masked_select',
  [INPUT, 'mask: Tensor'],
  places.masked_select,
)

/** The elements of `source`, one after the other, where `mask` is true, else those of `input`. */
export const masked_scatter: (input: Tensor, mask: Tensor, source: Tensor | { source: Tensor }) => Tensor =
  called('masked_scatter', [INPUT, 'mask: Tensor', 'source: Tensor'], places.masked_scatter)

/** Indices of elements that are not 0. */
interface Nonzero {
  (input: Tensor, options?: { as_tuple?: false }): Tensor
  (input: Tensor, options: { as_tuple: true }): Tensor[]
}
/**
 * The indices of elements that are not 0, one a row, [n, rank]; with `as_tuple` a vector for each dimension.
 *
 * @example torch.nonzero(torch.tensor([0, 5, 7])).tolist() // [[1], [2]]
 */
export const nonzero = called('nonzero', [INPUT, '*', 'as_tuple: bool = False'], (x, as_tuple) =>
  as_tuple ? places.nonzeroEach(x) : places.nonzero(x),
) as Nonzero
/** The indices of elements that are not 0, one a row. */
export const argwhere: (input: Tensor) => Tensor = called('argwhere', [INPUT], places.nonzero)
/** {@link nonzero} in `size` rows: the first ones, or filled up with `fill_value`, by default -1. */
export const nonzero_static: (input: Tensor, options: { size: number; fill_value?: number }) => Tensor =
  called('nonzero_static', [INPUT, '*', 'size: int', 'fill_value: int = -1'], places.nonzero_static)
/** The indices in `shape` of positions among all its elements, a tensor for each dimension. */
export const unravel_index: (indices: Tensor, shape: Shape | number | { shape: Shape | number }) => Tensor[] =
  called('unravel_index', ['indices: Tensor', 'shape: int|ints'], (indices, shape) =>
    places.unravel_index(indices, typeof shape === 'number' ? [shape] : shape),
  )

/** A copy of `x` whose part, a view of it, is overwritten by `src`. */
function withPart(x: Tensor, src: Tensor, part: (whole: Tensor) => Tensor): Tensor {
  const result = clone(x)
  const view = part(result)
  if (String(view.shape) !== String(src.shape)) {
    throw new RuntimeError(
      `expected src to have a size equal to the slice of self. src size = [${src.shape}], slice size = [${view.shape}]`,
    )
  }
  copy_(view, src)
  return result
}

const SRC = [INPUT, 'src: Tensor'] as const
/** A copy in which `src` overwrites the part at `index` of `dim`. */
export const select_scatter: (
  input: Tensor,
  src: Tensor,
  dim: number | { dim: number; index: number },
  index?: number | { index: number },
) => Tensor = called('select_scatter', [...SRC, 'dim: int', 'index: int'], (x, src, dim, index) =>
  withPart(x, src, (whole) => slices.select(whole, dim, index)),
)
/** A copy in which `src` overwrites a slice. */
export const slice_scatter: (
  input: Tensor,
  src: Tensor,
  dim?: number | SliceOptions,
  start?: number | null | Omit<SliceOptions, 'dim'>,
  end?: number | null | Pick<SliceOptions, 'end' | 'step'>,
  step?: number | Pick<SliceOptions, 'step'>,
) => Tensor = called(
  'slice_scatter',
  [...SRC, 'dim: int = 0', 'start: number = None', 'end: number = None', 'step: int = 1'],
  (x, src, dim, start, end, step) => withPart(x, src, (whole) => slices.slice(whole, dim, start, end, step)),
)
/** A copy in which `src` overwrites a diagonal. */
export const diagonal_scatter: (
  input: Tensor,
  src: Tensor,
  offset?: number | { offset?: number; dim1?: number; dim2?: number },
  dim1?: number,
  dim2?: number,
) => Tensor = called(
  'diagonal_scatter',
  [...SRC, 'offset: int = 0', 'dim1: int = 0', 'dim2: int = 1'],
  (x, src, offset, dim1, dim2) => withPart(x, src, (whole) => diagonals.diagonal(whole, offset, dim1, dim2)),
)
