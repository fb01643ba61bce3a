import { ValueError } from '../errors.js'
import { div, mul } from '../ops/binary.js'
import { bernoulli } from '../random/sample.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** Zeroes elements with probability `p` while training, and scales the others by 1 / (1 - p). */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super()
    if (!(p >= 0 && p <= 1))
      throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`)
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x
    if (this.p === 1) return mul(x, 0)
    return mul(x, div(bernoulli(x, { p: 1 - this.p }), 1 - this.p))
  }

  override extra_repr(): string {
    return `p=${this.p}, inplace=False`
  }
}
