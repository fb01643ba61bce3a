/** Triangles of matrices. */
import { RuntimeError } from '../../base/errors.js'
import { no_grad } from '../../graph/grad_mode.js'
import { arange } from '../../tensor/create.js'
import type { Tensor } from '../../tensor/tensor.js'
import { unsqueeze } from '../shape/view.js'
import { add, gt, lt } from './binary.js'
import { masked_fill } from './where.js'

/** Whether each element of a matrix is above (or below) the diagonal that is moved by `offset`. */
export function beyond(rows: number, columns: number, offset: number, above: boolean): Tensor {
  return no_grad(() => {
    const [row, column] = [rows, columns].map((size) => arange(0, size, 1, { dtype: 'int32' }))
    const last = add(unsqueeze(row, 1), Math.min(Math.max(offset, -rows), columns))
    return above ? gt(column, last) : lt(column, last)
  })
}

/** The elements on and below (or above) a diagonal of the last two dimensions, else 0. */
export function triangle(op: string, x: Tensor, offset: number, above: boolean): Tensor {
  if (x.dim() < 2) throw new RuntimeError(`${op}: input tensor must have at least 2 dimensions`)
  const [rows, columns] = x.shape.slice(-2)
  return masked_fill(x, beyond(rows, columns, offset, above), 0)
}
