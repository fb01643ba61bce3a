/** Public functions: the index of torch's C++ frontend, with everything that stands between Python's brackets. */
import * as subscripts from '../ops/indexing/subscript.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

export type { Subscript } from '../ops/indexing/subscript.js'

/** A list of indices, or one index. */
const listOf = (given: unknown): readonly unknown[] => {
  if (Array.isArray(given)) return given
  return (typeof given === 'string' ? subscripts.partsOf(given) : null) ?? [given]
}

/** `self[…]`; only a method. */
export const index = called('index', ['self: Tensor', 'indices: value'], (x, indices) =>
  subscripts.subscript(x, listOf(indices)),
)

const PUT = ['input: Tensor', 'indices: value', 'values: TensorLike', 'accumulate: bool = False'] as const

/** `self[…] = values` in place. */
export const index_put_ = called('index_put_', PUT, (x, indices, values, accumulate) =>
  subscripts.put_(x, listOf(indices), values, accumulate),
)

/** A copy of `input` in which `values` overwrite the elements at indices, or are added to them. */
export const index_put: (
  input: Tensor,
  indices: readonly subscripts.Subscript[],
  values: TensorLike,
  accumulate?: boolean | { accumulate?: boolean },
) => Tensor = called('index_put', PUT, (x, indices, values, accumulate) =>
  subscripts.subscriptPut(x, listOf(indices), values, accumulate),
)
