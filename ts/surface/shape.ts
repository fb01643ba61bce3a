/** Other shapes and orders of the same elements, as users call them. */
import { signature } from '../call/signature.js'
import * as enlarge from '../ops/shape/expand.js'
import * as order from '../ops/shape/permute.js'
import * as views from '../ops/shape/view.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

/** Integers one by one, or in one array. */
export type Variadic = number[] | [sizes: readonly number[]]

const RESHAPE = signature('reshape', 'input: Tensor', '*shape: int')
const VIEW = signature('view', 'input: Tensor', '*size: int')
const FLATTEN = signature('flatten', 'input: Tensor', 'start_dim: int = 0', 'end_dim: int = -1')
const UNSQUEEZE = signature('unsqueeze', 'input: Tensor', 'dim: int')
const SQUEEZE = signature('squeeze', 'input: Tensor', 'dim: int|ints = None')
const EXPAND = signature('expand', 'input: Tensor', '*size: int', '*', 'implicit: False = False')
const PERMUTE = signature('permute', 'input: Tensor', '*dims: int')
const TRANSPOSE = signature('transpose', 'input: Tensor', 'dim0: int', 'dim1: int')
const T = signature('t', 'input: Tensor')

/**
 * The same elements in another shape, sharing memory; one size may be -1.
 *
 * @throws RuntimeError where the shape does not hold as many elements
 * @example torch.reshape(torch.arange(6), 2, -1).shape // [2, 3]
 */
export function reshape(input: Tensor, ...shape: Variadic): Tensor
export function reshape(input: Tensor, options: { shape: Shape }): Tensor
export function reshape(...args: unknown[]): Tensor {
  const [input, shape] = RESHAPE.read(args)
  return views.reshape(input, shape)
}

/** {@link reshape} under its other name: every tensor is contiguous. */
export function view(input: Tensor, ...size: Variadic): Tensor
export function view(input: Tensor, options: { size: Shape }): Tensor
export function view(...args: unknown[]): Tensor {
  const [input, size] = VIEW.read(args)
  return views.reshape(input, size)
}

/** Keywords of {@link flatten}. */
export interface FlattenOptions {
  start_dim?: number
  end_dim?: number
}

/** Dimensions `start_dim` to `end_dim` as one. */
export function flatten(
  input: Tensor,
  start_dim?: number | FlattenOptions,
  end_dim?: number | Pick<FlattenOptions, 'end_dim'>,
): Tensor
export function flatten(...args: unknown[]): Tensor {
  const [input, start_dim, end_dim] = FLATTEN.read(args)
  return views.flatten(input, start_dim, end_dim)
}

/** A dimension of size 1 more, before `dim`. */
export function unsqueeze(input: Tensor, dim: number | { dim: number }): Tensor
export function unsqueeze(...args: unknown[]): Tensor {
  const [input, dim] = UNSQUEEZE.read(args)
  return views.unsqueeze(input, dim)
}

/** Without dimension `dim`, or those of an array, if their size is 1; without all of size 1 if `dim` is left out. */
export function squeeze(
  input: Tensor,
  dim?: number | readonly number[] | { dim?: number | readonly number[] | null } | null,
): Tensor
export function squeeze(...args: unknown[]): Tensor {
  const [input, dim] = SQUEEZE.read(args)
  return views.squeeze(input, dim ?? undefined)
}

/** Dimensions of size 1, and missing leading ones, repeated to `size`; -1 keeps a size. A copy, not a view. */
export function expand(input: Tensor, ...size: Variadic): Tensor
export function expand(input: Tensor, options: { size: Shape }): Tensor
export function expand(...args: unknown[]): Tensor {
  const [input, size] = EXPAND.read(args)
  return enlarge.expand(input, size)
}

/** Dimensions in the order `dims`. A copy, not a view. */
export function permute(input: Tensor, ...dims: Variadic): Tensor
export function permute(input: Tensor, options: { dims: readonly number[] }): Tensor
export function permute(...args: unknown[]): Tensor {
  const [input, dims] = PERMUTE.read(args)
  return order.permute(input, dims)
}

/** Two dimensions exchanged. A copy, not a view. */
export function transpose(input: Tensor, dim0: number, dim1: number | { dim1: number }): Tensor
export function transpose(input: Tensor, options: { dim0: number; dim1: number }): Tensor
export function transpose(...args: unknown[]): Tensor {
  const [input, dim0, dim1] = TRANSPOSE.read(args)
  return order.transpose(input, dim0, dim1)
}

/** Rows and columns exchanged. A copy, not a view. */
export function t(input: Tensor): Tensor
export function t(...args: unknown[]): Tensor {
  return order.t(T.read(args)[0])
}
