import { signature } from '../call/signature.js'
import type { Checkpoint } from './checkpoint_file.js'
import type { Row } from './position.js'

/** What callbacks see of the Trainer that calls them. */
export interface RunningTrainer {
  /** Ends training: after the current batch, in hooks of an epoch after that. */
  should_stop: boolean
  /** The last values of all that was logged. */
  readonly callback_metrics: Readonly<Record<string, number | number[]>>
  /** One row for each finished epoch. */
  readonly history: readonly Row[]
  /** The current epoch, from 0. */
  readonly current_epoch: number
  /** The number of steps of the optimizer. */
  readonly global_step: number
  /** The number of finished batches of the epoch. */
  readonly batch_idx: number
  /** The number of epochs after which it ends, -1 for no limit. */
  readonly max_epochs: number
  /** The number of batches of an epoch, null if it is not known. */
  readonly num_training_batches: number | null
  /** Whether there is a validation. */
  readonly validates: boolean
  /** The bytes of a checkpoint of the whole run, or of the weights alone. */
  save_checkpoint(options?: { weights_only?: boolean }): Uint8Array<ArrayBuffer>
}

/** What a hook returns: a promise is awaited. */
export type Hooked = void | Promise<void>

/**
 * What runs at certain points of a training, with state that is part of its checkpoints. All members are optional, so that any object with
 * some of them is a callback; `task` is what was given to `fit`. Source: lightning.pytorch.Callback.
 *
 * @example
 * const print = { on_train_epoch_end: (trainer: Trainer) => console.log(trainer.callback_metrics) }
 */
export interface CallbackHooks {
  /** The name of the state in checkpoints; the name of the class by default. */
  readonly state_key?: string
  /** Before anything of `fit` runs. */
  on_fit_start?(trainer: RunningTrainer, task: object): Hooked
  /** Before the first batch of this `fit`. */
  on_train_start?(trainer: RunningTrainer, task: object): Hooked
  /** Before the first batch of each epoch. */
  on_train_epoch_start?(trainer: RunningTrainer, task: object): Hooked
  /** Before each batch. */
  on_train_batch_start?(trainer: RunningTrainer, task: object, batch: unknown, batch_idx: number): Hooked
  /** `outputs` has the loss, a number, and what else the step returned. */
  on_train_batch_end?(
    trainer: RunningTrainer,
    task: object,
    outputs: Readonly<Record<string, unknown>>,
    batch: unknown,
    batch_idx: number,
  ): Hooked
  /** Before the first batch of each validation. */
  on_validation_start?(trainer: RunningTrainer, task: object): Hooked
  /** After each batch of a validation. */
  on_validation_batch_end?(trainer: RunningTrainer, task: object, batch: unknown, batch_idx: number): Hooked
  /** After each validation, with its metrics in `callback_metrics`. */
  on_validation_end?(trainer: RunningTrainer, task: object): Hooked
  /** After each epoch and its validation. */
  on_train_epoch_end?(trainer: RunningTrainer, task: object): Hooked
  /** After the last epoch of this `fit`. */
  on_train_end?(trainer: RunningTrainer, task: object): Hooked
  /** After all else of `fit`. */
  on_fit_end?(trainer: RunningTrainer, task: object): Hooked
  /** Before `fit` rejects, also for an abort. */
  on_exception?(trainer: RunningTrainer, task: object, exception: unknown): Hooked
  /** May add entries. */
  on_save_checkpoint?(trainer: RunningTrainer, task: object, checkpoint: Checkpoint): void
  /** When a checkpoint is read, before training goes on. */
  on_load_checkpoint?(trainer: RunningTrainer, task: object, checkpoint: Checkpoint): void
  /** Tensors, numbers, texts, and arrays and objects of these. */
  state_dict?(): Record<string, unknown>
  /** Restores what `state_dict` gave. */
  load_state_dict?(state_dict: Record<string, unknown>): void
}

/** Names of the hooks that are called with the trainer and the task alone, or with more. */
export type HookName = Exclude<keyof CallbackHooks, 'state_key' | 'state_dict' | 'load_state_dict'>

const CALLBACK = signature('Callback')
const STATE_DICT = signature('Callback.state_dict')
const LOAD_STATE_DICT = signature('Callback.load_state_dict', 'state_dict: dict')

/** Base of the callbacks: all hooks do nothing. An object with the hooks alone is a callback too. */
export class Callback implements CallbackHooks {
  /** Takes no arguments: a subclass does not pass its own on. */
  constructor()
  constructor(...args: unknown[]) {
    CALLBACK.read(args)
  }

  /** The name of the state in checkpoints. */
  get state_key(): string {
    return this.constructor.name
  }

  /** Nothing, unless a subclass has state. */
  state_dict(): Record<string, unknown>
  state_dict(...args: unknown[]): Record<string, unknown> {
    STATE_DICT.read(args)
    return {}
  }

  /** Restores what {@link state_dict} gave. */
  load_state_dict(state_dict: Record<string, unknown>): void
  load_state_dict(...args: unknown[]): void {
    LOAD_STATE_DICT.read(args)
  }
}
