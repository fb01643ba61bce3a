import { launch } from '../memory/residency.js'
import type { Op } from '../ops/record.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { is_grad_enabled } from './grad_mode.js'
import { Node } from './node.js'

/** Whether an operation on these inputs is recorded. */
export function isTracked(inputs: readonly Tensor[]): boolean {
  return is_grad_enabled() && inputs.some((input) => input.requires_grad)
}

/** Runs an operation and records it where a gradient may be asked for. */
export function apply<Options>(op: Op<Options>, inputs: readonly Tensor[], options: Options): Tensor {
  const out = empty(op.name, op.shape(inputs, options), op.dtype)
  const tracked = op.backward !== undefined && isTracked(inputs)
  const saved = launch(() => op.forward?.(inputs, out, options, tracked)) ?? []
  if (tracked) out.node = new Node(op as Op<unknown>, options, inputs, saved)
  return out
}

/** Records an operation whose result, `view`, shares the bytes of its only input. */
export function applyView<Options>(op: Op<Options>, input: Tensor, view: Tensor, options: Options): Tensor {
  if (isTracked([input])) view.node = new Node(op as Op<unknown>, options, [input], [])
  return view
}
