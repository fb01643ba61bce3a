/** Epochs, until there are enough. */
import { RuntimeError } from '../base/errors.js'
import { drive, type Steps } from './drive.js'
import { type Epoch, enterEpoch, trainBatch } from './epoch.js'
import { hook, hookOfException } from './hooks.js'
import { meansOf } from './logs.js'
import { nextEpoch } from './position.js'
import type { Run, State } from './state.js'
import { flush } from './step.js'
import { goBackTo } from './streams.js'
import { isPlateau } from './task.js'
import { turn } from './turn.js'
import { modesOf, validate } from './validation.js'

/** Trains until it is over; tells callbacks of an error, and keeps the states of generators for what follows. */
export async function fitLoop(state: State): Promise<void> {
  const { plan, streams } = state.run as Run
  const restoreModes = modesOf(plan)
  try {
    await epochs(state)
  } catch (error) {
    restoreModes()
    state.isEnding = false
    await hookOfException(state, error)
    throw error
  } finally {
    const marks = streams.mark()
    state.goBack = () => goBackTo(marks)
  }
}

async function epochs(state: State): Promise<void> {
  const { plan } = state.run as Run
  const { settings, position } = state
  plan.model.train()
  await hook(state, 'on_fit_start')
  await hook(state, 'on_train_start')
  // A step that failed after its gradients were there.
  if (position.accumulated >= settings.accumulate_grad_batches) flush(plan, settings, position)
  while (!isOver(state) && !mayStop(state)) {
    // A callback that still wants to stop says so again.
    state.shouldStop = false
    if (state.position.stage === 'train' && !(await trainEpoch(state))) break
    await endEpoch(state)
  }
  await hook(state, 'on_train_end')
  await hook(state, 'on_fit_end')
}

function isOver({ settings: { max_epochs, max_steps }, position: { epoch, global_step } }: State): boolean {
  return (max_epochs >= 0 && epoch >= max_epochs) || (max_steps >= 0 && global_step >= max_steps)
}

const mayStop = ({ shouldStop, position, settings }: State) =>
  shouldStop && position.epoch >= settings.min_epochs

/** The rest of an epoch's batches; false if training ended before they did. */
async function trainEpoch(state: State): Promise<boolean> {
  const { plan } = state.run as Run
  const { settings, position } = state
  await hook(state, 'on_train_epoch_start')
  await turn(state)
  const epoch = await enterEpoch(state)
  try {
    const isWhole = await drive(batchesOf(state, epoch))
    await epoch.cursor.close()
    if (!isWhole) return false
  } catch (error) {
    await epoch.cursor.abandon()
    throw error
  }
  if (position.batch_idx === 0) {
    throw new RuntimeError(`fit: train_dataloaders gave no batch in epoch ${position.epoch}`)
  }
  if (position.accumulated > 0) flush(plan, settings, position)
  position.stage = 'validation'
  return true
}

/** True if all batches of the epoch are done. */
function* batchesOf(state: State, epoch: Epoch): Steps<boolean> {
  const { batches } = state.run as Run
  const { settings, position } = state
  const last = settings.limit_train_batches === null ? Number.POSITIVE_INFINITY : (batches as number)
  while (position.batch_idx < last) {
    const wait = turn(state)
    if (wait !== null) yield wait
    if (!(yield* trainBatch(state, epoch))) return true
    const isLast = batches !== null && position.batch_idx >= batches
    if (!isLast && (isOver(state) || mayStop(state))) return false
  }
  return true
}

/** Validation, schedules, the row, and hooks; the position is at the next epoch before those are called. */
async function endEpoch(state: State): Promise<void> {
  const { plan, streams, validation } = state.run as Run
  const { position, settings } = state
  const { epoch } = position
  const values: Record<string, number | number[]> = meansOf(position.sums)
  const lr = plan.optimizer.param_groups[0].lr
  const isDue = (epoch + 1) % settings.check_val_every_n_epoch === 0
  const isValidated = isDue && validation !== null && plan.validation_step !== null
  if (isValidated) Object.assign(values, await validate(state, plan, streams, validation, true))
  const before = state.metrics
  state.metrics = { ...before, ...values }
  // All values first: it may be that one is missing.
  const steps = plan.schedules.map(({ scheduler, interval, frequency }, i) => {
    if (interval !== 'epoch' || (epoch + 1) % frequency !== 0) return () => {}
    if (!isPlateau(scheduler)) return () => (scheduler as unknown as { step(): void }).step()
    const { name, value } = followed(state, plan.monitors[i])
    // A metric of an earlier epoch was followed then.
    return Object.hasOwn(values, name) ? () => scheduler.step(value) : () => {}
  })
  for (const step of steps) step()
  state.history.push({ epoch, step: position.global_step, lr, ...values })
  state.position = nextEpoch(position)
  state.isEnding = true
  if (isValidated) await hook(state, 'on_validation_end')
  await hook(state, 'on_train_epoch_end')
  state.isEnding = false
}

/** The value that ReduceLROnPlateau follows. */
function followed({ metrics }: State, monitor: string | null): { name: string; value: number } {
  const name = monitor ?? (Object.hasOwn(metrics, 'val_loss') ? 'val_loss' : 'train_loss')
  const value = metrics[name]
  if (typeof value === 'number') return { name, value }
  throw new RuntimeError(
    `ReduceLROnPlateau conditioned on metric ${name} which is not available. Available metrics are: ${Object.keys(metrics).join(', ')}`,
  )
}
