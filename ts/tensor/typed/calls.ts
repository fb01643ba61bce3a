/** Types that many functions and methods share. */
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import type { Broadcast, Broadcastable } from './broadcast.js'
import type { BoolTensor, Like } from './sizes.js'

/** A function of each element of a tensor, or of a number. */
export type Elementwise = <S extends Shape = readonly []>(input: Like<S>) => Tensor<S>

/** A function from a tensor to one of the same shape. */
export type SameShape = <S extends Shape>(input: Tensor<S>) => Tensor<S>

/** What is true or false of each element. */
export type Test = <S extends Shape>(input: Tensor<S>) => BoolTensor<S>

/** A function of the elements of two operands that are broadcast. */
export type Combination = <A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
) => Tensor<Broadcast<A, B>>

/** What is true or false of the elements of two operands. */
export type Comparison = <A extends Shape = readonly [], B extends Shape = readonly []>(
  input: Like<A>,
  other: Like<B> & Broadcastable<A, B>,
) => BoolTensor<Broadcast<A, B>>

/** {@link Combination} as a method. */
export type CombinationMethod = <A extends Shape, B extends Shape = readonly []>(
  this: Tensor<A>,
  other: (Like<B> & Broadcastable<A, B>) | { other: Tensor<B> },
) => Tensor<Broadcast<A, B>>

/** {@link Comparison} as a method. */
export type ComparisonMethod = <A extends Shape, B extends Shape = readonly []>(
  this: Tensor<A>,
  other: (Like<B> & Broadcastable<A, B>) | { other: Tensor<B> },
) => BoolTensor<Broadcast<A, B>>
