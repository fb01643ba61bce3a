import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { index_select } from '../ops/shape/index_select.js'
import { stack } from '../ops/shape/join.js'
import { select } from '../ops/shape/slice.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'

/** Rows that a DataLoader can batch: each is a tuple of tensors. */
export interface Dataset<Row extends readonly Tensor[] = readonly Tensor[]> {
  /** Number of rows. */
  readonly length: number
  /** One row. */
  get(index: number): Row
  /** The rows at `indices` (int32), stacked; by default calls `get` for each. */
  batch?(indices: Tensor): Row
}

/** The number of rows of a dataset, which may be a user's class. */
export function sizeOf(owner: string, dataset: unknown): number {
  const length = (dataset as { length?: unknown } | null | undefined)?.length
  if (!Number.isInteger(length) || !((length as number) >= 0 && (length as number) < 2 ** 29)) {
    throw new ValueError(`${owner}: dataset.length must be a number of rows, but got ${describe(length)}`)
  }
  return length as number
}

/** The number of rows, for a dataset that will be read. */
export function rowsOf(owner: string, dataset: unknown): number {
  const rows = sizeOf(owner, dataset)
  const { get, batch } = dataset as { get?: unknown; batch?: unknown }
  if (typeof get === 'function' || typeof batch === 'function') return rows
  throw new TypeError(
    `${owner}: dataset must have a method get, which returns a row of Tensors, but got ${describe(dataset)}`,
  )
}

/** Stacks rows field by field. */
export function collate<Row extends readonly Tensor[]>(rows: readonly Row[]): Row {
  for (const row of rows) {
    if (!Array.isArray(row))
      throw new TypeError(`dataset.get must return an array of Tensors, but got ${describe(row)}`)
    if (row.length !== rows[0].length)
      throw new RuntimeError('each element in list of batch should be of equal size')
  }
  return rows[0].map((_, field) => stack(rows.map((row) => row[field]))) as readonly Tensor[] as Row
}

const TENSOR_DATASET = signature('TensorDataset', '*tensors: value')
const GET = signature('TensorDataset.get', 'index: int')
const BATCH = signature('TensorDataset.batch', 'indices: Tensor')

/**
 * Rows along the first dimension of one or more tensors. Source: torch.utils.data.TensorDataset.
 *
 * @throws RuntimeError if their first dimensions differ
 * @example new torch.utils.data.TensorDataset(inputs, targets).get(0) // [inputs[0], targets[0]]
 */
export class TensorDataset<Row extends readonly Tensor[]> implements Dataset<Row> {
  readonly tensors: Row
  readonly length: number

  constructor(...given: Row)
  constructor(...args: unknown[]) {
    const tensors = TENSOR_DATASET.read(args)[0] as readonly Tensor[] as Row
    for (const [i, tensor] of tensors.entries()) checkTensor('TensorDataset', `tensors[${i}]`, tensor)
    const sizes = tensors.map((tensor) => tensor.shape[0])
    if (sizes.length === 0 || sizes.some((size) => size === undefined || size !== sizes[0])) {
      throw new RuntimeError(`Size mismatch between tensors: first dimensions are [${sizes.join(', ')}]`)
    }
    this.tensors = tensors
    this.length = sizes[0]
  }

  /** Views of row `index` of each tensor. */
  get(index: number): Row
  get(...args: unknown[]): Row {
    const [index] = GET.read(args)
    return this.tensors.map((tensor) => select(tensor, 0, index)) as readonly Tensor[] as Row
  }

  /** The rows at `indices` (int32), stacked. */
  batch(indices: Tensor): Row
  batch(...args: unknown[]): Row {
    const [indices] = BATCH.read(args)
    return this.tensors.map((tensor) => index_select(tensor, 0, indices)) as readonly Tensor[] as Row
  }
}
