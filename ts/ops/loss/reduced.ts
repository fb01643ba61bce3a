import type { Tensor } from '../../tensor/tensor.js'
import { mean, sum } from '../reduce/reduce.js'
import type { Reduction } from './reduction.js'

/** Losses reduced by operations, for those that are not fused. */
export function reduced(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return losses
  return reduction === 'mean' ? mean(losses) : sum(losses)
}
