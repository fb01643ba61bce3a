/** Methods: products of vectors and matrices. */
import type { Shape } from '../../tensor/shape.js'
import type { MultiplicationMethod, Outer } from '../../tensor/typed/products.js'
import {
  addbmm,
  addmm,
  addmv,
  addr,
  baddbmm,
  bmm,
  dot,
  type FactorOptions,
  ger,
  inner,
  mm,
  mv,
  outer,
  vdot,
} from '../products.js'
import { addInPlace, addMethods } from './add.js'

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Matrix product. */
    mm: MultiplicationMethod<'mat2'>
    /** Matrix times vector. */
    mv: MultiplicationMethod<'vec'>
    /** The product of each pair of matrices. */
    bmm: MultiplicationMethod<'mat2'>
    /** The sum of the products of two vectors' elements. */
    dot: MultiplicationMethod<'tensor'>
    /** The same as {@link dot}. */
    vdot: MultiplicationMethod<'other'>
    /** Sums of products along the last dimension of both. */
    inner(other: Tensor | { other: Tensor }): Tensor
    /** The product of each element with each of another vector. */
    outer<A extends Shape, B extends Shape>(
      this: Tensor<A>,
      vec2: Tensor<B> | { vec2: Tensor<B> },
    ): Tensor<Outer<A, B>>
    /** The same as {@link outer}. */
    ger<A extends Shape, B extends Shape>(
      this: Tensor<A>,
      vec2: Tensor<B> | { vec2: Tensor<B> },
    ): Tensor<Outer<A, B>>
    /** `beta this + alpha mat1 mat2`. */
    addmm(mat1: Tensor, mat2: Tensor, options?: FactorOptions): Tensor
    /** `beta this + alpha mat vec`. */
    addmv(mat: Tensor, vec: Tensor, options?: FactorOptions): Tensor
    /** `beta this + alpha vec1 vec2ᵀ`. */
    addr(vec1: Tensor, vec2: Tensor, options?: FactorOptions): Tensor
    /** `beta this + alpha batch1 batch2`, for each pair of matrices. */
    baddbmm(batch1: Tensor, batch2: Tensor, options?: FactorOptions): Tensor
    /** `beta this + alpha Σ batch1 batch2`. */
    addbmm(batch1: Tensor, batch2: Tensor, options?: FactorOptions): Tensor
    /** {@link addmm} in place. */
    addmm_(mat1: Tensor, mat2: Tensor, options?: FactorOptions): this
    /** {@link addmv} in place. */
    addmv_(mat: Tensor, vec: Tensor, options?: FactorOptions): this
    /** {@link addr} in place. */
    addr_(vec1: Tensor, vec2: Tensor, options?: FactorOptions): this
    /** {@link baddbmm} in place. */
    baddbmm_(batch1: Tensor, batch2: Tensor, options?: FactorOptions): this
    /** {@link addbmm} in place. */
    addbmm_(batch1: Tensor, batch2: Tensor, options?: FactorOptions): this
  }
}

addMethods({ mm, mv, bmm, dot, vdot, inner, outer, ger, addmm, addmv, addr, baddbmm, addbmm })
addInPlace({ addmm, addmv, addr, baddbmm, addbmm })
