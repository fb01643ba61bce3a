/** Sizes of one to three spatial dimensions. */
import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { formatShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { reshape } from '../shape/view.js'
import { MAX_SIZE } from './dims.js'

/** A size for all spatial dimensions, or one for each. */
export type Sizes = number | readonly number[]

/** A size for each of `count` dimensions. Throws unless they are integers from `least` on. */
export function toSizes(
  op: string,
  argument: string,
  value: unknown,
  count: number,
  least: number,
): number[] {
  const given: unknown[] = Array.isArray(value) ? [...value] : new Array<unknown>(count).fill(value)
  // torch takes one number in a list too.
  const all = given.length === 1 ? new Array<unknown>(count).fill(given[0]) : given
  const isSize = (size: unknown) =>
    Number.isInteger(size) && (size as number) >= least && (size as number) <= MAX_SIZE
  if (all.length === count && all.every(isSize)) return all as number[]
  const got = Array.isArray(value) ? formatShape(given as number[]) : describe(value)
  throw new ValueError(
    `${op}: ${argument} must be a whole number from ${least} to ${MAX_SIZE}, or ${count} of them, but got ${got}`,
  )
}

/** Runs `work` on `x` with a batch, [N, C, ...], where `x` may be without: then so are the results. */
export function withBatch(
  op: string,
  x: Tensor,
  dims: number,
  work: (batch: Tensor) => readonly Tensor[],
): readonly Tensor[] {
  const rank = x.dim()
  if (rank !== dims + 1 && rank !== dims + 2) {
    throw new RuntimeError(
      `${op}: Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input, but got input of size: ${formatShape(x.shape)}`,
    )
  }
  if (rank === dims + 2) return work(x)
  return work(reshape(x, [1, ...x.shape])).map((result) => reshape(result, result.shape.slice(1)))
}

/** Whether no spatial dimension, nor the channels, are empty. Throws torch's error otherwise. */
export function checkNotEmpty(op: string, x: Tensor, dims: number): void {
  if (!x.shape.slice(-dims - 1).includes(0)) return
  throw new RuntimeError(
    `${op}: Expected ${dims + 1}D or ${dims + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got:${formatShape(x.shape)}`,
  )
}
