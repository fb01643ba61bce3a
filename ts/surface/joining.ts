/** Public functions: joining tensors, and tensors as coordinates. */

import { signature } from '../call/signature.js'
import * as enlarge from '../ops/shape/expand.js'
import * as join from '../ops/shape/join.js'
import * as stacks from '../ops/shape/stacks.js'
import { broadcastShapes, checkShape, ownIntegers, type Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

/** Of a list of tensors. */
type OfList = (tensors: readonly Tensor[]) => Tensor
/** Of tensors, one by one or in one array. */
type OfTensors<Result> = (...tensors: Tensor[] | [tensors: readonly Tensor[]]) => Result

const concatenating = (name: string) =>
  called(name, ['tensors: list', 'dim: int = 0'], (tensors, dim) => join.cat(tensors as Tensor[], dim))
/** The same as {@link cat}. */
export const concat: (tensors: readonly Tensor[], dim?: number | { dim?: number }) => Tensor =
  concatenating('concat')
/** The same as {@link cat}. */
export const concatenate: (tensors: readonly Tensor[], dim?: number | { dim?: number }) => Tensor =
  concatenating('concatenate')

const ofList = (name: string, work: (tensors: readonly unknown[]) => Tensor): OfList =>
  called(name, ['tensors: list'], work)
/** Joined along dimension 1, vectors along their only one. */
export const hstack: OfList = ofList('hstack', stacks.hstack)
/** Joined along dimension 0, vectors as rows. */
export const vstack: OfList = ofList('vstack', stacks.vstack)
/** The same as {@link vstack}. */
export const row_stack: OfList = ofList('row_stack', stacks.vstack)
/** Joined along dimension 2. */
export const dstack: OfList = ofList('dstack', stacks.dstack)
/** Joined along dimension 1, vectors as columns. */
export const column_stack: OfList = ofList('column_stack', stacks.column_stack)

/** A function whose arguments are tensors, or one list of them. */
const ofTensors = <R>(name: string, work: (tensors: readonly Tensor[]) => R): OfTensors<R> =>
  called(name, ['*tensors: Tensor = []'], work)

/** At least so many dimensions, of one tensor or of each in a list. */
interface AtLeast {
  (input: Tensor): Tensor
  (...tensors: Tensor[] | [tensors: readonly Tensor[]]): Tensor[]
}
const atleast = (name: string, rank: number): AtLeast => {
  const each = called(name, ['*tensors: Tensor = []'], (tensors) =>
    stacks.tensorsOf(name, tensors).map((x) => stacks.atleast(x, rank)),
  )
  return ((...args: unknown[]) => {
    const isOne = args.length === 1 && args[0] instanceof Tensor
    const tensors = each(...args)
    return isOne ? tensors[0] : tensors
  }) as AtLeast
}
/** A number as a vector; others as they are. */
export const atleast_1d: AtLeast = atleast('atleast_1d', 1)
/** A vector as a row, a number as a matrix; others as they are. */
export const atleast_2d: AtLeast = atleast('atleast_2d', 2)
/** With at least three dimensions: a vector [n] as [1, n, 1], a matrix [n, m] as [n, m, 1]. */
export const atleast_3d: AtLeast = atleast('atleast_3d', 3)

/**
 * Vectors as coordinates of a grid: views of one shape, in which the first vector runs along dimension 0 (`'ij'`) or 1 (`'xy'`).
 *
 * @example const [row, column] = torch.meshgrid(torch.arange(2), torch.arange(3), { indexing: 'ij' })
 */
export const meshgrid: (
  ...tensors:
    | Tensor[]
    | [...Tensor[], { indexing?: 'ij' | 'xy' }]
    | [readonly Tensor[], { indexing?: 'ij' | 'xy' }?]
) => Tensor[] = called('meshgrid', ['*tensors: Tensor', '*', "indexing: str = 'ij'"], stacks.meshgrid)

/** All combinations of an element of each of the vectors, as rows. */
export const cartesian_prod: OfTensors<Tensor> = ofTensors('cartesian_prod', stacks.cartesian_prod)
/** The matrices along the diagonal of a matrix that is else 0. */
export const block_diag: OfTensors<Tensor> = ofTensors('block_diag', stacks.block_diag)

/** The combinations of `r` elements of a vector, as rows, each in the order of the vector. */
export const combinations: (
  input: Tensor,
  r?: number | { r?: number; with_replacement?: boolean },
  with_replacement?: boolean | { with_replacement?: boolean },
) => Tensor = called(
  'combinations',
  ['input: Tensor', 'r: int = 2', 'with_replacement: bool = False'],
  stacks.combinations,
)

/** The tensors broadcast together, as views. */
export const broadcast_tensors: OfTensors<Tensor[]> = ofTensors('broadcast_tensors', (tensors) => {
  const shape = commonShape(tensors.map((x) => x.shape))
  return tensors.map((x) => enlarge.expand(x, shape))
})

const SHAPES = signature('broadcast_shapes', '*shapes: int|ints = []')

/** The shape to which all of them are broadcast. */
export const broadcast_shapes: (...shapes: (Shape | number)[]) => Shape = (...args) => {
  const isOne = args.length === 1 && Array.isArray(args[0])
  const [shapes] = SHAPES.read([...args])
  return commonShape(
    (isOne ? [args[0]] : shapes).map((shape) =>
      ownIntegers('broadcast_shapes', 'shapes', typeof shape === 'number' ? [shape] : shape),
    ),
  )
}

function commonShape(shapes: readonly Shape[]): Shape {
  const shape = shapes.reduce((a, b) => broadcastShapes('broadcast_tensors', a, b, ['a', 'b']), [])
  for (const each of [...shapes, shape]) checkShape('broadcast_tensors', each)
  return shape
}
