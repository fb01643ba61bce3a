import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { linear } from '../ops/matmul.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { fan_in, kaiming_uniform_, uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

/**
 * `y = x weightᵀ + bias` on the last dimension. Starts as torch's does, from the default generator.
 *
 * @example new torch.nn.Linear(300, 20).forward(torch.zeros([4, 300])).shape // [4, 20]
 */
export class Linear extends Module {
  /** [out_features, in_features] */
  readonly weight: Parameter
  /** [out_features], or null without a bias. */
  readonly bias: Parameter | null

  constructor(
    readonly in_features: number,
    readonly out_features: number,
    { bias = true }: { bias?: boolean } = {},
  ) {
    super()
    for (const [name, size] of Object.entries({ in_features, out_features })) {
      if (!Number.isInteger(size) || size < 0)
        throw new ValueError(`Linear: ${name} must be a size, but got ${describe(size)}`)
    }
    this.weight = new Parameter(empty('Linear', [out_features, in_features]))
    this.bias = bias ? new Parameter(empty('Linear', [out_features])) : null
    this.reset_parameters()
  }

  /** Draws new values. */
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) })
    if (this.bias !== null) {
      const bound = this.in_features > 0 ? 1 / Math.sqrt(fan_in(this.weight)) : 0
      uniform_(this.bias, -bound, bound)
    }
  }

  /** x [..., in_features] -> [..., out_features] */
  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias)
  }

  override extra_repr(): string {
    const bias = this.bias === null ? 'False' : 'True'
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${bias}`
  }
}
