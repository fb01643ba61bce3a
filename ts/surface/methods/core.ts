/** The methods of {@link Tensor}: most are the function of the same name, with the tensor as first argument. */
import '../../base/disposable.js'
import type { Hook, RemovableHandle } from '../../graph/hooks.js'
import type { Random } from '../../ops/random/fill.js'
import type { TensorLike } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import type { Nested, Shape } from '../../tensor/shape.js'

import { Tensor } from '../../tensor/tensor.js'
import type { Broadcast, Broadcastable } from '../../tensor/typed/broadcast.js'
import type { Multiplies, Product } from '../../tensor/typed/products.js'
import type {
  Flattened,
  Permuted,
  Reshaped,
  Squeezed,
  Swapped,
  Transposed,
  Unsqueezed,
} from '../../tensor/typed/rearrange.js'
import type { Dims, Reduced } from '../../tensor/typed/reduce.js'
import type { BoolTensor, Like, Replace, SizeAt, Skip } from '../../tensor/typed/sizes.js'
import {
  type AlphaOptions,
  add,
  type DivOptions,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  mul,
  ne,
  sub,
} from '../arithmetic.js'
import {
  abs,
  type ClampOptions,
  clamp,
  exp,
  log,
  neg,
  pow,
  relu,
  sigmoid,
  sqrt,
  tanh,
} from '../elementwise.js'
import {
  add_,
  bernoulli_,
  copy_,
  div_,
  fill_,
  masked_fill_,
  mul_,
  normal_,
  random_,
  sub_,
  uniform_,
  zero_,
} from '../in_place.js'
import { matmul } from '../layers.js'
import { at, clone, index_select, masked_fill, narrow, type SliceOptions, select, slice } from '../parts.js'
import { type KeepOptions, mean, type ReduceOptions, type ResultType, sum } from '../reduce.js'
import {
  as_strided,
  contiguous,
  type DiagonalOptions,
  diagonal,
  expand,
  type FlattenOptions,
  flatten,
  permute,
  reshape,
  squeeze,
  t,
  transpose,
  unflatten,
  unfold,
  unsqueeze,
  view,
} from '../shape.js'
import {
  backward,
  float,
  is_contiguous,
  printed,
  register_hook,
  retain_grad,
  size,
  storage_offset,
  stride,
  to,
  where,
} from '../tensor.js'
import { addMethods } from './add.js'

