/** Public functions: other shapes and orders of the same elements. */
import { signature } from '../call/signature.js'
import * as strided from '../ops/shape/as_strided.js'
import * as copies from '../ops/shape/clone.js'
import * as diagonals from '../ops/shape/diagonal.js'
import * as enlarge from '../ops/shape/expand.js'
import * as order from '../ops/shape/permute.js'
import * as views from '../ops/shape/view.js'
import { isDense } from '../tensor/elements.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type {
  Flattened,
  Permuted,
  Reshaped,
  Squeezed,
  Swapped,
  Transposed,
  Unsqueezed,
} from '../tensor/typed/rearrange.js'
import type { Dims } from '../tensor/typed/reduce.js'

/** Integers one by one, or in one array. */
export type Variadic = number[] | [sizes: readonly number[]]

const RESHAPE = signature('reshape', 'input: Tensor', '*shape: int')
const VIEW = signature('view', 'input: Tensor', '*size: int')
const FLATTEN = signature('flatten', 'input: Tensor', 'start_dim: int = 0', 'end_dim: int = -1')
const UNFLATTEN = signature('unflatten', 'input: Tensor', 'dim: int', 'sizes: ints')
const UNSQUEEZE = signature('unsqueeze', 'input: Tensor', 'dim: int')
const SQUEEZE = signature('squeeze', 'input: Tensor', 'dim: int|ints = None')
const EXPAND = signature('expand', 'input: Tensor', '*size: int', '*', 'implicit: False = False')
const PERMUTE = signature('permute', 'input: Tensor', '*dims: int')
const TRANSPOSE = signature('transpose', 'input: Tensor', 'dim0: int', 'dim1: int')
const T = signature('t', 'input: Tensor')
const DIAGONAL = signature('diagonal', 'input: Tensor', 'offset: int = 0', 'dim1: int = 0', 'dim2: int = 1')
const UNFOLD = signature('unfold', 'self: Tensor', 'dimension: int', 'size: int', 'step: int')
const AS_STRIDED = signature(
  'as_strided',
  'input: Tensor',
  'size: ints',
  'stride: ints',
  'storage_offset: int = None',
)
const CONTIGUOUS = signature('contiguous', 'self: Tensor', 'memory_format: None = None')

/**
 * The same elements in another shape: a view if possible, else a copy. One size may be -1.
 *
 * @throws RuntimeError if the shape does not have as many elements
 * @example torch.reshape(torch.arange(6), 2, -1).shape // [2, 3]
 */
export function reshape<const R extends Shape>(input: Tensor, shape: R): Tensor<Reshaped<R>>
export function reshape<const R extends Shape>(input: Tensor, ...shape: R): Tensor<Reshaped<R>>
export function reshape<const R extends Shape>(input: Tensor, options: { shape: R }): Tensor<Reshaped<R>>
export function reshape(...args: unknown[]): Tensor {
  const [input, shape] = RESHAPE.read(args)
  return views.reshape(input, shape)
}

/**
 * Like {@link reshape}, but never copies.
 *
 * @throws RuntimeError if no view with this shape is possible, as for a transposed matrix
 */
export function view<const R extends Shape>(input: Tensor, size: R): Tensor<Reshaped<R>>
export function view<const R extends Shape>(input: Tensor, ...size: R): Tensor<Reshaped<R>>
export function view<const R extends Shape>(input: Tensor, options: { size: R }): Tensor<Reshaped<R>>
export function view(...args: unknown[]): Tensor {
  const [input, size] = VIEW.read(args)
  return views.view(input, size)
}

/** Keywords of {@link flatten}. */
export interface FlattenOptions<D extends number = number, E extends number = number> {
  start_dim?: D
  end_dim?: E
}

/** Flattens dimensions `start_dim` to `end_dim` to one. */
export function flatten<S extends Shape, D extends number = 0, E extends number = -1>(
  input: Tensor<S>,
  start_dim?: D | FlattenOptions<D, E>,
  end_dim?: E | Pick<FlattenOptions<D, E>, 'end_dim'>,
): Tensor<Flattened<S, D, E>>
export function flatten(...args: unknown[]): Tensor {
  const [input, start_dim, end_dim] = FLATTEN.read(args)
  return views.flatten(input, start_dim, end_dim)
}

/**
 * Splits dimension `dim` into several of `sizes`; one may be -1.
 *
 * @example torch.unflatten(torch.zeros([2, 6]), 1, [3, -1]).shape // [2, 3, 2]
 */
export function unflatten(input: Tensor, dim: number, sizes: Shape | { sizes: Shape }): Tensor
export function unflatten(input: Tensor, options: { dim: number; sizes: Shape }): Tensor
export function unflatten(...args: unknown[]): Tensor {
  return views.unflatten(...UNFLATTEN.read(args))
}

