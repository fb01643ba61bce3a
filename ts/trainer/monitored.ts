/** What EarlyStopping and ModelCheckpoint share: a metric that is followed. */
import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import type { RunningTrainer } from './callback.js'

/** Whether less or more of a monitored value is better. */
export type Mode = 'min' | 'max'

export function checkMode(owner: string, mode: string): asserts mode is Mode {
  if (mode === 'min' || mode === 'max') return
  throw new ValueError(`${owner}: mode must be 'min' or 'max', but got '${mode.slice(0, 80)}'`)
}

/** The worst value of a mode. */
export const worst = (mode: Mode) => (mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)

export const isBetter = (mode: Mode, value: number, than: number) =>
  mode === 'min' ? value < than : value > than

/** The value of a metric that was logged, or null if there is none; throws if it is no number. */
export function monitored(owner: string, trainer: RunningTrainer, name: string): number | null {
  const value: unknown = trainer.callback_metrics[name]
  if (value === undefined) return null
  if (typeof value === 'number') return value
  throw new RuntimeError(`${owner}: the monitored ${name} must be a number, but is ${describe(value)}`)
}

export const available = (trainer: RunningTrainer) => Object.keys(trainer.callback_metrics).join(', ')

/** A field of a state_dict, of the type of `like`. */
export function field<T>(owner: string, state: Record<string, unknown>, name: string, like: T): T {
  const value = state[name]
  if (typeof value === typeof like) return value as T
  throw new ValueError(
    `${owner}: ${name} of the state_dict must be like ${JSON.stringify(like)}, but got ${describe(value)}`,
  )
}
