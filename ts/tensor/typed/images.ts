/** Shapes of images, [N, C, H, W] or without N, in types. */
import type { Shape } from '../shape.js'
import type { SameSize, ShapeError, SizeAt, Text } from './sizes.js'

/** Of images of another size, with `C` channels. */
export type WithChannels<S extends Shape, C extends number> = S extends readonly [
  infer N extends number,
  number,
  number,
  number,
]
  ? readonly [N, C, number, number]
  : S extends readonly [number, number, number]
    ? readonly [C, number, number]
    : Shape

/** Of images of another size. */
export type Resized<S extends Shape> = WithChannels<S, SizeAt<S, -3>>

/** What the input of a convolution must be besides a tensor. */
export type HasChannels<S extends Shape, C extends number> =
  SameSize<SizeAt<S, -3>, C> extends false
    ? ShapeError<`the input ${Text<S>} does not have ${C} channels`>
    : unknown
