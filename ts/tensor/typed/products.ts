/** Shapes of products of matrices, in types. */
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import type { Broadcast } from './broadcast.js'
import type { Last, SameSize, ShapeError, SizeAt, Text, WithLast } from './sizes.js'

/** Of a product of vectors and matrices in any combination, or batches of them. */
export type Product<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : B extends readonly [number]
    ? A extends readonly [...infer Rows extends Shape, number]
      ? readonly [...Rows]
      : Shape
    : A extends readonly [number]
      ? B extends readonly [...infer Batch extends Shape, number, infer M extends number]
        ? readonly [...Batch, M]
        : Shape
      : A extends readonly [...infer BatchA extends Shape, infer N extends number, number]
        ? B extends readonly [...infer BatchB extends Shape, number, infer M extends number]
          ? readonly [...Broadcast<BatchA, BatchB>, N, M]
          : Shape
        : Shape

/** The size over which a right operand is summed. */
type Summed<B extends Shape> = number extends B['length']
  ? number
  : B extends readonly [infer N extends number]
    ? N
    : SizeAt<B, -2>

/** What the right operand of a product must be besides a tensor. */
export type Multiplies<A extends Shape, B extends Shape> =
  SameSize<Last<A>, Summed<B>> extends false
    ? ShapeError<`${Text<A>} and ${Text<B>} cannot be multiplied`>
    : unknown

/** What the input of a linear layer must be besides a tensor. */
export type EndsWith<S extends Shape, In extends number> =
  SameSize<Last<S>, In> extends false
    ? ShapeError<`the input ${Text<S>} does not end with ${In} features`>
    : unknown

/** What the weight of `linear` must be besides a tensor. */
export type Weighs<S extends Shape, W extends Shape> =
  SameSize<Last<S>, Last<W>> extends false
    ? ShapeError<`the input ${Text<S>} and the weight ${Text<W>} cannot be multiplied`>
    : unknown

/** Of `linear`, whose weight is [out, in], or [in] for one feature. */
export type LinearShape<S extends Shape, W extends Shape> = number extends W['length']
  ? Shape
  : W extends readonly [infer Out extends number, number]
    ? WithLast<S, Out>
    : S extends readonly [...infer Rows extends Shape, number]
      ? readonly [...Rows]
      : Shape

/** Of the product of each element of a vector with each of another. */
export type Outer<A extends Shape, B extends Shape> = A extends readonly [infer N extends number]
  ? B extends readonly [infer M extends number]
    ? readonly [N, M]
    : Shape
  : Shape

/** A product of two tensors; `Name` is the keyword of the second. */
export type Multiplication<Name extends string> = <A extends Shape, B extends Shape>(
  input: Tensor<A>,
  other: (Tensor<B> & Multiplies<A, B>) | { readonly [K in Name]: Tensor<B> },
) => Tensor<Product<A, B>>

/** {@link Multiplication} as a method. */
export type MultiplicationMethod<Name extends string> = <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: (Tensor<B> & Multiplies<A, B>) | { readonly [K in Name]: Tensor<B> },
) => Tensor<Product<A, B>>
