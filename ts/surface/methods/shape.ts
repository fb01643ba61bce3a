/** Methods: parts, repetitions, and other orders of elements and dimensions. */
import { RuntimeError } from '../../base/errors.js'
import type { Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Reshaped, Reversed, Swapped } from '../../tensor/typed/rearrange.js'
import { narrow_copy } from '../copies.js'
import * as order from '../rearranging.js'
import { permute, squeeze, t, transpose, unsqueeze, type Variadic } from '../shape.js'
import {
  type Along,
  chunk,
  dsplit,
  hsplit,
  split,
  split_with_sizes,
  tensor_split,
  unbind,
  unsafe_chunk,
  unsafe_split,
  vsplit,
} from '../splitting.js'
import { addInPlace, addLayouts, addMethods, addProperties, unlisted } from './add.js'

type Integers = number | Shape
/** Of integers, one by one or in one array. */
type WithIntegers<Name extends string> = (...integers: Variadic | [{ [K in Name]: Shape }]) => Tensor
type Parts = (indices_or_sections: number | Shape | { sections: number } | { indices: Shape }) => Tensor[]
type Moving = (source: Integers, destination: Integers | { destination: Integers }) => Tensor
type Triangle<T> = (diagonal?: number | { diagonal?: number }) => T

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Parts of so many elements along `dim`, or of given sizes. */
    split(split_size: Integers, dim?: number | Along): Tensor[]
    /** Parts of given sizes along `dim`. */
    split_with_sizes(split_sizes: Shape, dim?: number | Along): Tensor[]
    /** At most `chunks` parts of equal size along `dim`. */
    chunk(chunks: number, dim?: number | Along): Tensor[]
    /** Parts that end before each index, or as many parts as a number says. */
    tensor_split(
      indices_or_sections: Integers | Tensor | { sections: number } | { indices: Shape },
      dim?: number | Along,
    ): Tensor[]
    /** Parts along dimension 1, of a vector along its only one. */
    hsplit: Parts
    /** Parts along dimension 0. */
    vsplit: Parts
    /** Parts along dimension 2. */
    dsplit: Parts
    /** The parts at each index of `dim`, without it. */
    unbind(dim?: number | Along): Tensor[]
    /** Repeated along each dimension. */
    repeat: WithIntegers<'repeats'>
    /** Repeated along each dimension; missing leading numbers are 1. */
    tile: WithIntegers<'dims'>
    /** Each element along `dim` repeated. */
    repeat_interleave(
      repeats?: number | Tensor | order.RepeatOptions,
      dim?: number | null | order.RepeatOptions,
      options?: order.RepeatOptions,
    ): Tensor
    /** The elements in reverse order along `dims`. */
    flip(...dims: Variadic | [{ dims: Shape }]): Tensor<S>
    /** The columns in reverse order. */
    fliplr(): Tensor<S>
    /** The rows in reverse order. */
    flipud(): Tensor<S>
    /** The elements moved by `shifts` along `dims`. */
    roll(
      shifts: Integers | { shifts: Integers; dims?: Integers },
      dims?: Integers | { dims?: Integers },
    ): Tensor<S>
    /** A turn by `k` right angles. */
    rot90(k?: number | { k?: number; dims?: Shape }, dims?: Shape | { dims?: Shape }): Tensor
    /** Dimensions `source` moved to the places `destination`. */
    movedim: Moving
    moveaxis: Moving
    /** Two dimensions swapped. */
    swapaxes<A extends Shape, D0 extends number, D1 extends number>(
      this: Tensor<A>,
      axis0: D0,
      axis1: D1,
    ): Tensor<Swapped<A, D0, D1>>
    /** Two dimensions swapped, a view. */
    swapdims<A extends Shape, D0 extends number, D1 extends number>(
      this: Tensor<A>,
      dim0: D0,
      dim1: D1,
    ): Tensor<Swapped<A, D0, D1>>
    /** In place: the tensor itself gets another shape, of which its type does not know. */
    swapaxes_(axis0: number, axis1: number): Tensor
    /** The same, in place: the layout of this tensor changes. */
    swapdims_(dim0: number, dim1: number): Tensor
    /** Two dimensions swapped, in place. */
    transpose_(dim0: number, dim1: number): Tensor
    /** A matrix transposed, in place. */
    t_(): Tensor
    /** Dimensions of size 1 removed, in place. */
    squeeze_(dim?: Integers | null): Tensor
    /** A dimension of size 1 more, in place. */
    unsqueeze_(dim: number): Tensor
    /** Matrices transposed. */
    adjoint(): Tensor
    /** The elements of matrices on and below a diagonal, else 0. */
    tril: Triangle<Tensor<S>>
    /** The elements of matrices on and above a diagonal, else 0. */
    triu: Triangle<Tensor<S>>
    tril_: Triangle<this>
    triu_: Triangle<this>
    /** A vector as a diagonal, or the diagonal of a matrix. */
    diag: Triangle<Tensor>
    /** All elements as a diagonal. */
    diagflat(offset?: number | { offset?: number }): Tensor
    /** The last dimension as a diagonal of two new ones. */
    diag_embed(
      offset?: number | { offset?: number; dim1?: number; dim2?: number },
      dim1?: number,
      dim2?: number,
    ): Tensor
    /** Overwrites the diagonal. */
    fill_diagonal_(fill_value: number | boolean, wrap?: boolean | { wrap?: boolean }): this
    /** Broadcast to a size. */
    broadcast_to<const R extends Shape>(size: R): Tensor<Reshaped<R>>
    /** One by one. */
    broadcast_to<const R extends Shape>(...size: R): Tensor<Reshaped<R>>
    /** The elements in one dimension. */
    ravel(): Tensor<readonly [number]>
    /** Broadcast to the shape of `other`. */
    expand_as<B extends Shape>(other: Tensor<B> | { other: Tensor<B> }): Tensor<B>
    /** A view in the shape of `other`. */
    view_as<B extends Shape>(other: Tensor<B> | { other: Tensor<B> }): Tensor<B>
    /** In the shape of `other`. */
    reshape_as<B extends Shape>(other: Tensor<B> | { other: Tensor<B> }): Tensor<B>
    /** A copy of {@link narrow}. */
    narrow_copy(dim: number, start: number, length: number): Tensor
    /** The tensor itself: elements are not complex. */
    conj(): this
    /** The tensor itself: elements are never complex. */
    conj_physical(): this
    /** The tensor itself: elements are never complex. */
    resolve_conj(): this
    /** The tensor itself: no elements are negated lazily. */
    resolve_neg(): this
    /** The same as {@link split}. */
    unsafe_split(split_size: Integers, dim?: number | Along): Tensor[]
    /** The same as {@link chunk}. */
    unsafe_chunk(chunks: number, dim?: number | Along): Tensor[]
    /** All dimensions in reverse order; of a matrix transposed. */
    readonly T: Tensor<Reversed<S>>
    /** Matrices transposed: the last two dimensions swapped. */
    readonly mT: Tensor
    /** The same as {@link mT}, as elements are not complex. */
    readonly mH: Tensor
    /** A matrix transposed. */
    readonly H: Tensor
    /** Number of dimensions. */
    readonly ndim: number
  }
}

