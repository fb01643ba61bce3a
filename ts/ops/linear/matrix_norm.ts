/** Norms of matrices in two dimensions. */
import { RuntimeError } from '../../base/errors.js'
import { normalizeDim, ownIntegers } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { keptShape } from '../reduce/dims.js'
import { amax, amin } from '../reduce/extreme.js'
import { vector_norm } from '../reduce/norm.js'
import { sum } from '../reduce/reduce.js'
import { permute } from '../shape/permute.js'
import { reshape, squeeze } from '../shape/view.js'
import { svdvals } from './svd.js'

/** Which norm: 'fro'; ±1 and ±Infinity, the greatest or least sum of a column or row; 'nuc' and ±2 of singular values. */
export type MatrixOrd = number | string

/** The norms of the matrices in `dims`. */
export function matrix_norm(
  op: string,
  x: Tensor,
  ord: MatrixOrd,
  dims: readonly number[],
  keepdim: boolean,
): Tensor {
  const own = ownIntegers(op, 'dim', dims)
  if (x.dim() < 2) throw new RuntimeError(`${op}: The input tensor A must have at least 2 dimensions.`)
  if (own.length !== 2) throw new RuntimeError(`${op}: dim must be a 2-tuple. Got ${own}`)
  const [rows, columns] = own.map((dim) => normalizeDim(dim, x.dim()))
  if (rows === columns) throw new RuntimeError(`${op}: dims must be different. Got (${own})`)
  if (ord === 'fro') return vector_norm(x, 2, { dim: own, keepdim }, op)
  const size = Math.abs(Number(ord))
  if (ord === 'nuc' || size === 2) {
    const kept = x.shape.map((_, i) => i).filter((i) => i !== rows && i !== columns)
    const values = svdvals(op, permute(x, [...kept, rows, columns]))
    const norm =
      ord === 'nuc' ? sum(values, { dim: -1 }) : squeeze(extremeOf(op, values, Number(ord), -1), -1)
    return keepdim ? reshape(norm, keptShape(x.shape, [rows, columns])) : norm
  }
  if (size !== 1 && size !== Number.POSITIVE_INFINITY)
    throw new RuntimeError(`${op}: Order ${ord} not supported.`)
  const [summed, chosen] = size === 1 ? [rows, columns] : [columns, rows]
  const sums = vector_norm(x, 1, { dim: summed, keepdim: true }, op)
  const norm = extremeOf(op, sums, Number(ord), chosen)
  return keepdim ? norm : squeeze(norm, [rows, columns])
}

const extremeOf = (op: string, x: Tensor, ord: number, dim: number): Tensor =>
  (ord > 0 ? amax : amin)(x, { dim, keepdim: true }, op)
