import { ValueError } from '../base/errors.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import { MAX_ELEMENTS } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { lateTensor, type Matrix } from './late_tensor.js'
import type { SparseRows } from './sparse_rows.js'

/** What the parsers give as targets. */
export type Targets = Tensor<Matrix> | SparseCSRTensor

/** Elements of which float32 takes 64 MiB. */
const MANY = 2 ** 24

/**
 * Rows of labels as a matrix [rows, width]: dense, or sparse if that is asked for. A dense one is float32, but uint8 beyond 64 MiB if
 * all labels are 0 or 1, so that a file with many labels does not take many times its size. `columns` has the column of each number.
 */
export function targetsOf(
  op: string,
  labels: SparseRows,
  width: number,
  isSparse: boolean,
  columns: Int32Array | null = null,
): Targets {
  const rows = labels.length
  if (isSparse) return labels.toSparse(width, 0, columns)
  const count = rows * width
  if (count > MAX_ELEMENTS)
    throw new ValueError(
      `${op}: ${rows} rows of ${width} labels are more than a dense tensor holds: give sparse_output: true`,
    )
  const dtype = count > MANY && labels.areBinary ? 'uint8' : 'float32'
  return lateTensor(op, [rows, width], dtype, (elements) => labels.writeTo(elements, width, columns))
}
