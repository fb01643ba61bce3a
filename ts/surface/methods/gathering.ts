/** Methods: elements at indices, and writing at indices. */
import type { TensorLike } from '../../tensor/convert.js'
import type { Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { ScatterReduce } from '../gathering.js'
import * as gathering from '../gathering.js'
import type { SliceOptions } from '../parts.js'
import { index, index_put, index_put_, type Subscript } from '../subscripts.js'
import { addInPlace, addMethods } from './add.js'

type Writer<T> = (dim: number, index: Tensor, source: Tensor | { source: Tensor }) => T
type Adder<T> = (
  dim: number,
  index: Tensor,
  source: Tensor | { source: Tensor; alpha?: number },
  options?: { alpha?: number },
) => T
type Filler<T> = (dim: number, index: Tensor, value: TensorLike | { value: TensorLike }) => T
type Reducer<T, Reduce> = (
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Reduce | { reduce: Reduce; include_self?: boolean },
  options?: { include_self?: boolean },
) => T
type Scatterer<T> = (
  dim: number,
  index: Tensor,
  src: Tensor | number | boolean | { src: Tensor } | { value: number; reduce?: 'add' | 'multiply' },
  options?: { reduce?: 'add' | 'multiply' },
) => T
type Putter<T> = (index: Tensor, source: Tensor, accumulate?: boolean | { accumulate?: boolean }) => T
type Masker<T> = (mask: Tensor, source: Tensor | { source: Tensor }) => T
type IndexPutter<T> = (
  indices: readonly Subscript[] | Subscript,
  values: TensorLike,
  accumulate?: boolean | { accumulate?: boolean },
) => T

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /**
     * `this[…]` with whole numbers, null for a new dimension, slices such as `'1:3'`, `'...'`, and tensors or arrays of indices or
     * masks. A view unless there is a tensor.
     *
     * @example x.index([mask]); x.index([rows, columns]); x.index(['...', 0, null])
     */
    index(indices: readonly Subscript[] | Subscript): Tensor
    /** `this[…] = values` in place, or `+=` if `accumulate`, where an index may repeat. */
    index_put_: IndexPutter<this>
    /** The same of a copy. */
    index_put: IndexPutter<Tensor<S>>
    /** The elements along `dim` at an index for each place. */
    gather(dim: number, index: Tensor | { index: Tensor }): Tensor
    /** The same with both broadcast together but for `dim`. */
    take_along_dim(indices: Tensor, dim?: number | null | { dim?: number | null }): Tensor
    /** The flat elements at positions. */
    take(index: Tensor | { index: Tensor }): Tensor
    /** `src` written at an index along `dim` for each of its places. */
    scatter: Scatterer<Tensor<S>>
    scatter_: Scatterer<this>
    /** `src` added at an index along `dim` for each of its places. */
    scatter_add(dim: number, index: Tensor, src: Tensor | { src: Tensor }): Tensor<S>
    /** Adds `src` at `index` along `dim`, in place. */
    scatter_add_(dim: number, index: Tensor, src: Tensor | { src: Tensor }): this
    /** `src` combined at an index along `dim` for each of its places. */
    scatter_reduce: Reducer<Tensor<S>, ScatterReduce>
    scatter_reduce_: Reducer<this, ScatterReduce>
    /** `alpha source` added to the elements of `dim` at `index`. */
    index_add: Adder<Tensor<S>>
    index_add_: Adder<this>
    /** The elements of `dim` at `index` overwritten by those of `source`. */
    index_copy: Writer<Tensor<S>>
    index_copy_: Writer<this>
    /** The elements of `dim` at `index` overwritten by `value`. */
    index_fill: Filler<Tensor<S>>
    index_fill_: Filler<this>
    /** `source` combined with the elements of `dim` at `index`. */
    index_reduce: Reducer<Tensor<S>, Exclude<ScatterReduce, 'sum'>>
    index_reduce_: Reducer<this, Exclude<ScatterReduce, 'sum'>>
    /** The values of `source` written at positions among the flat elements. */
    put: Putter<Tensor<S>>
    put_: Putter<this>
    /** The elements where `mask` is true, as a vector. */
    masked_select(mask: Tensor | { mask: Tensor }): Tensor
    /** The elements of `source`, one after the other, where `mask` is true. */
    masked_scatter: Masker<Tensor>
    masked_scatter_: Masker<this>
    /** The indices of elements that are not 0, one a row. */
    nonzero(options?: { as_tuple?: false }): Tensor
    /** The same as a vector for each dimension. */
    nonzero(options: { as_tuple: true }): Tensor[]
    /** The indices of elements that are not 0, one a row. */
    argwhere(): Tensor
    /** {@link nonzero} in `size` rows. */
    nonzero_static(options: { size: number; fill_value?: number }): Tensor
    /** A copy in which `src` overwrites the part at `index` of `dim`. */
    select_scatter(src: Tensor, dim: number, index: number | { index: number }): Tensor<S>
    /** A copy in which `src` overwrites a slice. */
    slice_scatter(
      src: Tensor,
      dim?: number | SliceOptions,
      start?: number | null | Omit<SliceOptions, 'dim'>,
      end?: number | null | Pick<SliceOptions, 'end' | 'step'>,
      step?: number | Pick<SliceOptions, 'step'>,
    ): Tensor<S>
    /** A copy in which `src` overwrites a diagonal. */
    diagonal_scatter(src: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor<S>
  }
}

const { scatter, scatter_add, scatter_reduce, index_add, index_copy, index_fill, index_reduce, put } =
  gathering
const { gather, take_along_dim, take, masked_select, masked_scatter, nonzero, argwhere } = gathering
const { select_scatter, slice_scatter, diagonal_scatter, nonzero_static } = gathering

const changing = {
  scatter,
  scatter_add,
  scatter_reduce,
  index_add,
  index_copy,
  index_fill,
  index_reduce,
  put,
  masked_scatter,
}
addMethods({
  ...changing,
  index,
  index_put,
  index_put_,
  gather,
  take_along_dim,
  take,
  masked_select,
  nonzero,
  argwhere,
  nonzero_static,
  select_scatter,
  slice_scatter,
  diagonal_scatter,
})
addInPlace(changing)
