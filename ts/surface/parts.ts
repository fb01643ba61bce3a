/** Public functions: parts of tensors, and joining tensors. */
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import * as choice from '../ops/elementwise/where.js'
import { nonzeroEach } from '../ops/indexing/nonzero.js'
import * as copies from '../ops/shape/clone.js'
import * as gather from '../ops/shape/index_select.js'
import * as join from '../ops/shape/join.js'
import * as slices from '../ops/shape/slice.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Broadcast, Broadcastable } from '../tensor/typed/broadcast.js'
import type { Concatenated, Stacked } from '../tensor/typed/reduce.js'
import type { Like, Replace, Skip } from '../tensor/typed/sizes.js'

const SELECT = signature('select', 'input: Tensor', 'dim: int', 'index: int')
const NARROW = signature('narrow', 'input: Tensor', 'dim: int', 'start: int|Tensor', 'length: int')
const SLICE = signature(
  'slice',
  'input: Tensor',
  'dim: int = 0',
  'start: number = None',
  'end: number = None',
  'step: int = 1',
)
const AT = signature('at', 'input: Tensor', '*indices: int = []')
const INDEX_SELECT = signature('index_select', 'input: Tensor', 'dim: int', 'index: Tensor')
const CAT = signature('cat', 'tensors: list', 'dim: int = 0')
const STACK = signature('stack', 'tensors: list', 'dim: int = 0')
const WHERE = signature('where', 'condition: Tensor', 'input: TensorLike = None', 'other: TensorLike = None')
const MASKED_FILL = signature('masked_fill', 'input: Tensor', 'mask: Tensor', 'value: TensorLike')
const CLONE = signature('clone', 'input: Tensor', '*', 'memory_format: None = None')

/** Element `index` of dimension `dim`, without that dimension; a view. */
export function select<S extends Shape, D extends number>(
  input: Tensor<S>,
  dim: D,
  index: number | { index: number },
): Tensor<Replace<S, D, readonly []>>
export function select<S extends Shape, D extends number>(
  input: Tensor<S>,
  options: { dim: D; index: number },
): Tensor<Replace<S, D, readonly []>>
export function select(...args: unknown[]): Tensor {
  const [input, dim, index] = SELECT.read(args)
  return slices.select(input, dim, index)
}

/** Elements `start` to `start + length` of dimension `dim`; a view. */
export function narrow<S extends Shape, D extends number, N extends number>(
  input: Tensor<S>,
  dim: D,
  start: number,
  length: N | { length: N },
): Tensor<Replace<S, D, readonly [N]>>
export function narrow<S extends Shape, D extends number, N extends number>(
  input: Tensor<S>,
  options: { dim: D; start: number; length: N },
): Tensor<Replace<S, D, readonly [N]>>
export function narrow(...args: unknown[]): Tensor {
  const [input, dim, start, length] = NARROW.read(args)
  return slices.narrow(input, dim, typeof start === 'number' ? start : wholeOf(start), length)
}

/** The integer in a tensor. */
function wholeOf(start: Tensor): number {
  if (start.dtype === 'int32' && start.dim() === 0) return start.item()
  throw new RuntimeError('narrow: start must be an 0-dim integral Tensor.')
}

/** Keywords of {@link slice}. */
export interface SliceOptions<D extends number = number> {
  dim?: D
  start?: number | null
  end?: number | null
  step?: number
}

/**
 * Elements `start` to `end` of dimension `dim`, every `step`-th, like Python's `x[start:end:step]`:
 * negative indices count from the end, and indices out of range are clamped. A view.
 *
 * @example torch.slice(torch.arange(10), 0, 2, -2).tolist() // [2, 3, 4, 5, 6, 7]
 */
export function slice<S extends Shape, D extends number = 0>(
  input: Tensor<S>,
  dim?: D | SliceOptions<D>,
  start?: number | Omit<SliceOptions, 'dim'> | null,
  end?: number | Pick<SliceOptions, 'end' | 'step'> | null,
  step?: number | Pick<SliceOptions, 'step'>,
): Tensor<Replace<S, D, readonly [number]>>
export function slice(...args: unknown[]): Tensor {
  return slices.slice(...SLICE.read(args))
}

