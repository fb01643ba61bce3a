import type { Node } from '../autograd/node.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'

/** An operation, declared once. Functions of `ts/ops` hand it to `apply`, which records it for backward. */
export interface Op<Options = undefined> {
  readonly name: string
  /** Element type of the result; float32 where it is not said. */
  readonly dtype?: DType
  /** Shape of the result. Throws, before any kernel runs, where the inputs do not go together. */
  shape(inputs: readonly Tensor[], options: Options): Shape
  /**
   * Fills `out` and returns what backward needs. `tracked` tells whether there will be a backward.
   * Runs inside a launch: pointers stay valid until it returns. Absent where the result is only
   * ever a view of the input.
   */
  forward?(inputs: readonly Tensor[], out: Tensor, options: Options, tracked: boolean): readonly Tensor[]
  /**
   * Gradients of the inputs from that of the result; those that `node.needs` does not name may be
   * null. A gradient may have the broadcast shape: the walker sums it down. It is a new tensor, or
   * `upstream` or an alias of it, or one that forward made for this and nobody else holds.
   */
  backward?(
    upstream: Tensor,
    saved: readonly Tensor[],
    options: Options,
    node: Node,
  ): readonly (Tensor | null)[]
}

/** Every record, for the test that wants a fixture for each. */
export const records: Op<never>[] = []

/** Declares an operation. */
export function define<Options = undefined>(record: Op<Options>): Op<Options> {
  records.push(record)
  return record
}
