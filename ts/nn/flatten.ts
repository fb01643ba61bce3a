import { signature } from '../call/signature.js'
import { flatten } from '../ops/shape/view.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** Options of {@link Flatten}. */
export interface FlattenOptions {
  /** First dimension to flatten; 1 by default. */
  start_dim?: number
  /** Last dimension to flatten; -1 by default. */
  end_dim?: number
}

const FLATTEN = signature('Flatten', 'start_dim: int = 1', 'end_dim: int = -1')
const FORWARD = signature('Flatten.forward', 'input: Tensor')

/**
 * Dimensions `start_dim` to `end_dim` as one; by default all but the first. Source: torch.nn.Flatten.
 *
 * @throws TypeError unless both are integers; IndexError from `forward` if there is no such dimension
 * @example new torch.nn.Flatten().forward(torch.zeros([2, 3, 4])).shape // [2, 12]
 */
export class Flatten extends Module {
  readonly start_dim: number
  readonly end_dim: number

  constructor(start_dim?: number | FlattenOptions, end_dim?: number | Omit<FlattenOptions, 'start_dim'>)
  constructor(...args: unknown[]) {
    super()
    const [start_dim, end_dim] = FLATTEN.read(args)
    this.start_dim = start_dim
    this.end_dim = end_dim
  }

  /** A tensor of any shape -> a view of it. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    return flatten(input, this.start_dim, this.end_dim)
  }

  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`
  }
}
