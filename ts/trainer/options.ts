import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import type { CallbackHooks } from './callback.js'

/** What `on_progress` gets after each batch: plain values. */
export interface Progress {
  readonly stage: 'train' | 'validation'
  /** The epoch, from 0. */
  readonly epoch: number
  readonly max_epochs: number
  /** The number of batches that are done. */
  readonly batch_idx: number
  /** The number of batches of the epoch, null if it is not known. */
  readonly num_batches: number | null
  readonly global_step: number
  /** The loss of the batch of training; null in validation. */
  readonly loss: number | null
}

/** Keywords of Trainer. */
export interface TrainerOptions {
  /** 1000 by default unless `max_steps` is given; -1 for no limit. */
  max_epochs?: number | null
  /** Early stopping waits for so many. */
  min_epochs?: number
  /** Steps of the optimizer after which training ends, within an epoch too; -1, the default, for no limit. */
  max_steps?: number
  callbacks?: CallbackHooks | readonly CallbackHooks[] | null
  /** Ends `fit` between two batches, with the signal's reason: what was trained is kept, and the next `fit` goes on. */
  signal?: AbortSignal | null
  /** Called after each batch. */
  on_progress?: ((progress: Progress) => void) | null
  /** Batches whose gradients are added for one step; 1 by default. */
  accumulate_grad_batches?: number
  /** Limits the norm of all gradients, or each of them; null, the default, for none. */
  gradient_clip_val?: number | null
  gradient_clip_algorithm?: 'norm' | 'value'
  /** The number of batches of an epoch; a fraction of them between 0 and 1. All by default. */
  limit_train_batches?: number | null
  limit_val_batches?: number | null
  /** Validates every so many epochs; 1 by default. */
  check_val_every_n_epoch?: number
}

const TRAINER = signature(
  'Trainer',
  '*',
  'max_epochs: int = None',
  'min_epochs: int = 0',
  'max_steps: int = -1',
  'callbacks: any = None',
  'signal: value = None',
  'on_progress: function = None',
  'accumulate_grad_batches: int = 1',
  'gradient_clip_val: number = None',
  "gradient_clip_algorithm: 'norm'|'value' = 'norm'",
  'limit_train_batches: number = None',
  'limit_val_batches: number = None',
  'check_val_every_n_epoch: int = 1',
)

export type Settings = ReturnType<typeof readOptions>

/** The options with their defaults. @throws TypeError for a wrong type; ValueError for a value out of range */
export function readOptions(args: unknown[]) {
  const [max_epochs, min_epochs, max_steps, callbacks, signal, on_progress, ...rest] = TRAINER.read(args)
  const [accumulate_grad_batches, clip, gradient_clip_algorithm, limit_train, limit_val, every] = rest
  const atLeast = (name: string, value: number | null, least: number) => {
    if (value === null || value >= least) return
    throw new ValueError(`Trainer: ${name} must be at least ${least}, but got ${value}`)
  }
  atLeast('max_epochs', max_epochs, -1)
  atLeast('max_steps', max_steps, -1)
  atLeast('min_epochs', min_epochs, 0)
  atLeast('accumulate_grad_batches', accumulate_grad_batches, 1)
  atLeast('check_val_every_n_epoch', every, 1)
  if (clip !== null && !(clip >= 0)) {
    throw new ValueError(`Trainer: gradient_clip_val must be at least 0, but got ${clip}`)
  }
  for (const [name, limit] of Object.entries({
    limit_train_batches: limit_train,
    limit_val_batches: limit_val,
  })) {
    if (limit === null || (limit >= 0 && (limit < 1 || Number.isInteger(limit)))) continue
    throw new ValueError(
      `Trainer: ${name} must be a number of batches, or a fraction below 1, but got ${limit}`,
    )
  }
  return {
    max_epochs: max_epochs ?? (max_steps === -1 ? 1000 : -1),
    ...{ min_epochs, max_steps, on_progress: on_progress as ((progress: Progress) => void) | null },
    ...{ callbacks: callbacksOf(callbacks), signal: signalOf('Trainer', signal), accumulate_grad_batches },
    ...{ gradient_clip_val: clip, gradient_clip_algorithm: gradient_clip_algorithm as 'norm' | 'value' },
    ...{ limit_train_batches: limit_train, limit_val_batches: limit_val, check_val_every_n_epoch: every },
  }
}

function callbacksOf(given: unknown): CallbackHooks[] {
  const list: unknown[] = given === null ? [] : Array.isArray(given) ? Array.from(given) : [given]
  for (const each of list) {
    if (typeof each === 'object' && each !== null) continue
    throw new TypeError(`Trainer: callbacks must be callbacks, but got ${describe(each)}`)
  }
  return list as CallbackHooks[]
}

/** Of any realm. */
export function signalOf(owner: string, given: unknown): AbortSignal | null {
  if (given === null) return null
  const { aborted, addEventListener } = given as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return given as AbortSignal
  throw new TypeError(`${owner}: signal must be an AbortSignal, but got ${describe(given)}`)
}
