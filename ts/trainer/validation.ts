import { isThenable } from '../base/builtin.js'
import { inMode } from '../graph/grad_mode.js'
import type { Module } from '../nn/module.js'
import { batchesOf, type Cursor, type MakeBatch, openCursor } from './cursor.js'
import { drive, type Steps } from './drive.js'
import { hook, tell } from './hooks.js'
import { limited } from './limits.js'
import { addTo, meansOf, numberOf, plainResults, type Sums } from './logs.js'
import type { State } from './state.js'
import { goBackTo, type Streams } from './streams.js'
import { type Plan, rowsIn } from './task.js'
import { turn, unlessAborted } from './turn.js'

/** A function that sets the modules to training or evaluation as they are now. */
export function modesOf({ model }: Plan): () => void {
  const modes = new Map<Module, boolean>([...model.modules()].map((module) => [module, module.training]))
  return () => {
    for (const [module, mode] of modes) module.training = mode
  }
}

/** A pass over the validation set, as part of a fit or alone. If it fails, generators go back. */
export async function validate(
  state: State,
  plan: Plan,
  streams: Streams,
  loader: object,
  isOfFit: boolean,
): Promise<Record<string, number | number[]>> {
  const { settings } = state
  const step = plan.validation_step
  if (step === null) return {}
  const limit = settings.limit_val_batches
  const total = limited('limit_val_batches', limit, batchesOf(loader))
  const last = limit === null ? Number.POSITIVE_INFINITY : (total ?? Number.POSITIVE_INFINITY)
  const restoreModes = modesOf(plan)
  const marks = streams.mark()
  if (isOfFit) state.goBack = () => goBackTo(marks)
  const sums: Sums = {}
  plan.metrics?.reset()
  plan.model.eval()
  try {
    if (isOfFit) await hook(state, 'on_validation_start')
    const cursor = openCursor(loader)
    try {
      await drive(batchesOfValidation(state, { cursor, step, last, total, sums, isOfFit }))
      await cursor.close()
    } catch (error) {
      await cursor.abandon()
      throw error
    }
    const results = plan.metrics === null || Object.keys(sums).length === 0 ? {} : plan.metrics.compute()
    return { ...meansOf(sums), ...plainResults(results as Record<string, unknown>) }
  } catch (error) {
    goBackTo(marks)
    throw error
  } finally {
    if (isOfFit) state.goBack = null
    restoreModes()
  }
}

interface Pass {
  readonly cursor: Cursor
  readonly step: NonNullable<Plan['validation_step']>
  readonly last: number
  readonly total: number | null
  readonly sums: Sums
  readonly isOfFit: boolean
}

function* batchesOfValidation(state: State, pass: Pass): Steps<void> {
  const { cursor, step, last, total, sums, isOfFit } = pass
  const { signal } = state
  for (let i = 0; i < last; i++) {
    const wait = turn(state)
    if (wait !== null) yield wait
    const next = cursor.next()
    const make = (isThenable(next) ? yield unlessAborted(next, signal) : next) as MakeBatch | null
    if (make === null) return
    const made = make()
    const batch = isThenable(made) ? yield unlessAborted(made, signal) : made
    const logged: Record<string, number> = {}
    const log = (name: string, value: unknown) => {
      logged[name] = numberOf(name, value)
    }
    const result = inMode(false, () => step(batch, i, log))
    const output = isThenable(result) ? yield result : result
    if (typeof output === 'object' && output !== null && !('item' in output)) {
      for (const [name, value] of Object.entries(output)) log(name, value)
    } else if (output !== undefined && output !== null) log('val_loss', output)
    addTo(sums, logged, rowsIn(batch))
    const hooked = isOfFit ? hook(state, 'on_validation_batch_end', batch, i) : null
    if (hooked !== null) yield hooked
    const told = tell(state, 'validation', i + 1, total, null)
    if (isThenable(told)) yield told
  }
}
