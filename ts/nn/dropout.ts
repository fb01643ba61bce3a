import { signature } from '../call/signature.js'
import { checkProbability, dropout } from '../ops/random/dropout.js'
import { drawing } from '../random/generator.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { repr } from './repr.js'

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** Probability of setting an element to 0; 0.5 by default. */
  p?: number
  /** Whether the input itself is changed; false by default. */
  inplace?: boolean
}

const DROPOUT = signature('Dropout', 'p: number = 0.5', 'inplace: bool = False')
const FORWARD = signature('Dropout.forward', 'input: Tensor')

/**
 * In training mode, sets elements to 0 with probability `p`, and scales the others by 1 / (1 - p).
 * Source: torch.nn.Dropout.
 *
 * @throws TypeError for arguments of another type; ValueError unless 0 <= p <= 1
 * @example new torch.nn.Dropout(0.25).eval().forward(torch.ones([2])).tolist() // [1, 1]
 */
export class Dropout extends Module {
  readonly p: number
  readonly inplace: boolean

  constructor(p?: number | DropoutOptions, inplace?: boolean | Omit<DropoutOptions, 'p'>)
  constructor(...args: unknown[]) {
    super()
    const [p, inplace] = DROPOUT.read(args)
    checkProbability(p)
    this.p = p
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    const { p, training } = this
    const compute = () => dropout(input, p, { training })
    if (!this.inplace || !training || p === 0) return compute()
    return drawing('dropout_', {}, () => inPlace('dropout_', input, compute))
  }

  override extra_repr(): string {
    return `p=${repr(this.p)}, inplace=${repr(this.inplace)}`
  }
}
