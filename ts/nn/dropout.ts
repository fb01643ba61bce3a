import { checkProbability, dropout } from '../ops/dropout.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr } from './repr.js'

/**
 * While training, sets elements to 0 with probability `p`, and scales the others by 1 / (1 - p).
 * Source: torch.nn.Dropout.
 *
 * @throws ValueError unless 0 <= p <= 1
 * @example new torch.nn.Dropout(0.25).eval().forward(torch.ones([2])).tolist() // [1, 1]
 */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super()
    checkProbability(p)
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training })
  }

  override extra_repr(): string {
    return `p=${repr(this.p)}, inplace=False`
  }
}