/** Inserts a dimension of size 1 before `dim`. */
export function unsqueeze<S extends Shape, D extends number>(
  input: Tensor<S>,
  dim: D | { dim: D },
): Tensor<Unsqueezed<S, D>>
export function unsqueeze(...args: unknown[]): Tensor {
  const [input, dim] = UNSQUEEZE.read(args)
  return views.unsqueeze(input, dim)
}

/** Removes dimension `dim`, or several, if their size is 1; by default all dimensions of size 1. */
export function squeeze<S extends Shape, const D extends Dims | null = null>(
  input: Tensor<S>,
  dim?: D | { dim?: D },
): Tensor<Squeezed<S, D>>
export function squeeze(...args: unknown[]): Tensor {
  const [input, dim] = SQUEEZE.read(args)
  return views.squeeze(input, dim ?? undefined)
}

/** Broadcasts dimensions of size 1, and missing leading ones, to `size`, as a view; -1 keeps a size. */
export function expand<const R extends Shape>(input: Tensor, size: R): Tensor<Reshaped<R>>
export function expand<const R extends Shape>(input: Tensor, ...size: R): Tensor<Reshaped<R>>
export function expand<const R extends Shape>(input: Tensor, options: { size: R }): Tensor<Reshaped<R>>
export function expand(...args: unknown[]): Tensor {
  const [input, size] = EXPAND.read(args)
  return enlarge.expand(input, size)
}

/** Reorders the dimensions to `dims`, as a view. */
export function permute<S extends Shape, const D extends Shape>(
  input: Tensor<S>,
  dims: D,
): Tensor<Permuted<S, D>>
export function permute<S extends Shape, const D extends Shape>(
  input: Tensor<S>,
  ...dims: D
): Tensor<Permuted<S, D>>
export function permute<S extends Shape, const D extends Shape>(
  input: Tensor<S>,
  options: { dims: D },
): Tensor<Permuted<S, D>>
export function permute(...args: unknown[]): Tensor {
  const [input, dims] = PERMUTE.read(args)
  return order.permute(input, dims)
}

/** Swaps two dimensions, as a view. */
export function transpose<S extends Shape, D0 extends number, D1 extends number>(
  input: Tensor<S>,
  dim0: D0,
  dim1: D1 | { dim1: D1 },
): Tensor<Swapped<S, D0, D1>>
export function transpose<S extends Shape, D0 extends number, D1 extends number>(
  input: Tensor<S>,
  options: { dim0: D0; dim1: D1 },
): Tensor<Swapped<S, D0, D1>>
export function transpose(...args: unknown[]): Tensor {
  const [input, dim0, dim1] = TRANSPOSE.read(args)
  return order.transpose(input, dim0, dim1)
}

/** Transposes a matrix, as a view. */
export function t<S extends Shape>(input: Tensor<S>): Tensor<Transposed<S>>
export function t(...args: unknown[]): Tensor {
  return order.t(T.read(args)[0])
}

/** Keywords of {@link diagonal}. */
export interface DiagonalOptions {
  offset?: number
  dim1?: number
  dim2?: number
}

/**
 * The diagonal of dimensions `dim1` and `dim2`, moved by `offset`, as the last dimension in place of both; a view.
 *
 * @example torch.diagonal(torch.eye(3)).tolist() // [1, 1, 1]
 */
export function diagonal(
  input: Tensor,
  offset?: number | DiagonalOptions,
  dim1?: number | Omit<DiagonalOptions, 'offset'>,
  dim2?: number | Pick<DiagonalOptions, 'dim2'>,
): Tensor
export function diagonal(...args: unknown[]): Tensor {
  return diagonals.diagonal(...DIAGONAL.read(args))
}

/**
 * A view of the storage of `input` with sizes `size` and strides `stride`, in elements. It starts at
 * `storage_offset`, by default that of `input`.
 *
 * @throws RuntimeError if it exceeds the storage
 * @example torch.as_strided(torch.arange(9), [3], [4]).tolist() // [0, 4, 8]
 */
export function as_strided(
  input: Tensor,
  size: Shape,
  stride: readonly number[] | { stride: readonly number[]; storage_offset?: number | null },
  storage_offset?: number | { storage_offset?: number | null } | null,
): Tensor
export function as_strided(...args: unknown[]): Tensor {
  return strided.as_strided(...AS_STRIDED.read(args))
}

/** Windows along a dimension; only a method, as in torch. */
export function unfold(...args: unknown[]): Tensor {
  return diagonals.unfold(...UNFOLD.read(args))
}

/** A copy unless the elements are contiguous; only a method, as in torch. */
export function contiguous(...args: unknown[]): Tensor {
  const [self] = CONTIGUOUS.read(args)
  return isDense(self) ? self : copies.clone(self)
}
