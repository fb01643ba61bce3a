import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { linear } from '../ops/linear/linear.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { EndsWith } from '../tensor/typed/products.js'
import type { IfKnown, WithLast } from '../tensor/typed/sizes.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { fan_in, kaiming_uniform_, uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of {@link Linear}. */
export interface LinearOptions extends FactoryOptions {
  /** Whether a bias is learned; true by default. */
  bias?: boolean
}

const LINEAR = signature(
  'Linear',
  'in_features: int',
  'out_features: int',
  'bias: bool = True',
  DEVICE,
  DTYPE,
)
const FORWARD = signature('Linear.forward', 'input: Tensor|SparseCSRTensor')
const RESET_PARAMETERS = signature('Linear.reset_parameters')

/**
 * `y = x weightᵀ + bias` on the last dimension. Initialised as in torch, from the default generator.
 * Source: torch.nn.Linear.
 *
 * Its sizes, if literals, are part of its type, so that an input of another size does not compile.
 *
 * @throws TypeError for arguments of another type; ValueError for a negative size
 * @example new torch.nn.Linear(300, 20).forward(torch.zeros([4, 300])).shape // [4, 20]
 * @example new torch.nn.Linear(300, 20, false) // or { bias: false }
 */
export class Linear<out I extends number = number, out O extends number = number> extends Module {
  readonly in_features: I
  readonly out_features: O
  /** [out_features, in_features] */
  weight: Parameter
  /** [out_features], or null without a bias. */
  bias: Parameter | null = null

  constructor(in_features: I, out_features: O, bias?: boolean, options?: FactoryOptions)
  constructor(in_features: I, out_features: O, options?: LinearOptions)
  constructor(options: LinearOptions & { in_features: I; out_features: O })
  constructor(...args: unknown[]) {
    super()
    const [in_features, out_features, bias] = LINEAR.read(args)
    for (const [name, size] of Object.entries({ in_features, out_features })) {
      if (size < 0) throw new ValueError(`Linear: ${name} must be a size, but got ${describe(size)}`)
    }
    this.in_features = in_features as I
    this.out_features = out_features as O
    this.weight = new Parameter(empty('Linear', [out_features, in_features]))
    this.register_parameter('bias', bias ? new Parameter(empty('Linear', [out_features])) : null)
    this.reset_parameters()
  }

  /** Draws new values. */
  reset_parameters(): void
  reset_parameters(...args: unknown[]): void {
    RESET_PARAMETERS.read(args)
    const { weight, bias } = this
    Storage.changeAll(bias === null ? [weight] : [weight, bias], () => {
      kaiming_uniform_(weight, { a: Math.sqrt(5) })
      if (bias === null) return
      const bound = this.in_features > 0 ? 1 / Math.sqrt(fan_in(weight)) : 0
      uniform_(bias, -bound, bound)
    })
  }

  /**
   * input [..., in_features] -> [..., out_features]. A SparseCSRTensor [N, in_features] is an input too, whose type `Sequential`
   * and `F.linear` take. Here a union would be asked of every subclass that overrides `forward(x: Tensor)`, and a second overload would
   * end calls of what is one of several layers.
   */
  override forward<S extends Shape>(input: Tensor<S> & EndsWith<S, I>): Tensor<IfKnown<S, WithLast<S, O>>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    return linear(input, this.weight, this.bias)
  }

  override extra_repr(): string {
    const bias = this.bias === null ? 'False' : 'True'
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${bias}`
  }
}
