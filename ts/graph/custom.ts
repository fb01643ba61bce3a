/** Nodes whose backward is a function of the user's. */
import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { duplicate } from '../tensor/copy.js'
import { formatShape, type Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'
import { Node } from './node.js'
import type { Saved } from './op.js'

/** Gives the gradients of the inputs from those of the results, in order; null or nothing for none. */
export type CustomBackward = (
  upstreams: readonly (Tensor | null)[],
  saved: readonly Tensor[],
) => readonly unknown[]

/** What a node is made of. */
export interface CustomNode {
  readonly name: string
  readonly inputs: readonly Tensor[]
  readonly results: readonly Tensor[]
  /** Checked for changes in place, as an operation's saved tensors are. */
  readonly saved?: readonly Tensor[]
  readonly backward: CustomBackward
}

/** Makes `results`, of which those of float32 get a gradient, the results of one node. */
export function recordCustom({ name, inputs, results, saved = [], backward }: CustomNode): void {
  const op = {
    name,
    takesStrided: true,
    results: () => [],
    backward(upstreams: readonly (Tensor | null)[], kept: Saved) {
      // The user may keep, or change, what he gets, and what he returns.
      const own = upstreams.map((upstream) => (upstream === null ? null : duplicate(upstream)))
      const given = backward(own, Object.values(kept ?? {}) as Tensor[])
      return inputs.map((input, i) => gradientOf(name, given[i], i, input.shape))
    },
  } as const
  const entries = Object.fromEntries(saved.map((x, i) => [`saved${i}`, x]))
  const node = new Node(op as never, undefined, inputs, results, entries)
  for (const [i, result] of results.entries()) result.edge = node.results[i]
}

/** A copy of what the user returned, checked. */
function gradientOf(name: string, given: unknown, i: number, shape: Shape): Tensor | null {
  if (given === null || given === undefined) return null
  if (!(given instanceof Tensor))
    throw new TypeError(`${name}: gradients must be Tensors or null, but got ${describe(given)}`)
  const missing = given.dim() - shape.length
  const fits = missing >= 0 && shape.every((size, dim) => size === 1 || size === given.shape[dim + missing])
  if (!fits || given.dtype !== 'float32') {
    throw new RuntimeError(
      `Function ${name} returned an invalid gradient at index ${i} - got ${given.dtype} ${formatShape(given.shape)} but expected shape compatible with ${formatShape(shape)}`,
    )
  }
  return duplicate(given)
}