const triangles = { tril: order.tril, triu: order.triu }

addMethods({
  ...triangles,
  split,
  split_with_sizes,
  chunk,
  tensor_split,
  hsplit,
  vsplit,
  dsplit,
  unbind,
  repeat: order.repeat,
  tile: order.tile,
  repeat_interleave: order.repeat_interleave,
  flip: order.flip,
  fliplr: order.fliplr,
  flipud: order.flipud,
  roll: order.roll,
  rot90: order.rot90,
  movedim: order.movedim,
  moveaxis: order.moveaxis,
  swapaxes: order.swapaxes,
  swapdims: order.swapdims,
  adjoint: order.adjoint,
  diag: order.diag,
  diagflat: order.diagflat,
  diag_embed: order.diag_embed,
  fill_diagonal_: order.fill_diagonal_,
  broadcast_to: order.broadcast_to,
  ravel: order.ravel,
  expand_as: order.expand_as,
  view_as: order.view_as,
  reshape_as: order.reshape_as,
  narrow_copy,
  unsafe_split,
  unsafe_chunk,
  conj: order.conj,
  conj_physical: order.conj_physical,
  resolve_conj: order.resolve_conj,
  resolve_neg: order.resolve_neg,
})
addInPlace(triangles)
addLayouts({ transpose, swapaxes: order.swapaxes, swapdims: order.swapdims, t, squeeze, unsqueeze })

for (const [name, read] of Object.entries({
  T: (x: Tensor) => permute(x, x.shape.map((_, i) => i).reverse()),
  mT: (x: Tensor) => order.matrixTransposed('mT', x),
  mH: (x: Tensor) => order.matrixTransposed('mH', x),
  H: (x: Tensor) => {
    if (x.dim() === 0 || x.dim() === 2) return t(x)
    throw new RuntimeError(`tensor.H is only supported on matrices (2-D tensors). Got ${x.dim()}-D tensor.`)
  },
}))
  unlisted.set(name, read)
addProperties({ ndim: (x) => x.dim() })
