/** Conversion of elements to nested arrays. */

import { RuntimeError } from '../base/errors.js'
import type { DType, TypedArray } from './dtype.js'
import { formatShape, type Nested, type Shape } from './shape.js'

/** Row-major `data` as nested arrays, a number for 0-d; bool as booleans. */
export function nestedOf(data: TypedArray, shape: Shape, dtype: DType): Nested {
  if (data.length === 0) checkRows(shape)
  let next = 0
  const build = (dim: number): Nested => {
    if (dim === shape.length) {
      const value = data[next++]
      return dtype === 'bool' ? value !== 0 : value
    }
    const rows = new Array<Nested>(shape[dim])
    for (let i = 0; i < rows.length; i++) rows[i] = build(dim + 1)
    return rows
  }
  return build(0)
}

/** The most nested arrays for a shape without elements, whose number depends only on the shape. */
const MAX_EMPTY_ROWS = 2 ** 20

/** Throws if a shape without elements needs too many arrays. */
function checkRows(shape: Shape): void {
  let rows = 1
  for (const size of shape) {
    rows *= size
    if (rows <= MAX_EMPTY_ROWS) continue
    throw new RuntimeError(
      `tolist: a tensor of shape ${formatShape(shape)} has no elements, but more than ${MAX_EMPTY_ROWS} rows, too many for arrays`,
    )
  }
}
