/** Two operands as a broadcast matrix for a kernel. */
import { numberAt } from '../../kernels/heap.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { numelOf, type Shape } from '../../tensor/shape.js'
import { expandElements } from '../../tensor/strided.js'
import type { Tensor } from '../../tensor/tensor.js'

/** A kernel of two operands; its result, if any, is passed on. */
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

/** Runs a kernel over two operands as a broadcast matrix; `out` has their broadcast shape. */
export function broadcast<Result>(
  kernel: Kernel<Result>,
  a: Tensor,
  b: Tensor | number,
  out: Tensor,
): Result {
  const length = out.numel()
  if (typeof b === 'number') {
    return kernel(a.pointer(), numberAt(b), out.pointer(), 1, length, 0, 1, 0, 0)
  }
  if (a.numel() === length && b.numel() === length) {
    return kernel(a.pointer(), b.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
  }
  const matrix = matrixOf(a.shape, b.shape, out.shape)
  const size = matrix.rows * matrix.columns
  if (size === length || size >= LARGE_MATRIX) {
    return overMatrices(kernel, partOf(a), partOf(b), partOf(out))
  }
  const [wideA, wideB] = [expandElements(a, out.shape), expandElements(b, out.shape)]
  const result = kernel(wideA.pointer(), wideB.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
  if (wideA !== a) wideA.dispose()
  if (wideB !== b) wideB.dispose()
  return result
}

/** Elements of a matrix for which a kernel's call of its own costs less than copies of the operands. */
const LARGE_MATRIX = 512

/** Elements of a tensor: all of them, or those at one index of its first dimensions. */
interface Part {
  readonly pointer: number
  readonly shape: Shape
  readonly bytes: number
}

const partOf = (x: Tensor): Part => ({
  pointer: x.pointer(),
  shape: x.shape,
  bytes: bytesPerElement[x.dtype],
})

/** The elements at index `k` of a dimension, the `dims`th last one, which they may repeat or not have. */
function partAt(x: Part, dims: number, k: number): Part {
  if (x.shape.length < dims) return x
  const shape = x.shape.slice(1)
  return { ...x, shape, pointer: x.shape[0] === 1 ? x.pointer : x.pointer + k * x.bytes * numelOf(shape) }
}

/** Runs the kernel over each of the matrices of which `out` consists; 0 if any of them gives 0. */
function overMatrices<Result>(kernel: Kernel<Result>, a: Part, b: Part, out: Part): Result {
  const { rows, columns, inRows, inColumns } = matrixOf(a.shape, b.shape, out.shape)
  const [count] = out.shape
  if (rows * columns !== numelOf(out.shape)) {
    const dims = out.shape.length
    const run = (k: number) =>
      overMatrices(kernel, partAt(a, dims, k), partAt(b, dims, k), partAt(out, dims, k))
    let result = run(0)
    for (let k = 1; k < count; k++) {
      const next = run(k)
      if (next === 0) result = next
    }
    return result
  }
  const rowStride = (operand: number) =>
    (inRows & operand) === 0 ? 0 : (inColumns & operand) === 0 ? 1 : columns
  const columnStride = (operand: number) => ((inColumns & operand) === 0 ? 0 : 1)
  return kernel(
    a.pointer,
    b.pointer,
    out.pointer,
    rows,
    columns,
    rowStride(A),
    columnStride(A),
    rowStride(B),
    columnStride(B),
  )
}

/** Operands as bits. */
const A = 1
const B = 2

/**
 * `out` as a matrix in which each operand has all rows (or columns) or repeats one: [N, C] with [C] or [N, 1], an outer product,
 * a scalar. `inRows` and `inColumns` say which operands have all. If there is no such matrix, the result has fewer elements than `out`.
 */
function matrixOf(a: Shape, b: Shape, out: Shape) {
  let rows = 1
  let columns = 1
  let inRows = 0
  let inColumns = 0
  for (let i = 1; i <= out.length; i++) {
    const size = out[out.length - i]
    if (size === 1) continue
    const operands = (a[a.length - i] === size ? A : 0) | (b[b.length - i] === size ? B : 0)
    if (columns === 1) inColumns = operands
    if (rows === 1 && operands === inColumns) columns *= size
    else if (rows === 1 || operands === inRows) {
      inRows = operands
      rows *= size
    } else break
  }
  return { rows, columns, inRows, inColumns }
}
