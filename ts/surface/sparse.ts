/** Matrices of which only the elements that are not 0 are stored. */
import { typedArrayName } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { to } from '../tensor/convert.js'
import { tensor } from '../tensor/create.js'
import type { DType } from '../tensor/dtype.js'
import { formatShape, ownIntegers, type Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { checkCompressed, SparseCSRTensor } from './sparse_csr.js'

/** One number for each element: a vector, an array or a typed array. */
export type Numbers = Tensor | ArrayLike<number>

/** Keywords of {@link sparse_csr_tensor}. */
export interface SparseOptions {
  /** By default the type of the values. */
  dtype?: DType | null
  device?: 'cpu' | null
}

const SPARSE_CSR_TENSOR = signature(
  'sparse_csr_tensor',
  'crow_indices: value',
  'col_indices: value',
  'values: value',
  'size: ints = None',
  '*',
  'dtype: dtype = None',
  "device: 'cpu' = None",
  'pin_memory: False = False',
  'requires_grad: False = False',
  'check_invariants: bool = None',
)

/**
 * A matrix of which only the stored elements take memory, row by row (compressed sparse row): row `i` has `values[k]` in column
 * `col_indices[k]` for each `k` from `crow_indices[i]` to before `crow_indices[i + 1]`; all other elements are 0. Indices and
 * values are copied, and always checked. Without `size`, the columns end with the last that is stored.
 * Source: torch.sparse_csr_tensor.
 *
 * @param crow_indices integers [rows + 1] that rise from 0 to the number of values
 * @param col_indices integers, one for each value, rising within a row
 * @throws RuntimeError, with torch's messages, unless the indices are valid; TypeError for arguments of another type
 * @example
 * const x = torch.sparse_csr_tensor([0, 2, 3], [0, 2, 1], [1, 2, 3], [2, 3])
 * x.to_dense().tolist() // [[1, 0, 2], [0, 3, 0]]
 * new torch.nn.Linear(3, 4).forward(x).shape // [2, 4]
 */
export function sparse_csr_tensor(
  crow_indices: Numbers,
  col_indices: Numbers,
  values: Numbers | ArrayLike<boolean>,
  size?: readonly [rows: number, columns: number] | (SparseOptions & { size?: Shape }) | null,
  options?: SparseOptions,
): SparseCSRTensor
export function sparse_csr_tensor(...args: unknown[]): SparseCSRTensor {
  const [crow, col, given, size, dtype] = SPARSE_CSR_TENSOR.read(args)
  const rows = indicesOf('crow_indices', crow)
  const columns = indicesOf('col_indices', col)
  const values = valuesOf(given, dtype)
  const shape =
    size === null
      ? [Math.max(rows.length - 1, 0), columns.reduce((most, column) => Math.max(most, column + 1), 0)]
      : ownIntegers('sparse_csr_tensor', 'size', size)
  if (shape.length !== 2) {
    throw new RuntimeError(
      `sparse_csr_tensor: size must be [rows, columns], but got ${formatShape(shape)}: tensor dimensionality must be 2 here`,
    )
  }
  const elements = values.data()
  checkCompressed({ crow: rows, col: columns, values: elements }, shape as [number, number])
  return new SparseCSRTensor(rows, columns, elements, values.dtype, shape as [number, number])
}

/** A copy of indices. */
function indicesOf(argument: string, given: unknown): Int32Array {
  if (given instanceof Tensor) {
    if (given.dtype === 'int32' && given.dim() === 1) return given.data<Int32Array>()
    throw new RuntimeError(
      `sparse_csr_tensor: ${argument} must be an int32 vector, but got ${given.dtype} of shape ${formatShape(given.shape)}`,
    )
  }
  if (typedArrayName(given) === 'Int32Array') return Int32Array.from(given as Int32Array)
  const isList = Array.isArray(given) || (ArrayBuffer.isView(given) && typedArrayName(given) !== undefined)
  if (!isList) {
    throw new TypeError(
      `sparse_csr_tensor: ${argument} must be a Tensor or an array of integers, but got ${describe(given)}`,
    )
  }
  return Int32Array.from(given as ArrayLike<unknown>, (index, i) => {
    if (Number.isInteger(index) && Math.abs(index as number) < 2 ** 31) return index as number
    throw new TypeError(
      `sparse_csr_tensor: ${argument}[${i}] must be an integer of 32 bits, but got ${describe(index)}`,
    )
  })
}

/** The values as a vector of their own type, or of the one that is wanted. */
function valuesOf(given: unknown, dtype: DType | null): Tensor {
  const values = given instanceof Tensor ? given : tensor(given as Float32Array, { dtype })
  if (values.dim() !== 1) {
    throw new RuntimeError(
      `sparse_csr_tensor: values must be a vector, but got shape ${formatShape(values.shape)}`,
    )
  }
  if (values.requires_grad) {
    throw new RuntimeError(
      'sparse_csr_tensor: values must not require a gradient, which only weights and biases get here; write values.detach()',
    )
  }
  return dtype === null ? values : to(values, dtype)
}
