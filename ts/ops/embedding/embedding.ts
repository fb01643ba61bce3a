/** Lookup of rows of a table. */

import { describe } from '../../base/check.js'
import { IndexError, RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { selectInto } from '../shape/index_select.js'

const record = define<{ padding: number | null }, { indices: Tensor }>({
  name: 'embedding',
  shape: ([indices, table]) => [...indices.shape, table.shape[1]],
  dtype: ([, table]) => table.dtype,
  forward([indices, table], out) {
    selectInto(table, 0, indices, out)
    // Saved, so that a change in place is detected: they were checked against the table's size.
    return { indices }
  },
  backward(upstream, { indices }, { padding }, { inputShapes: [, shape] }) {
    const gradient = zerosLike(shape)
    const [rows, width] = shape
    const [up, index] = [upstream.pointer(), indices.pointer()]
    kernels.index_add(up, index, gradient.pointer(), indices.numel(), 1, rows, width)
    if (padding !== null) kernels.fill(gradient.pointer() + 4 * padding * width, 0, width)
    return [null, gradient]
  },
})

/**
 * Rows of `weight` [rows, width] at `input`, int32 of any shape -> [...input.shape, width]. The row
 * `padding_idx` gets no gradient. Source: torch.nn.functional.embedding.
 *
 * @throws IndexError if an index is out of range
 */
export function embedding(
  input: Tensor,
  weight: Tensor,
  { padding_idx = null }: { padding_idx?: number | null } = {},
): Tensor {
  checkIndices('embedding', input)
  checkTensor('embedding', 'weight', weight)
  if (weight.dim() !== 2) throw new RuntimeError("'weight' must be 2-D")
  const padding = resolvePadding(padding_idx, weight.shape[0])
  if (outOfRange(input, weight.shape[0]) !== null) throw new IndexError('index out of range in self')
  return apply(record, [input, weight], { padding })
}

/** Throws unless `indices` are int32, as kernels read them. */
export function checkIndices(op: string, indices: unknown): asserts indices is Tensor {
  checkTensor(op, 'input', indices)
  if (indices.dtype !== 'int32') {
    throw new RuntimeError(
      `Expected tensor for argument #1 'indices' to have scalar type int32, but got ${indices.dtype} instead (while checking arguments for ${op})`,
    )
  }
}

/** The position of the first index out of range, or null. */
export function outOfRange(indices: Tensor, rows: number): number | null {
  const at = indices.data<Int32Array>().findIndex((index) => index < 0 || index >= rows)
  return at < 0 ? null : at
}

/** `padding_idx`, normalised to a non-negative index. */
export function resolvePadding(padding_idx: number | null, rows: number): number | null {
  if (padding_idx === null) return null
  if (!Number.isInteger(padding_idx) || padding_idx < -rows || padding_idx >= rows) {
    throw new ValueError(
      `Padding_idx must be within num_embeddings, ${-rows} through ${rows - 1}, but got ${describe(padding_idx)}`,
    )
  }
  return padding_idx < 0 ? padding_idx + rows : padding_idx
}
