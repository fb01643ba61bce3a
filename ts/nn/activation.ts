import { relu, sigmoid } from '../ops/elementwise.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** `max(x, 0)`. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x)
  }
}

/** `1 / (1 + e^-x)`. */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x)
  }
}

/** `x` as it is. */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x
  }
}
