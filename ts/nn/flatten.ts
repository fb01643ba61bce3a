import { flatten } from '../ops/view.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/**
 * Dimensions `start_dim` to `end_dim` as one; by default all but the first. Source: torch.nn.Flatten.
 *
 * @example new torch.nn.Flatten().forward(torch.zeros([2, 3, 4])).shape // [2, 12]
 */
export class Flatten extends Module {
  constructor(
    readonly start_dim = 1,
    readonly end_dim = -1,
  ) {
    super()
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.start_dim, this.end_dim)
  }

  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`
  }
}
