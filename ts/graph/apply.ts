import { beginLaunch, endLaunch } from '../memory/residency.js'
import type { TensorLike } from '../tensor/convert.js'
import { dense } from '../tensor/strided.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { watcher } from '../tensor/trace.js'
import { gradEnabled } from './grad_mode.js'
import { Node } from './node.js'
import type { GradientOnly, MaybeSaved, Op, OpOfSeveral, Saved } from './op.js'
import { operandsOf } from './operands.js'
import { type Continuation, type Waiting, waitingOf } from './waiting.js'

/** Whether an operation on these inputs is recorded. */
export function isTracked(inputs: readonly Tensor[]): boolean {
  if (!gradEnabled) return false
  for (let i = 0; i < inputs.length; i++) if (inputs[i].gradientTarget !== null) return true
  return false
}

/** Runs an operation, now or when its result is needed, and records it if a gradient may be needed. */
export function apply<Options, S extends MaybeSaved>(
  op: Op<Options, S>,
  given: readonly TensorLike[],
  options: Options,
): Tensor {
  const operands =
    op.operands === undefined
      ? (given as readonly Tensor[])
      : operandsOf(op, given, op.operands(op, given, options))
  const shape = op.shape(operands, options)
  const dtype = op.dtype === undefined ? 'float32' : op.dtype(operands, options)
  const inputs = op.takesStrided === true ? operands : denseInputs(operands)
  const waiting = waitingOf(inputs[0])
  const continued = waiting === null ? null : continuationOf(op, waiting, inputs[0], options)
  const next = continued ?? (op.defer === undefined ? null : op.defer(inputs, options))
  const out = empty(op.name, shape, dtype, next !== null && 'work' in next ? next.work : null)
  const tracked = op.backward !== undefined && dtype === 'float32' && isTracked(operands)
  let saved: S
  beginLaunch()
  try {
    if (next === null) saved = op.forward(inputs, out, options, tracked)
    else saved = 'work' in next ? next.saved(out) : next.run(out)
  } catch (error) {
    out.storage.dispose()
    throw error
  } finally {
    endLaunch()
  }
  if (watcher !== null) watcher.operation(op.name, operands, [out], options)
  if (tracked) out.edge = new Node(op, options, operands, [out], savedOf(saved, inputs, operands)).results[0]
  else {
    if (op.makes !== undefined) dispose(op.makes, saved as Saved)
    if (operands !== given) disposeCopies(operands, given)
    if (inputs !== operands) disposeCopies(inputs, operands)
  }
  return out
}

/** How an operation continues from a deferred input. The tensors that the continuation saves match the record of that name. */
const continuationOf = <Options, S extends MaybeSaved>(
  { name }: Op<Options, S>,
  waiting: Waiting,
  x: Tensor,
  options: Options,
) => (waiting.continuation?.(name, x, options) ?? null) as Continuation<S> | null

/** Runs an operation with several results, and records it if a gradient may be needed. */
export function applyEach<Options, S extends MaybeSaved>(
  op: OpOfSeveral<Options, S>,
  given: readonly Tensor[],
  options: Options,
): Tensor[] {
  const inputs = denseInputs(given)
  const outs = op.results(given, options).map(({ shape, dtype }) => empty(op.name, shape, dtype))
  const tracked = op.backward !== undefined && isTracked(given)
  let saved: S
  beginLaunch()
  try {
    saved = op.forward(inputs, outs, options, tracked)
  } catch (error) {
    for (const { storage } of outs) storage.dispose()
    throw error
  } finally {
    endLaunch()
  }
  if (watcher !== null) watcher.operation(op.name, given, outs, options)
  if (tracked) {
    const { results } = new Node(op, options, given, outs, savedOf(saved, inputs, given))
    for (const [i, out] of outs.entries()) out.edge = results[i]
  } else {
    if (op.makes !== undefined) dispose(op.makes, saved as Saved)
    if (inputs !== given) disposeCopies(inputs, given)
  }
  return outs
}

/** Frees tensors that were made for a backward pass that will not happen. */
function dispose(makes: readonly string[], saved: Saved): void {
  for (const name of makes) saved[name]?.storage.dispose()
}

/** Frees operands that were made of what was given, where nothing is saved that might be one of them. */
function disposeCopies(operands: readonly Tensor[], given: readonly TensorLike[]): void {
  for (let i = 0; i < operands.length; i++) if (operands[i] !== given[i]) operands[i].storage.dispose()
}

/** Operands for kernels: strided tensors are replaced by contiguous copies. */
function denseInputs(given: readonly Tensor[]): readonly Tensor[] {
  for (let i = 0; i < given.length; i++) if (given[i].strides !== null) return given.map(operandOf)
  return given
}

function operandOf(x: Tensor): Tensor {
  const operand = dense(x)
  // `forward` saves tensors depending on it.
  if (operand !== x && x.requires_grad) operand.requires_grad = true
  return operand
}

/** Tensors that a node keeps: in place of a contiguous copy the strided input itself, of which backward makes a new copy. */
function savedOf(saved: MaybeSaved, inputs: readonly Tensor[], given: readonly Tensor[]): Saved | undefined {
  if (saved === undefined || inputs === given) return saved as Saved | undefined
  const entries = Object.entries(saved as Saved)
  return Object.fromEntries(
    entries.map(([name, x]) => [name, x === undefined ? x : (given[inputs.indexOf(x)] ?? x)]),
  )
}

/** Records a `result` that no kernel makes: a view, or a draw. */
export function recordResult<Options>(
  op: GradientOnly<Options>,
  inputs: readonly Tensor[],
  result: Tensor,
  options: Options,
): void {
  result.edge = new Node(op, options, inputs, [result]).results[0]
}
