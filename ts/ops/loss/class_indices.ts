/** Targets that are class indices. */

import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { tryTo } from '../../tensor/convert.js'
import { dense } from '../../tensor/strided.js'
import type { Tensor } from '../../tensor/tensor.js'
import { eq } from '../elementwise/binary.js'

/**
 * Indices as int32. Float32 indices, as from `torch.tensor([2, 0])`, must be integers.
 *
 * @throws RuntimeError if one is not an integer, or they are booleans
 */
export function toIndices(op: string, target: Tensor): Tensor {
  if (target.dtype === 'bool')
    throw new RuntimeError(`expected target dtype to be Long or Byte, but got Bool (${op})`)
  const indices = tryTo(target, 'int32')?.detach() ?? null
  if (indices !== null && (target.dtype !== 'float32' || isSame(indices, target.detach()))) return indices
  throw new RuntimeError(
    `expected target dtype to be Long or Byte, but got Float (${op}: class indices must be whole numbers)`,
  )
}

function isSame(a: Tensor, b: Tensor): boolean {
  const same = eq(a, b)
  const isEach = same.data<Uint8Array>().every((truth) => truth === 1)
  same.dispose()
  return isEach
}

/** The first index that is outside of `low` to below `high` and not `except`, or null. */
export function indexOutside(indices: Tensor, low: number, high: number, except: number): number | null {
  const length = indices.numel()
  const elements = dense(indices)
  const position = launch(() => kernels.first_outside(elements.pointer(), length, low, high, except))
  return position === length ? null : elements.alias([], position).item()
}
