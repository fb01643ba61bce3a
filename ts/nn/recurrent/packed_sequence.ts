import { RuntimeError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { index_select } from '../../ops/shape/index_select.js'
import { tensor } from '../../tensor/create.js'
import { dense } from '../../tensor/strided.js'
import type { Tensor } from '../../tensor/tensor.js'

const PACKED_SEQUENCE = signature(
  'PackedSequence',
  'data: Tensor',
  'batch_sizes: Tensor',
  'sorted_indices: Tensor = None',
  'unsorted_indices: Tensor = None',
)

/**
 * Sequences of different lengths: the rows of all first steps, then those of all second steps, and so on, in falling order of
 * length. Made by `pack_padded_sequence` and `pack_sequence`. Source: torch.nn.utils.rnn.PackedSequence.
 */
export class PackedSequence {
  /** [rows of all steps, ...] */
  readonly data: Tensor
  /** The number of sequences that have each step, int32. */
  readonly batch_sizes: Tensor
  /** Where each sequence was before they were ordered by length, int32; null if they were in order. */
  readonly sorted_indices: Tensor | null
  /** Where each sequence is now. */
  readonly unsorted_indices: Tensor | null

  constructor(
    data: Tensor,
    batch_sizes: Tensor,
    sorted_indices?: Tensor | null,
    unsorted_indices?: Tensor | null,
  )
  constructor(...args: unknown[]) {
    const [data, batch_sizes, sorted_indices, unsorted_indices] = PACKED_SEQUENCE.read(args)
    this.data = data
    this.batch_sizes = batch_sizes
    this.sorted_indices = sorted_indices
    this.unsorted_indices =
      unsorted_indices ?? (sorted_indices === null ? null : inverse(integersOf(sorted_indices)))
  }
}

/** Sequences of the same order and lengths with other rows. */
export const withData = ({ batch_sizes, sorted_indices, unsorted_indices }: PackedSequence, data: Tensor) =>
  new PackedSequence(data, batch_sizes, sorted_indices, unsorted_indices)

/** Elements of an int32 vector. */
export const integersOf = (x: Tensor): readonly number[] => Array.from(dense(x).data())

/** An int32 vector. */
export const integers = (values: readonly number[]): Tensor => tensor(Int32Array.from(values))

/** The inverse of a permutation. */
export function inverse(order: readonly number[]): Tensor {
  const result = new Int32Array(order.length)
  order.forEach((from, to) => {
    result[from] = to
  })
  return tensor(result)
}

/** The rows of each step. Throws unless they do not rise and are the rows of the sequence's data. */
export function sizesOf({ data, batch_sizes }: PackedSequence): readonly number[] {
  const isVector = batch_sizes.dtype === 'int32' && batch_sizes.dim() === 1
  const sizes = isVector ? integersOf(batch_sizes) : []
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (sizes.length === 0 || sizes.some((size, i) => size < 1 || size > (sizes[i - 1] ?? size)))
    throw new RuntimeError('PackedSequence: batch_sizes must be positive integers that do not rise')
  if (data.dim() === 0 || total !== data.shape[0]) {
    throw new RuntimeError(
      `PackedSequence: batch_sizes sum up to ${total} rows, but data has shape [${data.shape}]`,
    )
  }
  return sizes
}

/** Samples of states [layers, batch, hidden] in another order; null keeps it. */
export const reordered = (states: Tensor, order: Tensor | null): Tensor =>
  order === null ? states : index_select(states, 1, order)

export const isPacked = (value: unknown): value is PackedSequence => value instanceof PackedSequence
