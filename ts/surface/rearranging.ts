/** Public functions: elements repeated, reversed and moved, dimensions in another order, triangles and diagonals. */
import { RuntimeError } from '../base/errors.js'
import { triangle } from '../ops/elementwise/triangle.js'
import * as diagonals from '../ops/shape/diagonals.js'
import * as enlarge from '../ops/shape/expand.js'
import { transpose } from '../ops/shape/permute.js'
import * as repeats from '../ops/shape/repeat.js'
import * as reverse from '../ops/shape/reverse.js'
import * as views from '../ops/shape/view.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { SameShape } from '../tensor/typed/calls.js'
import { called } from './called.js'
import type { Variadic } from './shape.js'

const INPUT = 'input: Tensor'

/** Of one tensor. */
export type Unary = (input: Tensor) => Tensor
/** Of a tensor and integers, one by one or in one array. */
export type WithIntegers<Name extends string> = (
  input: Tensor,
  ...integers: Variadic | [{ [K in Name]: Shape }]
) => Tensor
type Integers = number | Shape

/** Repeats the tensor along each dimension; as a method too. */
export const repeat: WithIntegers<'repeats'> = called('repeat', [INPUT, '*repeats: int'], repeats.repeat)

/**
 * The tensor repeated along each dimension; missing leading numbers are 1.
 *
 * @example torch.tile(torch.tensor([1, 2]), 2).tolist() // [1, 2, 1, 2]
 */
export const tile: WithIntegers<'dims'> = called('tile', [INPUT, '*dims: int'], repeats.tile)

/** Keywords of {@link repeat_interleave}. */
export interface RepeatOptions {
  /** The dimension; by default the elements are those of the flat tensor. */
  dim?: number | null
  /** The size of the dimension in the result, if it is known. */
  output_size?: number | null
}

/**
 * Each element along `dim` repeated `repeats` times, or each as often as its own number says. Of a tensor of numbers alone, each
 * index as often as its number says.
 *
 * @example torch.repeat_interleave(torch.tensor([1, 2]), 2).tolist() // [1, 1, 2, 2]
 */
export const repeat_interleave: (
  input: Tensor,
  repeats?: number | Tensor | RepeatOptions,
  dim?: number | null | RepeatOptions,
  options?: RepeatOptions,
) => Tensor = called(
  'repeat_interleave',
  [INPUT, 'repeats: int|Tensor = None', 'dim: int = None', '*', 'output_size: int = None'],
  (input, times, dim, size) =>
    times === null ? repeats.repeated(input, size) : repeats.repeat_interleave(input, times, dim, size),
)

/** The elements in reverse order along `dims`; a copy. */
export const flip: WithIntegers<'dims'> = called('flip', [INPUT, '*dims: int'], reverse.flip)
/** The columns in reverse order. */
export const fliplr: SameShape = called('fliplr', [INPUT], (x) => reverse.flip_along('fliplr', x, 1)) as never
/** The rows in reverse order. */
export const flipud: SameShape = called('flipud', [INPUT], (x) => reverse.flip_along('flipud', x, 0)) as never

/** The elements moved by `shifts` along `dims`, those at the end to the start; without `dims` those of the flat tensor. */
export const roll: (
  input: Tensor,
  shifts: Integers | { shifts: Integers; dims?: Integers },
  dims?: Integers | { dims?: Integers },
) => Tensor = called('roll', [INPUT, 'shifts: int|ints', 'dims: int|ints = []'], reverse.roll)

/** A turn by `k` right angles from the first of the two dimensions `dims`, by default [0, 1], to the second. */
export const rot90: (
  input: Tensor,
  k?: number | { k?: number; dims?: Shape },
  dims?: Shape | { dims?: Shape },
) => Tensor = called('rot90', [INPUT, 'k: int = 1', 'dims: ints = [0, 1]'], reverse.rot90)

/** Dimensions `source` moved to the places `destination`, a view. */
type Moving = (input: Tensor, source: Integers, destination: Integers | { destination: Integers }) => Tensor
const moving = (name: string): Moving =>
  called(name, [INPUT, 'source: int|ints', 'destination: int|ints'], reverse.movedim)
/** Dimensions `source` moved to the places `destination`, a view. */
export const movedim: Moving = moving('movedim')
/** The same as {@link movedim}. */
export const moveaxis: Moving = moving('moveaxis')

