/** Shapes of reductions and of joined tensors, in types. */
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import type { Insert, Replace } from './sizes.js'

/** Dimensions to reduce. */
export type Dims = number | readonly number[]

/** Without dimensions `D`, or without all if that is null; if `Keep`, with size 1 in their place. */
export type Reduced<S extends Shape, D, Keep extends boolean> = boolean extends Keep
  ? Shape
  : [D] extends [null | readonly []]
    ? Keep extends true
      ? Ones<S>
      : readonly []
    : number extends S['length']
      ? Shape
      : D extends number
        ? Replace<S, D, Keep extends true ? readonly [1] : readonly []>
        : D extends readonly number[]
          ? number extends D['length'] | D[number]
            ? Shape
            : Keep extends true
              ? Marked<S, D, 1>
              : Unmarked<Marked<S, D, -1>>
          : Shape

type Ones<S extends Shape> = number extends S['length'] ? Shape : { readonly [K in keyof S]: 1 }

/** With `Mark` in place of the sizes of dimensions `D`. */
type Marked<S extends Shape, D extends readonly number[], Mark extends number> = D extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? Marked<Replace<S, First, readonly [Mark]>, Rest, Mark>
  : S

type Unmarked<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends number, ...infer Rest extends Shape]
    ? N extends -1
      ? Unmarked<Rest>
      : readonly [N, ...Unmarked<Rest>]
    : readonly []

/** The shape of each tensor of a list. */
type ShapeIn<T> = T extends Tensor<infer S> ? S : Shape

/** Of a new dimension `D` with an entry for each tensor. */
export type Stacked<T extends readonly Tensor[], D extends number> = Insert<
  ShapeIn<T[0]>,
  D,
  readonly [T['length']]
>

/** Of tensors one after another along dimension `D`. */
export type Concatenated<T extends readonly Tensor[], D extends number> = number extends T['length']
  ? Along<ShapeIn<T[number]>, D>
  : Along<Merged<T>, D>

type Along<S extends Shape, D extends number> = Replace<S, D, readonly [number]>

/** What is known of the shapes together; a vector may be an empty one, which is skipped. */
type Merged<T extends readonly Tensor[]> = T extends readonly [
  Tensor<infer S>,
  ...infer Rest extends readonly Tensor[],
]
  ? Rest extends readonly []
    ? S
    : Both<S, Merged<Rest>>
  : Shape

type Both<A extends Shape, B extends Shape> = number extends A['length'] | B['length']
  ? Shape
  : A['length'] extends B['length']
    ? { readonly [K in keyof A]: K extends keyof B ? (number extends A[K] ? B[K] : A[K]) : never }
    : A extends readonly [number]
      ? B
      : A
