/** The gradient of a scalar towards itself, with which every backward pass from a loss begins: made once, as making it takes as long as a small kernel. */
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { unscoped } from '../memory/scope.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'

let unit: Tensor | null = null

/** A 1 in `shape`, of one element. Whoever gets it holds it twice, so that passes neither change nor free it. */
export function unitGradient(shape: Shape): Tensor {
  if (shape.length > 0) return ones(shape)
  // A hook may have changed it, or freed it.
  if (unit === null || unit.storage.version > 0 || unit.storage.isDisposed) {
    unit = unscoped(() => ones(shape))
    unit.storage.keep()
  }
  return unit
}

/** Whether `gradient` is known to be 1 without reading it. */
export const isUnit = (gradient: Tensor): boolean => gradient === unit && gradient.storage.version === 0

function ones(shape: Shape): Tensor {
  const gradient = empty('backward', shape)
  launch(() => kernels.fill(gradient.pointer(), 1, 1))
  return gradient
}