type Swapping = (input: Tensor, a: number, b: number) => Tensor
/** Two dimensions swapped, a view. */
export const swapaxes: Swapping = called('swapaxes', [INPUT, 'axis0: int', 'axis1: int'], transpose)
/** The same as {@link swapaxes}. */
export const swapdims: Swapping = called('swapdims', [INPUT, 'dim0: int', 'dim1: int'], transpose)

/** Matrices transposed: the last two dimensions swapped, a view. */
export const adjoint: Unary = called('adjoint', [INPUT], (x) => matrixTransposed('adjoint', x))

export function matrixTransposed(name: string, x: Tensor): Tensor {
  if (x.dim() < 2) {
    throw new RuntimeError(
      `tensor.${name} is only supported on matrices or batches of matrices. Got ${x.dim()}-D tensor.`,
    )
  }
  return transpose(x, -2, -1)
}

/** The moved diagonal; 0 is the main one. */
type Triangle = <S extends Shape>(input: Tensor<S>, diagonal?: number | { diagonal?: number }) => Tensor<S>
const triangleOf = (name: string, above: boolean): Triangle =>
  called(name, [INPUT, 'diagonal: int = 0'], (x, diagonal) => triangle(name, x, diagonal, above)) as never
/** The elements of matrices on and below a diagonal, else 0. */
export const tril: Triangle = triangleOf('tril', true)
/** The elements of matrices on and above a diagonal, else 0. */
export const triu: Triangle = triangleOf('triu', false)

/** A vector as a diagonal, or the diagonal of a matrix as a copy. */
export const diag: (input: Tensor, diagonal?: number | { diagonal?: number }) => Tensor = called(
  'diag',
  [INPUT, 'diagonal: int = 0'],
  diagonals.diag,
)
/** All elements as a diagonal. */
export const diagflat: (input: Tensor, offset?: number | { offset?: number }) => Tensor = called(
  'diagflat',
  [INPUT, 'offset: int = 0'],
  diagonals.diagflat,
)
/** The last dimension as a diagonal of two new ones, by default the last two. */
export const diag_embed: (
  input: Tensor,
  offset?: number | { offset?: number; dim1?: number; dim2?: number },
  dim1?: number | { dim1?: number; dim2?: number },
  dim2?: number | { dim2?: number },
) => Tensor = called(
  'diag_embed',
  [INPUT, 'offset: int = 0', 'dim1: int = -2', 'dim2: int = -1'],
  diagonals.diag_embed,
)

/** Broadcast to a size, a view. */
export const broadcast_to: (input: Tensor, ...size: Variadic) => Tensor = called(
  'broadcast_to',
  [INPUT, '*size: int'],
  enlarge.expand,
)

/** The elements in one dimension: a view if possible. */
export const ravel: Unary = called('ravel', [INPUT], (x) => views.reshape(x, [-1]))

const asOther = (name: string, work: (x: Tensor, shape: Shape) => Tensor) =>
  called(name, ['self: Tensor', 'other: Tensor'], (x, other) => work(x, other.shape))
/** Methods that take the shape of another tensor. */
export const expand_as = asOther('expand_as', enlarge.expand)
export const view_as = asOther('view_as', views.view)
export const reshape_as = asOther('reshape_as', views.reshape)

/** The same tensor: elements are neither complex nor negated lazily. */
const same = (name: string): Unary => called(name, [INPUT], (x) => x)
/** The tensor itself: elements are never complex. */
export const conj: SameShape = same('conj') as never
/** The tensor itself: elements are never complex. */
export const conj_physical: SameShape = same('conj_physical') as never
/** The tensor itself: elements are never complex. */
export const resolve_conj: SameShape = same('resolve_conj') as never
/** The tensor itself: elements are never complex. */
export const resolve_neg: SameShape = same('resolve_neg') as never
/** The real part: the same tensor. */
export const real: SameShape = same('real') as never

/** `x` with a diagonal overwritten by `value`, in place; of a tall matrix once more after each square part if `wrap`. */
export const fill_diagonal_ = called(
  'fill_diagonal_',
  ['self: Tensor', 'fill_value: number|bool', 'wrap: bool = False'],
  (x, value, wrap) => diagonals.fill_diagonal_(x, Number(value), wrap),
)
