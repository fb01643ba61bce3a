import { signature } from '../call/signature.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { Module } from './module.js'

const FORWARD = signature('Identity.forward', 'input: any')

/**
 * Returns its input. The constructor ignores its arguments, as in torch, so that it can
 * replace any layer. Source: torch.nn.Identity.
 *
 * @example new torch.nn.Identity(54, { unused: true }).forward(x) // x
 */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super()
  }

  /** Anything -> the same. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    return FORWARD.read(args)[0] as Tensor
  }
}
