/** Operations whose result others compute, without recording, and whose gradient is their own. */
import { withoutRest } from '../memory/scope.js'
import type { TensorLike } from '../tensor/convert.js'
import { Tensor } from '../tensor/tensor.js'
import { watcher } from '../tensor/trace.js'
import { isTracked } from './apply.js'
import { inMode } from './grad_mode.js'
import { Node } from './node.js'
import { type Op, records, type Saved } from './op.js'

export type Composed<Options, S extends Saved> = Pick<Op<Options, S>, 'name'> &
  Required<Pick<Op<Options, S>, 'backward'>>

/** Declares one. */
export function defineComposed<Options, S extends Saved>(record: Composed<Options, S>): Composed<Options, S> {
  records.push(record)
  return record
}

/** The result of `work`, a function composed of others. What they make on the way is freed at once if no graph keeps it. */
export function compose(operands: readonly TensorLike[], work: () => Tensor): Tensor {
  const tensors = operands.filter((operand) => operand instanceof Tensor)
  return watcher !== null || isTracked(tensors) ? work() : withoutRest(() => [work()] as const)[0]
}

/** Runs one: `compute` gives a new float32 tensor, with what backward reads. */
export function applyComposed<Options, S extends Saved>(
  op: Composed<Options, S>,
  x: Tensor | readonly Tensor[],
  options: Options,
  compute: () => { readonly result: Tensor; readonly saved: S },
): Tensor {
  const { result, saved } = inMode(false, compute)
  const inputs = Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor]
  if (watcher !== null) watcher.operation(op.name, inputs, [result], options)
  if (isTracked(inputs)) result.edge = new Node(op, options, inputs, [result], saved).results[0]
  return result
}
