/** One batch of training, and the step of the optimizer. */
import { isThenable } from '../base/builtin.js'
import { RuntimeError } from '../base/errors.js'
import { inMode } from '../graph/grad_mode.js'
import { clip_grad_norm_, clip_grad_value_ } from '../nn/clip_grad.js'
import { copyEach, duplicate } from '../tensor/copy.js'
import type { Tensor } from '../tensor/tensor.js'
import { numberOf, sumsWith } from './logs.js'
import type { Settings } from './options.js'
import type { Position } from './position.js'
import { lossOf, type Plan, rowsIn } from './task.js'

/** What a batch gave: the loss as a number, and the other values of its step. */
export type Outputs = { loss: number } & Record<string, unknown>

/** Forward and backward of a batch, and a step if enough are accumulated: all or nothing, but that gradients of several batches wait for a step that failed. */
export function trainOn(
  plan: Plan,
  settings: Settings,
  position: Position,
  batch: unknown,
): Outputs | Promise<Outputs> {
  const { batch_idx } = position
  if (position.accumulated === 0) plan.optimizer.zero_grad()
  const logged: Record<string, number> = {}
  const log = (name: string, value: unknown) => {
    logged[name] = numberOf(name, value)
  }
  const run = () => inMode(true, () => plan.training_step(batch, batch_idx, log))
  const learn = (output: unknown) => learnFrom(output, { plan, settings, position, batch, logged, run })
  const output = run()
  return isThenable(output) ? Promise.resolve(output).then(learn) : learn(output)
}

interface Batch {
  readonly plan: Plan
  readonly settings: Settings
  readonly position: Position
  readonly batch: unknown
  readonly logged: Record<string, number>
  /** Evaluates the loss again. */
  readonly run: () => unknown
}

function learnFrom(output: unknown, { plan, settings, position, batch, logged, run }: Batch): Outputs {
  const { accumulate_grad_batches: wanted } = settings
  const { loss, others } = lossOf(output)
  const outputs: Outputs = { ...others, loss: loss.item() }
  for (const [name, value] of Object.entries(others)) logged[name] = numberOf(name, value)
  backward(loss, wanted)
  const { batch_idx, accumulated, sums } = position
  // From here on the gradients have this batch.
  position.batch_idx++
  position.accumulated++
  position.sums = sumsWith(sums, { train_loss: outputs.loss, ...logged }, rowsIn(batch))
  if (position.accumulated < wanted) return outputs
  const again = () => {
    if (wanted > 1) {
      throw new RuntimeError(
        'fit: an optimizer that evaluates the loss several times, such as LBFGS, cannot be used with accumulate_grad_batches',
      )
    }
    plan.optimizer.zero_grad()
    const output = run()
    if (isThenable(output)) {
      // Its error, if it has one, is not the one to be told.
      Promise.resolve(output).catch(() => {})
      throw new RuntimeError(
        'fit: an optimizer that evaluates the loss several times needs a training_step that is not asynchronous',
      )
    }
    const next = lossOf(output).loss
    backward(next, 1)
    clip(plan, settings)
    return next
  }
  try {
    step(plan, settings, position, loss, again)
  } catch (error) {
    // The optimizer has changed nothing. What failed after its step cannot be undone.
    if (wanted === 1 && position.accumulated > 0) Object.assign(position, { batch_idx, accumulated, sums })
    throw error
  }
  return outputs
}

const backward = (loss: Tensor, parts: number) =>
  inMode(true, () => (parts === 1 ? loss : loss.div(parts)).backward())

/** The step for what is accumulated, at the end of an epoch or after one that failed. */
export function flush(plan: Plan, settings: Settings, position: Position): void {
  step(plan, settings, position, null, () => {
    throw new RuntimeError('fit: the optimizer evaluates the loss again, but the batch is over')
  })
}

function step(
  plan: Plan,
  settings: Settings,
  position: Position,
  loss: Tensor | null,
  again: () => unknown,
): void {
  clip(plan, settings)
  let isFirst = true
  // The first evaluation was made before, as it may be asynchronous.
  plan.optimizer.step(() => {
    const known = isFirst
    isFirst = false
    return known ? loss : again()
  })
  position.accumulated = 0
  position.global_step++
  for (const { scheduler, interval, frequency } of plan.schedules) {
    if (interval === 'step' && position.global_step % frequency === 0)
      (scheduler as unknown as { step(): void }).step()
  }
}

function clip({ optimizer }: Plan, { gradient_clip_val, gradient_clip_algorithm }: Settings): void {
  if (gradient_clip_val === null) return
  const parameters = optimizer.param_groups.flatMap(({ params }) => params)
  if (gradient_clip_algorithm === 'norm') clip_grad_norm_(parameters, gradient_clip_val)
  else clip_grad_value_(parameters, gradient_clip_val)
}

/** A function that gives the buffers their values of now: a step that fails may have changed running statistics. */
export function copiesOf(buffers: readonly Tensor[]): () => void {
  if (buffers.length === 0) return () => {}
  const copies = buffers.map((buffer) => [buffer, duplicate(buffer)] as const)
  return () => copyEach(copies)
}
