/** Shapes that are broadcast, in types. */
import type { Shape } from '../shape.js'
import type { SameSize, ShapeError, Text } from './sizes.js'

/** The shape to which two operands are broadcast. */
export type Broadcast<A extends Shape, B extends Shape> = A extends readonly []
  ? B
  : B extends readonly []
    ? A
    : number extends A['length'] | B['length']
      ? Shape
      : Aligned<A, B>

type Aligned<A extends Shape, B extends Shape> = A extends readonly [
  ...infer BeforeA extends Shape,
  infer LastA extends number,
]
  ? B extends readonly [...infer BeforeB extends Shape, infer LastB extends number]
    ? readonly [...Aligned<BeforeA, BeforeB>, Wider<LastA, LastB>]
    : A
  : B

/** The size of two that are broadcast; a known one above 1 says it. */
type Wider<A extends number, B extends number> = A extends 1 ? B : B extends 1 ? A : number extends A ? B : A

/** True unless shapes are known that do not broadcast. */
export type Broadcasts<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? true
  : A extends readonly [...infer BeforeA extends Shape, infer LastA extends number]
    ? B extends readonly [...infer BeforeB extends Shape, infer LastB extends number]
      ? 1 extends LastA | LastB
        ? Broadcasts<BeforeA, BeforeB>
        : SameSize<LastA, LastB> extends true
          ? Broadcasts<BeforeA, BeforeB>
          : false
      : true
    : true

/** What the other operand must be besides a tensor or a number. */
export type Broadcastable<A extends Shape, B extends Shape> =
  Broadcasts<A, B> extends false ? ShapeError<`${Text<A>} and ${Text<B>} do not broadcast`> : unknown
