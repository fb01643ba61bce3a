import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { index_select } from '../ops/shape/index_select.js'
import { checkIndex, select } from '../ops/shape/slice.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import { SparseTensor } from '../tensor/sparse.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'

/** What a {@link TensorDataset} has rows of. */
export type Rows = Tensor | SparseCSRTensor

/** Rows that a DataLoader can batch: tuples of tensors, or anything else that its `collate_fn` takes. */
export interface Dataset<Row = readonly Rows[]> {
  /** Number of rows. */
  readonly length: number
  /** One row, or a promise of it. */
  get(index: number): Row | Promise<Row>
  /** The rows at `indices` (int32), stacked, or a promise of them; by default calls `get` for each. */
  batch?(indices: Tensor): unknown
}

/**
 * Base of streams of rows, whose number need not be known: a subclass says how to iterate, and may do so asynchronously.
 * Source: torch.utils.data.IterableDataset.
 *
 * @example
 * class Lines extends torch.utils.data.IterableDataset<[torch.Tensor]> {
 *   *[Symbol.iterator]() { for (const line of lines) yield [parse(line)] as [torch.Tensor] }
 * }
 */
export abstract class IterableDataset<Row> implements Iterable<Row> {
  constructor() {
    if (new.target === IterableDataset) {
      throw new TypeError('IterableDataset has no rows: use a subclass with [Symbol.iterator]')
    }
  }

  /** The rows, in order. */
  abstract [Symbol.iterator](): Iterator<Row>
}

/** Whether a dataset is a stream: without rows by index. */
export function isStream(dataset: unknown): boolean {
  if (typeof dataset !== 'object' || dataset === null || Array.isArray(dataset)) return false
  if ('get' in dataset || 'batch' in dataset) return false
  return Symbol.iterator in dataset || Symbol.asyncIterator in dataset
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

const TENSOR_DATASET = signature('TensorDataset', '*tensors: value')
const GET = signature('TensorDataset.get', 'index: int')
const BATCH = signature('TensorDataset.batch', 'indices: Tensor')

/**
 * Rows along the first dimension of one or more tensors; those of a SparseCSRTensor are matrices of one row. Source: torch.utils.data.TensorDataset.
 *
 * @throws RuntimeError if their first dimensions differ
 * @example new torch.utils.data.TensorDataset(inputs, targets).get(0) // [inputs[0], targets[0]]
 */
export class TensorDataset<Row extends readonly Rows[]> implements Dataset<Row> {
  readonly tensors: Row
  readonly length: number

  constructor(...given: Row)
  constructor(...args: unknown[]) {
    const tensors = TENSOR_DATASET.read(args)[0] as readonly Rows[] as Row
    for (const [i, tensor] of tensors.entries()) {
      if (!(tensor instanceof SparseTensor)) checkTensor('TensorDataset', `tensors[${i}]`, tensor)
    }
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
    return this.tensors.map((tensor) =>
      tensor instanceof SparseTensor
        ? tensor.narrow(0, checkIndex(index, 0, this.length), 1)
        : select(tensor, 0, index),
    ) as readonly Rows[] as Row
  }

  /** The rows at `indices` (int32), stacked. */
  batch(indices: Tensor): Row
  batch(...args: unknown[]): Row {
    const [indices] = BATCH.read(args)
    return this.tensors.map((tensor) =>
      tensor instanceof SparseTensor ? tensor.index_select(0, indices) : index_select(tensor, 0, indices),
    ) as readonly Rows[] as Row
  }
}
