import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** `x` as it is; arguments of the constructor are ignored, so that it can stand in for any layer. Source: torch.nn.Identity. */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super()
  }

  override forward(x: Tensor): Tensor {
    return x
  }
}
