/** The batches of an epoch, entered at the beginning or where it was stopped. */
import { isThenable } from '../base/builtin.js'
import { RuntimeError } from '../base/errors.js'
import type { Tensor } from '../tensor/tensor.js'
import { type Cursor, type MakeBatch, openCursor } from './cursor.js'
import type { Steps } from './drive.js'
import { hook, tell } from './hooks.js'
import type { Run, State } from './state.js'
import { copiesOf, type Outputs, trainOn } from './step.js'
import { goBackTo, type Marks, movedSince } from './streams.js'
import { turn, unlessAborted } from './turn.js'

export interface Epoch {
  readonly cursor: Cursor
  /** Of the model, whose modules are not looked through for each batch. */
  readonly buffers: readonly Tensor[]
  /** States of generators after the last batch whose order was drawn: where others drew since, a resumed run has to be told. */
  drawn: Marks
}

export async function enterEpoch(state: State): Promise<Epoch> {
  const { plan, streams, train } = state.run as Run
  const { position, signal } = state
  const buffers = [...plan.model.buffers()]
  const now = streams.mark()
  state.goBack = () => goBackTo(now)
  if (position.batch_idx === 0) {
    position.epoch_rng = streams.save()
    position.draws = {}
    // Some draw the order here, others with the first batch: until that is done, the epoch has not begun.
    return { cursor: openCursor(train), buffers, drawn: now }
  }
  let cursor: Cursor | null = null
  try {
    streams.restore(position.epoch_rng)
    cursor = openCursor(train)
    for (let i = 0; i < position.batch_idx; i++) {
      const wait = turn(state)
      if (wait !== null) await wait
      if (Object.hasOwn(position.draws, i)) streams.restore(position.draws[i])
      const next = cursor.next()
      if ((isThenable(next) ? await unlessAborted(next, signal) : next) === null) {
        throw new RuntimeError(
          `fit: the run was stopped after ${position.batch_idx} batches of an epoch, but train_dataloaders has only ${i}`,
        )
      }
    }
    return { cursor, buffers, drawn: streams.mark() }
  } catch (error) {
    await cursor?.abandon()
    throw error
  } finally {
    goBackTo(now)
  }
}

/** One batch; false if there was none. If it fails, generators and buffers go back. */
export function* trainBatch(state: State, epoch: Epoch): Steps<boolean> {
  const { plan, streams, batches } = state.run as Run
  const { settings, position, signal } = state
  const { batch_idx } = position
  const between = movedSince(epoch.drawn)
  const marks = streams.markAnew(epoch.drawn, between)
  const restoreBuffers = copiesOf(epoch.buffers)
  const goBackFurther = batch_idx === 0 ? state.goBack : null
  const goBack = () => {
    goBackTo(marks)
    goBackFurther?.()
    restoreBuffers()
  }
  state.goBack = goBack
  let outputs: Outputs
  let batch: unknown
  try {
    const next = epoch.cursor.next()
    const make = (isThenable(next) ? yield unlessAborted(next, signal) : next) as MakeBatch | null
    if (make === null) {
      state.goBack = null
      return false
    }
    const moved = movedSince(marks)
    if (moved.length > 0) {
      const unexpected = batch_idx === 0 ? [] : moved.filter((name) => between.includes(name))
      if (unexpected.length > 0)
        position.draws[batch_idx] = Object.fromEntries(unexpected.map((name) => [name, marks[name]]))
      epoch.drawn = streams.markAnew(epoch.drawn, moved)
    }
    const made = make()
    batch = isThenable(made) ? yield unlessAborted(made, signal) : made
    const wait = hook(state, 'on_train_batch_start', batch, batch_idx)
    if (wait !== null) yield wait
    const output = trainOn(plan, settings, position, batch)
    outputs = (isThenable(output) ? yield output : output) as Outputs
  } catch (error) {
    // Unless the batch is done, and what failed was the step after it.
    if (position.batch_idx === batch_idx) goBack()
    state.goBack = null
    throw error
  }
  state.goBack = null
  const wait = hook(state, 'on_train_batch_end', outputs, batch, batch_idx)
  if (wait !== null) yield wait
  const told = tell(state, 'train', position.batch_idx, batches, outputs.loss)
  if (isThenable(told)) yield told
  return true
}
