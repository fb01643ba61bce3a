/** Norms of matrices in two dimensions. */
import { RuntimeError } from '../../base/errors.js'
import { normalizeDim, ownIntegers } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { squeeze } from '../shape/view.js'
import { amax, amin } from './extreme.js'
import { vector_norm } from './norm.js'

/** Which norm: 'fro', or ±1 and ±Infinity, the greatest or least sum of a column or row. */
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
  if (ord === 'nuc' || Math.abs(Number(ord)) === 2)
    throw new RuntimeError(
      `${op}: order ${ord} needs singular values, which do not exist here; 'fro', ±1 and ±Infinity do`,
    )
  if (Math.abs(Number(ord)) !== 1 && Math.abs(Number(ord)) !== Number.POSITIVE_INFINITY)
    throw new RuntimeError(`${op}: Order ${ord} not supported.`)
  const [summed, chosen] = Math.abs(Number(ord)) === 1 ? [rows, columns] : [columns, rows]
  const sums = vector_norm(x, 1, { dim: summed, keepdim: true }, op)
  const norm = (Number(ord) > 0 ? amax : amin)(sums, { dim: chosen, keepdim: true }, op)
  return keepdim ? norm : squeeze(norm, [rows, columns])
}
