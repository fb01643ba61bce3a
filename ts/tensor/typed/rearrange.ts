/** Other shapes of the same elements, in types. */
import type { Shape } from '../shape.js'
import type { Dim, Insert, Replace, SizeAt, Skip, Take } from './sizes.js'

/** The shape that was requested; a size of -1 is not known. */
export type Reshaped<Sizes extends Shape> = number extends Sizes['length']
  ? Shape
  : { readonly [K in keyof Sizes]: Sizes[K] extends -1 ? number : Sizes[K] }

/** Of the transpose of at most two dimensions. */
export type Transposed<S extends Shape> = S extends readonly [infer N extends number, infer M extends number]
  ? readonly [M, N]
  : S

/** Of all dimensions in reverse order. */
export type Reversed<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends number, ...infer Rest extends Shape]
    ? readonly [...Reversed<Rest>, N]
    : readonly []

/** Of two swapped dimensions. */
export type Swapped<S extends Shape, D0 extends number, D1 extends number> = Replace<
  Replace<S, D0, readonly [SizeAt<S, D1>]>,
  D1,
  readonly [SizeAt<S, D0>]
>

/** Of reordered dimensions. */
export type Permuted<S extends Shape, Dims extends Shape> = number extends Dims['length']
  ? Shape
  : { readonly [K in keyof Dims]: SizeAt<S, Dims[K]> }

/** With a new dimension of size 1. */
export type Unsqueezed<S extends Shape, D extends number> = Insert<S, D, readonly [1]>

/** Without dimensions of size 1: without `D`, or without all if that is null. */
export type Squeezed<S extends Shape, D> = number extends S['length']
  ? Shape
  : D extends null
    ? number extends S[number]
      ? Shape
      : WithoutOnes<S>
    : D extends number
      ? number extends D
        ? Shape
        : WithoutOne<S, D, SizeAt<S, D>>
      : Shape

type WithoutOne<S extends Shape, D extends number, Size extends number> = number extends Size
  ? Shape
  : Size extends 1
    ? Replace<S, D, readonly []>
    : S

type WithoutOnes<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? N extends 1
    ? WithoutOnes<Rest>
    : readonly [N, ...WithoutOnes<Rest>]
  : readonly []

/** With dimensions `Start` to `End` as one. */
export type Flattened<S extends Shape, Start extends number, End extends number> = number extends
  | S['length']
  | Start
  | End
  ? Shape
  : S extends readonly []
    ? readonly [1]
    : Joined<S, Dim<S, Start>, Dim<S, End>>

type Joined<S extends Shape, Start extends number, End extends number> =
  Skip<S, End> extends readonly [number, ...infer After extends Shape]
    ? S extends readonly [...infer Before extends Shape, ...After]
      ? Skip<Before, Start> extends readonly [number, ...Shape]
        ? readonly [...Take<S, Start>, Multiplied<Skip<Before, Start>>, ...After]
        : Shape
      : Shape
    : Shape

/** The product of sizes, where it needs no arithmetic. */
type Multiplied<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? Rest extends readonly []
    ? N
    : N extends 0 | 1
      ? N extends 0
        ? 0
        : Multiplied<Rest>
      : Rest extends readonly [1, ...infer More extends Shape]
        ? Multiplied<readonly [N, ...More]>
        : number
  : number