/**
 * The part at `indices` of the first dimensions, 0-d if all are given. A
 * view, through which gradients flow.
 *
 * @throws IndexError if there is no such part
 * @example torch.eye(3).at(1, -2).item() // 1
 */
export function at<S extends Shape, I extends Shape>(
  input: Tensor<S>,
  ...indices: I
): Tensor<Skip<S, I['length']>>
export function at(...args: unknown[]): Tensor {
  const [input, indices] = AT.read(args)
  return slices.at(input, ...indices)
}

/** The elements of dimension `dim` at `index` (int32, 1-D), in that order; indices may repeat. */
export function index_select<S extends Shape, D extends number>(
  input: Tensor<S>,
  dim: D,
  index: Tensor | { index: Tensor },
): Tensor<Replace<S, D, readonly [number]>>
export function index_select<S extends Shape, D extends number>(
  input: Tensor<S>,
  options: { dim: D; index: Tensor },
): Tensor<Replace<S, D, readonly [number]>>
export function index_select(...args: unknown[]): Tensor {
  const [input, dim, index] = INDEX_SELECT.read(args)
  return gather.index_select(input, dim, index)
}

/** Concatenates tensors along dimension `dim`; their shapes must be equal except for `dim`. */
export function cat<const T extends readonly Tensor[], D extends number = 0>(
  tensors: T,
  dim?: D | { dim?: D },
): Tensor<Concatenated<T, D>>
export function cat(...args: unknown[]): Tensor {
  const [tensors, dim] = CAT.read(args)
  return join.cat(tensors as readonly Tensor[], dim)
}

/** Stacks tensors of the same shape along a new dimension `dim`. */
export function stack<const T extends readonly Tensor[], D extends number = 0>(
  tensors: T,
  dim?: D | { dim?: D },
): Tensor<Stacked<T, D>>
export function stack(...args: unknown[]): Tensor {
  const [tensors, dim] = STACK.read(args)
  return join.stack(tensors as readonly Tensor[], dim)
}

/**
 * `condition ? input : other`, element by element, all three broadcast together. The result has the type to
 * which torch promotes both.
 *
 * @example torch.where(x.gt(0), x, 0)
 */
export function where<C extends Shape, A extends Shape = readonly [], B extends Shape = readonly []>(
  condition: Tensor<C>,
  input: Like<A>,
  other: Like<B>,
): Tensor<Broadcast<Broadcast<A, B>, C>>
/** Of a condition alone, the indices where it is true: a tensor for each dimension. */
export function where(condition: Tensor): Tensor[]
export function where(...args: unknown[]): Tensor | Tensor[] {
  const [condition, input, other] = WHERE.read(args)
  if (input === null && other === null) return nonzeroEach(condition)
  if (input === null || other === null)
    throw new TypeError('where: condition alone, or condition, input and other must be given')
  return choice.where(condition, input, other)
}

/**
 * `value` where `mask` is true, elsewhere `input`.
 *
 * @param mask bool, broadcast with `input`
 * @param value a number, or a 0-d tensor, to which gradients also flow
 * @example scores.masked_fill(seen, -Infinity)
 */
export function masked_fill<S extends Shape, M extends Shape>(
  input: Tensor<S>,
  mask: Tensor<M> & Broadcastable<S, M>,
  value: TensorLike | { value: TensorLike },
): Tensor<Broadcast<S, M>>
export function masked_fill(...args: unknown[]): Tensor {
  return choice.masked_fill(...MASKED_FILL.read(args))
}

/** A copy with its own memory; gradients flow back to `input`. */
export function clone<S extends Shape>(input: Tensor<S>): Tensor<S>
export function clone(...args: unknown[]): Tensor {
  return copies.clone(CLONE.read(args)[0])
}
