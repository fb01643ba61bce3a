/**
 * Shapes in types, as far as the compiler knows them: a size is a literal or `number`, a shape a tuple or, if not even its rank is
 * known, `readonly number[]`. What is not known is never refused.
 */
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'

/** A tensor of a shape, or a number, which counts as 0-d. Its default as a type parameter is `readonly []`. */
export type Like<S extends Shape> = Tensor<S> | number | boolean

/** A tensor whose elements are known to be booleans. */
export type BoolTensor<S extends Shape = Shape> = Tensor<S> & { readonly dtype: 'bool' }

/** The reason why a call does not compile. */
export interface ShapeError<Reason extends string> {
  readonly 'shapes do not match': Reason
}

/**
 * `Result` for a shape whose rank is known, else any shape. Of a type parameter `S` the compiler assumes the latter, so that a subclass of
 * a layer may declare `forward(input: Tensor): Tensor`.
 */
export type IfKnown<S extends Shape, Result extends Shape> = { known: Result; open: Shape }[S extends {
  readonly length: Rank
}
  ? 'known'
  : 'open']

// Not written as tuples, whose constraint the compiler would not take for open.
type Rank = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** True unless two sizes are known to differ. */
export type SameSize<A extends number, B extends number> = [A] extends [B]
  ? true
  : [B] extends [A]
    ? true
    : false

/** The last size. */
export type Last<S extends Shape> = S extends readonly [...Shape, infer N extends number] ? N : number

/** A shape with another last size. */
export type WithLast<S extends Shape, N extends number> = number extends S['length']
  ? Shape
  : S extends readonly [...infer Before extends Shape, number]
    ? readonly [...Before, N]
    : Shape

/** As errors show it: `[2, 3]`. */
export type Text<S extends Shape> = number extends S['length'] ? 'any' : `[${Joined<S>}]`

type Joined<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? Rest extends readonly []
    ? `${N}`
    : `${N}, ${Joined<Rest>}`
  : ''

/** The first `N` sizes; never if there are fewer. */
export type Take<S extends Shape, N, Taken extends Shape = readonly []> = Taken['length'] extends N
  ? Taken
  : S extends readonly [infer Size extends number, ...infer Rest extends Shape]
    ? Take<Rest, N, readonly [...Taken, Size]>
    : never

/** The sizes after the first `N`; never if there are fewer. */
export type Skip<S extends Shape, N, Counted extends Shape = readonly []> = Counted['length'] extends N
  ? S
  : S extends readonly [number, ...infer Rest extends Shape]
    ? Skip<readonly [...Rest], N, readonly [...Counted, 0]>
    : never

/** A possibly negative dimension, counted from the start; never if it is out of range. */
export type Dim<S extends Shape, D extends number> = `${D}` extends `-${infer FromEnd extends number}`
  ? Skip<S, FromEnd>['length']
  : D

/** The size of dimension `D`; `number` if it is not known. */
export type SizeAt<S extends Shape, D extends number> = number extends S['length'] | D
  ? number
  : D extends number
    ? Skip<S, Dim<S, D>> extends readonly [infer N extends number, ...Shape]
      ? N
      : number
    : never

/** A shape with `Sizes` in place of dimension `D`. */
export type Replace<S extends Shape, D extends number, Sizes extends Shape> = number extends S['length'] | D
  ? Shape
  : D extends number
    ? Skip<S, Dim<S, D>> extends readonly [number, ...infer After extends Shape]
      ? readonly [...Take<S, Dim<S, D>>, ...Sizes, ...After]
      : Shape
    : never

/** A shape with `Sizes` before dimension `D`; -1 is after the last one. */
export type Insert<S extends Shape, D extends number, Sizes extends Shape> = number extends S['length'] | D
  ? Shape
  : D extends number
    ? Skip<S, Dim<readonly [...S, 0], D>> extends infer After extends Shape
      ? readonly [...Take<S, Dim<readonly [...S, 0], D>>, ...Sizes, ...After]
      : Shape
    : never