/** Options of the conversion. */
export interface ToOptions {
  dtype?: DType
  device?: 'cpu'
  /** Ignored: there is only one device. */
  non_blocking?: boolean
  /** Copies even if nothing is converted. */
  copy?: boolean
}

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** The shape, or the size of one dimension. */
    size(): S
    /** The size of one dimension. */
    size<A extends Shape, D extends number>(this: Tensor<A>, dim: D | { dim: D }): SizeAt<A, D>
    /** The stride of every dimension: the distance in elements between consecutive indices. */
    stride(): readonly number[]
    /** The stride of one dimension. */
    stride(dim: number | { dim: number }): number
    /** Whether the elements are contiguous in row-major order. */
    is_contiguous(): boolean
    /** Offset of the first element in the storage, in elements. */
    storage_offset(): number
    /** The tensor itself if it is contiguous, else a contiguous copy, part of autograd. */
    contiguous(): Tensor<S>
    /** `this + other`. */
    add<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
      options?: AlphaOptions,
    ): Tensor<Broadcast<A, B>>
    /** `this - other`. */
    sub<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
      options?: AlphaOptions,
    ): Tensor<Broadcast<A, B>>
    /** `this * other`, element by element. */
    mul<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): Tensor<Broadcast<A, B>>
    /** `this / other`, element by element. */
    div<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
      options?: DivOptions,
    ): Tensor<Broadcast<A, B>>
    /** `-x`. */
    neg(): Tensor<S>
    /** `|x|`. */
    abs(): Tensor<S>
    /** `e^x`. */
    exp(): Tensor<S>
    /** Natural logarithm. */
    log(): Tensor<S>
    /** Square root. */
    sqrt(): Tensor<S>
    /** `max(x, 0)`. */
    relu(): Tensor<S>
    /** `1 / (1 + e^-x)`. */
    sigmoid(): Tensor<S>
    /** Hyperbolic tangent. */
    tanh(): Tensor<S>
    /** `this ^ exponent`. */
    pow(exponent: TensorLike | { exponent: TensorLike }): Tensor<S>
    /** Clamps to `[min, max]`: `clamp(0, 1)`, `clamp({ min: 0 })`. */
    clamp(
      min?: TensorLike | ClampOptions | null,
      max?: TensorLike | Pick<ClampOptions, 'max'> | null,
    ): Tensor<S>
    /** `this > other`, as bool. */
    gt<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** `this >= other`, as bool. */
    ge<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** `this < other`, as bool. */
    lt<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** `this <= other`, as bool. */
    le<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** `this == other`, as bool. */
    eq<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** `this != other`, as bool. */
    ne<A extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      other: Like<B> & Broadcastable<A, B>,
    ): BoolTensor<Broadcast<A, B>>
    /** Matrix product. */
    matmul<A extends Shape, B extends Shape>(
      this: Tensor<A>,
      other: Tensor<B> & Multiplies<A, B>,
    ): Tensor<Product<A, B>>
    /** Sum over `dim`, or over all dimensions. */
    sum<A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: D | (ReduceOptions<D, K> & ResultType),
      keepdim?: K | (KeepOptions<K> & ResultType),
      options?: ResultType,
    ): Tensor<Reduced<A, D, K>>
    /** Mean over `dim`, or over all dimensions. */
    mean<A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: D | (ReduceOptions<D, K> & ResultType<'float32'>),
      keepdim?: K | (KeepOptions<K> & ResultType<'float32'>),
      options?: ResultType<'float32'>,
    ): Tensor<Reduced<A, D, K>>
    /** The same elements in another shape: a view if possible, else a copy. One size may be -1. */
    reshape<const R extends Shape>(shape: R): Tensor<Reshaped<R>>
    /** One by one. */
    reshape<const R extends Shape>(...shape: R): Tensor<Reshaped<R>>
    /** By keywords. */
    reshape<const R extends Shape>(options: { shape: R }): Tensor<Reshaped<R>>
    /** The same elements in another shape, as a view. Throws if that is not possible. */
    view<const R extends Shape>(size: R): Tensor<Reshaped<R>>
    /** One by one. */
    view<const R extends Shape>(...size: R): Tensor<Reshaped<R>>
    /** By keywords. */
    view<const R extends Shape>(options: { size: R }): Tensor<Reshaped<R>>
    /** Flattens dimensions `start_dim` to `end_dim` to one. */
    flatten<A extends Shape, D extends number = 0, E extends number = -1>(
      this: Tensor<A>,
      start_dim?: D | FlattenOptions<D, E>,
      end_dim?: E | Pick<FlattenOptions<D, E>, 'end_dim'>,
    ): Tensor<Flattened<A, D, E>>
    /** Inserts a dimension of size 1 before `dim`. */
    unsqueeze<A extends Shape, D extends number>(
      this: Tensor<A>,
      dim: D | { dim: D },
    ): Tensor<Unsqueezed<A, D>>
    /** Removes dimension `dim` if its size is 1, or all dimensions of size 1. */
    squeeze<A extends Shape, const D extends Dims | null = null>(
      this: Tensor<A>,
      dim?: D | { dim?: D },
    ): Tensor<Squeezed<A, D>>
    /** Broadcasts to `size`, as a view. */
    expand<const R extends Shape>(size: R): Tensor<Reshaped<R>>
    /** One by one. */
    expand<const R extends Shape>(...size: R): Tensor<Reshaped<R>>
    /** By keywords. */
    expand<const R extends Shape>(options: { size: R }): Tensor<Reshaped<R>>
    /** Reorders the dimensions to `dims`, as a view. */
    permute<A extends Shape, const D extends Shape>(this: Tensor<A>, dims: D): Tensor<Permuted<A, D>>
    /** One by one. */
    permute<A extends Shape, const D extends Shape>(this: Tensor<A>, ...dims: D): Tensor<Permuted<A, D>>
    /** By keywords. */
    permute<A extends Shape, const D extends Shape>(
      this: Tensor<A>,
      options: { dims: D },
    ): Tensor<Permuted<A, D>>
    /** Swaps two dimensions, as a view. */
    transpose<A extends Shape, D0 extends number, D1 extends number>(
      this: Tensor<A>,
      dim0: D0,
      dim1: D1 | { dim1: D1 },
    ): Tensor<Swapped<A, D0, D1>>
    /** By keywords. */
    transpose<A extends Shape, D0 extends number, D1 extends number>(
      this: Tensor<A>,
      options: { dim0: D0; dim1: D1 },
    ): Tensor<Swapped<A, D0, D1>>
    /** Transposes a matrix, as a view. */
    t<A extends Shape>(this: Tensor<A>): Tensor<Transposed<A>>
    /** Splits dimension `dim` into several of `sizes`; one may be -1. */
    unflatten(dim: number, sizes: Shape | { sizes: Shape }): Tensor
    /** By keywords. */
    unflatten(options: { dim: number; sizes: Shape }): Tensor
    /** The diagonal of dimensions `dim1` and `dim2`, moved by `offset`, as the last dimension; a view. */
    diagonal(
      offset?: number | DiagonalOptions,
      dim1?: number | Omit<DiagonalOptions, 'offset'>,
      dim2?: number | Pick<DiagonalOptions, 'dim2'>,
    ): Tensor
    /**
     * Windows of `size` elements along `dimension`, `step` elements apart, as a new last dimension; a view.
     *
     * @example torch.arange(5).unfold(0, 3, 2).tolist() // [[0, 1, 2], [2, 3, 4]]
     */
    unfold(dimension: number, size: number, step: number | { step: number }): Tensor
    /** By keywords. */
    unfold(options: { dimension: number; size: number; step: number }): Tensor
    /** A view of the storage with the given sizes, strides and offset. */
    as_strided(
      size: Shape,
      stride: readonly number[] | { stride: readonly number[]; storage_offset?: number | null },
      storage_offset?: number | { storage_offset?: number | null } | null,
    ): Tensor
    /** Element `index` of dimension `dim`, as a view. */
    select<A extends Shape, D extends number>(
      this: Tensor<A>,
      dim: D,
      index: number | { index: number },
    ): Tensor<Replace<A, D, readonly []>>
    /** By keywords. */
    select<A extends Shape, D extends number>(
      this: Tensor<A>,
      options: { dim: D; index: number },
    ): Tensor<Replace<A, D, readonly []>>
    /** Elements `start` to `start + length` of dimension `dim`, as a view. */
    narrow<A extends Shape, D extends number, N extends number>(
      this: Tensor<A>,
      dim: D,
      start: number,
      length: N | { length: N },
    ): Tensor<Replace<A, D, readonly [N]>>
    /** By keywords. */
    narrow<A extends Shape, D extends number, N extends number>(
      this: Tensor<A>,
      options: { dim: D; start: number; length: N },
    ): Tensor<Replace<A, D, readonly [N]>>
    /** Elements `start` to `end` of dimension `dim`, every `step`-th, as a view. */
    slice<A extends Shape, D extends number = 0>(
      this: Tensor<A>,
      dim?: D | SliceOptions<D>,
      start?: number | Omit<SliceOptions, 'dim'> | null,
      end?: number | Pick<SliceOptions, 'end' | 'step'> | null,
      step?: number | Pick<SliceOptions, 'step'>,
    ): Tensor<Replace<A, D, readonly [number]>>
    /** The part at `indices` of the first dimensions, 0-d if all are given; a view, part of autograd. */
    at<A extends Shape, I extends Shape>(this: Tensor<A>, ...indices: I): Tensor<Skip<A, I['length']>>
    /** `value` where `mask`, a bool tensor, is true, else the element. */
    masked_fill<A extends Shape, M extends Shape>(
      this: Tensor<A>,
      mask: Tensor<M> & Broadcastable<A, M>,
      value: TensorLike | { value: TensorLike },
    ): Tensor<Broadcast<A, M>>
    /** `this` where `condition` is true, else `other`. */
    where<A extends Shape, C extends Shape, B extends Shape = readonly []>(
      this: Tensor<A>,
      condition: Tensor<C>,
      other: Like<B>,
    ): Tensor<Broadcast<Broadcast<A, B>, C>>
    /** Elements of dimension `dim` at `index`. */
    index_select<A extends Shape, D extends number>(
      this: Tensor<A>,
      dim: D,
      index: Tensor | { index: Tensor },
    ): Tensor<Replace<A, D, readonly [number]>>
    /** By keywords. */
    index_select<A extends Shape, D extends number>(
      this: Tensor<A>,
      options: { dim: D; index: Tensor },
    ): Tensor<Replace<A, D, readonly [number]>>
    /** Converts to a dtype, or to that of another tensor. Returns the tensor itself if it has that type, unless `copy`. */
    to<A extends Shape>(
      this: Tensor<A>,
      dtype: 'bool',
      non_blocking?: boolean | Omit<ToOptions, 'device' | 'dtype'>,
      copy?: boolean | Pick<ToOptions, 'copy'>,
    ): BoolTensor<A>
    /** To any dtype. */
    to(
      dtype: DType | Tensor | 'cpu' | ToOptions,
      non_blocking?: boolean | Omit<ToOptions, 'device'>,
      copy?: boolean | Pick<ToOptions, 'copy'>,
    ): Tensor<S>
    /** Converts to float32. */
    float(): Tensor<S>
    /** A copy, part of autograd. */
    clone(): Tensor<S>
    /** Overwrites the elements with those of `src`, broadcast. */
    copy_(src: TensorLike): this
    /** Overwrites every element with `value`. */
    fill_(value: TensorLike): this
    /** Overwrites every element with 0. */
    zero_(): this
    /** `this += other`. */
    add_(other: TensorLike, options?: AlphaOptions): this
    /** `this -= other`. */
    sub_(other: TensorLike, options?: AlphaOptions): this
    /** `this *= other`. */
    mul_(other: TensorLike): this
    /** `this /= other`. */
    div_(other: TensorLike, options?: DivOptions): this
    /** Overwrites the elements where `mask`, a bool tensor, is true. */
    masked_fill_(mask: Tensor, value: TensorLike | { value: TensorLike }): this
    /** Overwrites the elements with uniform values from [from, to), by default [0, 1). */
    uniform_(
      from?: number | ({ from?: number; to?: number } & Random),
      to?: number | ({ to?: number } & Random),
      options?: Random,
    ): this
    /** Overwrites the elements with normal values, by default of mean 0 and standard deviation 1. */
    normal_(
      mean?: number | ({ mean?: number; std?: number } & Random),
      std?: number | ({ std?: number } & Random),
      options?: Random,
    ): this
    /** Overwrites the elements with 1 with probability `p`, 0.5 by default or each its own, else 0. */
    bernoulli_(p?: Tensor | number | ({ p?: Tensor | number } & Random), options?: Random): this
    /** Overwrites the elements with random integers. */
    random_(options?: Random): this
    /** From [0, to). */
    random_(to: number | ({ to: number; from?: number } & Random), options?: Random): this
    /** From [from, to). */
    random_(from: number, to: number | ({ to: number } & Random), options?: Random): this
    /**
     * Adds d(this)/d(leaf) to `grad` of every leaf that requires it.
     *
     * @param gradient the upstream gradient; 1 by default for a one-element tensor
     * @param retain_graph keeps the saved tensors for another backward pass
     * @example loss.backward(); y.backward(gradient, { retain_graph: true })
     */
    backward(
      gradient?: Tensor | { gradient?: Tensor | null; retain_graph?: boolean | null } | null,
      retain_graph?: boolean | { retain_graph?: boolean | null } | null,
    ): void
    /**
     * Calls `hook` with the complete gradient of this tensor in every backward pass. A
     * tensor that the hook returns replaces it.
     *
     * @throws RuntimeError unless the tensor requires grad
     * @example const handle = x.register_hook((gradient) => gradient.clamp({ min: -1, max: 1 }))
     */
    register_hook(hook: Hook): RemovableHandle
    /** Makes backward passes add to `grad` of this tensor although it is not a leaf. */
    retain_grad(): void
    /** As torch prints it. */
    toString(): string
    /** For `JSON.stringify`: nested arrays, or a number for 0-d. NaN and infinities become null, as JSON lacks them. */
    toJSON(): Nested
    /**
     * The number of a one-element tensor, for `Number(x)`; the printed form in template strings.
     *
     * @throws TypeError for other tensors: operators such as `x * 2` do not work on them
     */
    [Symbol.toPrimitive](hint: string): string | number
    /** Same as {@link dispose}, for `using`. */
    [Symbol.dispose](): void
  }
}

addMethods({
  ...{
    add,
    sub,
    mul,
    div,
    gt,
    ge,
    lt,
    le,
    eq,
    ne,
    neg,
    abs,
    exp,
    log,
    sqrt,
    relu,
    sigmoid,
    tanh,
    pow,
    clamp,
  },
  ...{ matmul, sum, mean },
  ...{ reshape, view, flatten, unflatten, unsqueeze, squeeze, expand, permute, transpose, t },
  ...{ diagonal, unfold, as_strided, contiguous, stride, is_contiguous, storage_offset },
  ...{ select, narrow, slice, at, masked_fill, index_select, clone },
  ...{ add_, sub_, mul_, div_, copy_, fill_, zero_, masked_fill_, uniform_, normal_, bernoulli_, random_ },
  ...{ size, where, to, float, register_hook, retain_grad, backward, toString: printed },
})

// Older runtimes lack this symbol.
if (Symbol.dispose !== undefined) {
  Object.defineProperty(Tensor.prototype, Symbol.dispose, { value: Tensor.prototype.dispose })
}
