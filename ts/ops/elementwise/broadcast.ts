/** Two operands as one broadcast matrix, as kernels take them. */
import { broadcastStrides, numelOf, type Shape } from '../../tensor/shape.js'
import { expandElements } from '../../tensor/strided.js'
import type { Tensor } from '../../tensor/tensor.js'

/** A kernel of two operands; what it returns, if anything, is its own affair. */
export type Kernel<Result = void> = (
  a: number,
  b: number,
  out: number,
  rows: number,
  columns: number,
  a_row_stride: number,
  a_column_stride: number,
  b_row_stride: number,
  b_column_stride: number,
) => Result

/** Runs a kernel over two operands as one broadcast matrix, `out` having the shape of both together. */
export function broadcast<Result>(kernel: Kernel<Result>, a: Tensor, b: Tensor, out: Tensor): Result {
  const length = out.numel()
  if (a.numel() === length && b.numel() === length) {
    return kernel(a.pointer(), b.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
  }
  const split = matrixSplit(a.shape, b.shape, out.shape)
  if (split === null) {
    const [wideA, wideB] = [expandElements(a, out.shape), expandElements(b, out.shape)]
    const result = kernel(wideA.pointer(), wideB.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
    if (wideA !== a) wideA.dispose()
    if (wideB !== b) wideB.dispose()
    return result
  }
  const rows = numelOf(out.shape.slice(0, split))
  const columns = numelOf(out.shape.slice(split))
  const strides = [a, b].flatMap((x) => {
    const full = broadcastStrides(x.shape, out.shape)
    const row = full.slice(0, split).some((stride) => stride !== 0)
    const column = full.slice(split).some((stride) => stride !== 0)
    return [row ? (column ? columns : 1) : 0, column ? 1 : 0]
  })
  return kernel(
    a.pointer(),
    b.pointer(),
    out.pointer(),
    rows,
    columns,
    strides[0],
    strides[1],
    strides[2],
    strides[3],
  )
}

/**
 * Where to cut `out` into rows and columns so that each operand is whole or repeated in each part:
 * [N, C] with [C] or [N, 1], an outer product, a scalar. Null where no cut does it.
 */
function matrixSplit(a: Shape, b: Shape, out: Shape): number | null {
  const fits = (x: Shape, split: number) => {
    const missing = out.length - x.length
    const padded = [...new Array<number>(missing).fill(1), ...x]
    const uniform = (from: number, to: number) => {
      const sizes = padded.slice(from, to)
      return sizes.every((size) => size === 1) || sizes.every((size, i) => size === out[from + i])
    }
    return uniform(0, split) && uniform(split, out.length)
  }
  for (let split = out.length; split >= 0; split--) if (fits(a, split) && fits(b, split)) return split
  return null
}
