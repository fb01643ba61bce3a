import { launch } from '../memory/residency.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { is_grad_enabled } from './grad_mode.js'
import { Node } from './node.js'
import type { GradientOnly, MaybeSaved, Op, OpOfSeveral, Saved } from './op.js'
import { type Continuation, type Waiting, waitingOf } from './waiting.js'

/** Whether an operation on these inputs is recorded. */
export function isTracked(inputs: readonly Tensor[]): boolean {
  return is_grad_enabled() && inputs.some((input) => input.requires_grad)
}

/** Runs an operation, now or when its result is asked for, and records it where a gradient may be asked for. */
export function apply<Options, S extends MaybeSaved>(
  op: Op<Options, S>,
  inputs: readonly Tensor[],
  options: Options,
): Tensor {
  const shape = op.shape(inputs, options)
  const dtype = op.dtype === undefined ? 'float32' : op.dtype(inputs, options)
  const waiting = waitingOf(inputs[0])
  const continued = waiting === null ? null : continuationOf(op, waiting, inputs[0], options)
  const next = continued ?? (op.defer === undefined ? null : op.defer(inputs, options))
  const out = empty(op.name, shape, dtype, next !== null && 'work' in next ? next.work : null)
  const tracked = op.backward !== undefined && dtype === 'float32' && isTracked(inputs)
  let saved: S
  if (next === null) saved = launch(() => op.forward(inputs, out, options, tracked))
  else saved = 'work' in next ? next.saved(out) : launch(() => next.run(out))
  if (tracked) out.edge = new Node(op, options, inputs, [out], saved as Saved).results[0]
  else if (op.makes !== undefined) dispose(op.makes, saved as Saved)
  return out
}

/** How an operation goes on from an input that waits; what that saves is what goes with the record of that name. */
const continuationOf = <Options, S extends MaybeSaved>(
  { name }: Op<Options, S>,
  waiting: Waiting,
  x: Tensor,
  options: Options,
) => (waiting.continuation?.(name, x, options) ?? null) as Continuation<S> | null

/** Runs an operation that makes several tensors, and records it where a gradient may be asked for. */
export function applyEach<Options, S extends MaybeSaved>(
  op: OpOfSeveral<Options, S>,
  inputs: readonly Tensor[],
  options: Options,
): Tensor[] {
  const outs = op.results(inputs, options).map(({ shape, dtype }) => empty(op.name, shape, dtype))
  const tracked = op.backward !== undefined && isTracked(inputs)
  const saved = launch(() => op.forward(inputs, outs, options, tracked))
  if (tracked) {
    const { results } = new Node(op, options, inputs, outs, saved as Saved)
    for (const [i, out] of outs.entries()) out.edge = results[i]
  } else if (op.makes !== undefined) dispose(op.makes, saved as Saved)
  return outs
}

/** Frees what was made for a backward that there will not be. */
function dispose(makes: readonly string[], saved: Saved): void {
  for (const name of makes) saved[name]?.storage.dispose()
}

/** Records an operation whose result is a part of the elements of its input, from `offset` on, in place. */
export function applyView<S extends Shape>(
  op: GradientOnly<{ offset: number }>,
  x: Tensor,
  shape: S,
  offset = 0,
): Tensor<S> {
  const view = x.viewAs(shape, offset, is_grad_enabled())
  if (isTracked([x])) view.edge = new Node(op, { offset }, [x], [view]).results[0]
  return view
}
