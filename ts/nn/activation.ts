import { checkNumber } from '../check.js'
import {
  checkApproximation,
  type GELUApproximation,
  gelu,
  leaky_relu,
  silu,
  tanh,
} from '../ops/activation.js'
import { sigmoid } from '../ops/elementwise.js'
import { relu } from '../ops/relu.js'
import { log_softmax, softmax } from '../ops/softmax.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { repr } from './repr.js'

/** `max(x, 0)`. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x)
  }
}

/** `x` above 0, `negative_slope x` elsewhere. Source: torch.nn.LeakyReLU. */
export class LeakyReLU extends Module {
  constructor(readonly negative_slope = 0.01) {
    super()
    checkNumber('LeakyReLU', 'negative_slope', negative_slope)
  }

  override forward(x: Tensor): Tensor {
    return leaky_relu(x, this.negative_slope)
  }

  override extra_repr(): string {
    return `negative_slope=${repr(this.negative_slope)}`
  }
}

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x)
  }
}

/** Hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x)
  }
}

/** `x sigmoid(x)`, also known as swish. Source: torch.nn.SiLU. */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x)
  }
}

/**
 * `x P(X < x)` with X of the standard normal distribution, or what approximates it by a tanh.
 * Source: torch.nn.GELU.
 *
 * @throws RuntimeError if `approximate` is neither 'none' nor 'tanh'
 * @example new torch.nn.GELU({ approximate: 'tanh' })
 */
export class GELU extends Module {
  readonly approximate: GELUApproximation

  constructor({ approximate = 'none' }: { approximate?: GELUApproximation } = {}) {
    super()
    checkApproximation(approximate)
    this.approximate = approximate
  }

  override forward(x: Tensor): Tensor {
    return gelu(x, this)
  }

  override extra_repr(): string {
    return `approximate='${this.approximate}'`
  }
}

/**
 * Softmax along `dim`. Source: torch.nn.Softmax.
 *
 * @example new torch.nn.Softmax(-1).forward(torch.zeros([2, 4])) // all 0.25
 */
export class Softmax extends Module {
  constructor(readonly dim: number) {
    super()
    checkNumber('Softmax', 'dim', dim)
  }

  override forward(x: Tensor): Tensor {
    return softmax(x, this.dim)
  }

  override extra_repr(): string {
    return `dim=${this.dim}`
  }
}

/** The logarithm of the softmax along `dim`. Source: torch.nn.LogSoftmax. */
export class LogSoftmax extends Module {
  constructor(readonly dim: number) {
    super()
    checkNumber('LogSoftmax', 'dim', dim)
  }

  override forward(x: Tensor): Tensor {
    return log_softmax(x, this.dim)
  }

  override extra_repr(): string {
    return `dim=${this.dim}`
  }
}
