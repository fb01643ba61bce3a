import type { Deferred } from '../memory/storage.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

/** What backward is told of the recorded operation. */
export interface Recorded {
  readonly inputShapes: readonly Shape[]
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[]
  /** Whether nobody else holds the upstream gradient of this backward pass, so that it may be written over. */
  readonly ownsUpstream: boolean
}

/** How gradients go back through an operation: what a node needs to know of it. */
export interface Differentiable<Options = undefined> {
  readonly name: string
  /**
   * Gradients of the inputs from that of the result; those that `node.needs` does not name may be
   * null. A gradient may have the broadcast shape: the walker sums it down. It is a new tensor, or
   * `upstream` or an alias of it, or one that forward made for this and nobody else holds. It may be
   * written over `upstream` if `node.ownsUpstream`, but never over what was saved: a pass that fails is tried again.
   */
  backward?(
    upstream: Tensor,
    saved: readonly Tensor[],
    options: Options,
    node: Recorded,
  ): readonly (Tensor | null)[]
}

/** An operation, declared once. Functions of `ts/ops` hand it to `apply`, which records it for backward. */
export interface Op<Options = undefined> extends Differentiable<Options> {
  /** Element type of the result; float32 where it is not said. */
  readonly dtype?: DType
  /** Shape of the result. Throws, before any kernel runs, where the inputs do not go together. */
  shape(inputs: readonly Tensor[], options: Options): Shape
  /**
   * The work whose result `out` is, where it may wait until somebody asks for its elements: then
   * `forward` leaves them alone.
   */
  defer?(inputs: readonly Tensor[], options: Options): Deferred | null
  /**
   * Fills `out` and returns what backward needs, and no more: what is saved may not change before that. All tensors
   * that backward reads are among them, never in `options`; those made here are freed after the last pass. `tracked`
   * tells whether there will be a backward. Runs inside a launch: pointers stay valid until it returns.
   */
  forward(inputs: readonly Tensor[], out: Tensor, options: Options, tracked: boolean): readonly Tensor[]
}

/** Every record, for the test that wants a fixture for each. */
export const records: Differentiable<never>[] = []

/** Declares an operation. */
export function define<Options = undefined>(record: Op<Options>): Op<Options> {
  records.push(record)
  return record
}

/** Declares what makes no tensor of its own: a view, or a change in place. */
export function defineGradient<Options = undefined>(
  record: Differentiable<Options>,
): Differentiable<Options> {
  records.push(record)
  return record
}
