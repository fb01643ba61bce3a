/** Targets that are numbers of classes. */

import { RuntimeError } from '../errors.js'
import { launch } from '../memory/residency.js'
import type { Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { eq } from './binary.js'
import { to } from './convert.js'

/**
 * Indices as int32. Float32 ones, which is what `torch.tensor([2, 0])` makes, must be whole numbers.
 *
 * @throws RuntimeError where one is not
 */
export function toIndices(op: string, target: Tensor): Tensor {
  const indices = to(target, 'int32').detach()
  if (target.dtype !== 'float32') return indices
  const isSame = eq(indices, target.detach())
  const isWhole = isSame.data<Uint8Array>().every((same) => same === 1)
  isSame.dispose()
  if (isWhole) return indices
  throw new RuntimeError(
    `expected target dtype to be Long or Byte, but got Float (${op}: class indices must be whole numbers)`,
  )
}

/** The first of the indices that is neither from `low` to below `high` nor `except`, or null. */
export function indexOutside(indices: Tensor, low: number, high: number, except: number): number | null {
  const length = indices.numel()
  const position = launch(() => kernels.first_outside(indices.pointer(), length, low, high, except))
  return position === length ? null : indices.alias([], position).item()
}
