/** Elements of a tensor as nested arrays, in types. */
import type { Nested, Shape } from '../shape.js'

/**
 * As deep as the shape; {@link Nested} if its rank is not known.
 *
 * @example ListOf<readonly [2, 3], number> // number[][]
 */
export type ListOf<S extends Shape, Element> = number extends S['length']
  ? Nested
  : S extends readonly [number, ...infer Rest extends Shape]
    ? ListOf<Rest, Element>[]
    : Element

/** What elements of a tensor are: booleans if its type says so, else numbers. */
export type ElementOf<T> = T extends { readonly dtype: 'bool' } ? boolean : number
