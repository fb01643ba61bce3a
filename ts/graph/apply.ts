import { launch } from '../memory/residency.js'
import type { Storage } from '../memory/storage.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { is_grad_enabled } from './grad_mode.js'
import { Node } from './node.js'
import type { Differentiable, Op } from './op.js'

/** Whether an operation on these inputs is recorded. */
export function isTracked(inputs: readonly Tensor[]): boolean {
  return is_grad_enabled() && inputs.some((input) => input.requires_grad)
}

/** Runs an operation and records it where a gradient may be asked for. */
export function apply<Options>(op: Op<Options>, inputs: readonly Tensor[], options: Options): Tensor {
  const shape = op.shape(inputs, options)
  const out = empty(op.name, shape, op.dtype, op.defer?.(inputs, options))
  const tracked = op.backward !== undefined && isTracked(inputs)
  const saved = launch(() => op.forward(inputs, out, options, tracked))
  if (tracked) out.node = new Node(op as Op<unknown>, options, inputs, saved, madeFor(saved, inputs, out))
  return out
}

/** The storages of saved tensors that are neither the result's nor an input's. */
function madeFor(
  saved: readonly Tensor[],
  inputs: readonly Tensor[],
  out: Tensor,
): readonly Storage[] | undefined {
  let made: Storage[] | undefined
  for (const { storage } of saved) {
    let isMade = storage !== out.storage
    for (const input of inputs) if (input.storage === storage) isMade = false
    if (!isMade) continue
    made ??= []
    made.push(storage)
  }
  return made
}

/** Records an operation whose result is a part of the elements of its input, from `offset` on, in place. */
export function applyView<S extends Shape>(
  op: Differentiable<{ offset: number }>,
  x: Tensor,
  shape: S,
  offset = 0,
): Tensor<S> {
  const view = x.viewAs(shape, offset, is_grad_enabled())
  if (isTracked([x])) view.node = new Node(op as Differentiable<unknown>, { offset }, [x], [])
  return view
}
