import { signature } from '../call/signature.js'
import type { Checkpoint } from './checkpoint.js'
import type { Trainer } from './trainer.js'

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
  on_fit_start?(trainer: Trainer, task: object): Hooked
  on_train_start?(trainer: Trainer, task: object): Hooked
  on_train_epoch_start?(trainer: Trainer, task: object): Hooked
  on_train_batch_start?(trainer: Trainer, task: object, batch: unknown, batch_idx: number): Hooked
  /** `outputs` has the loss, a number, and what else the step returned. */
  on_train_batch_end?(
    trainer: Trainer,
    task: object,
    outputs: Readonly<Record<string, unknown>>,
    batch: unknown,
    batch_idx: number,
  ): Hooked
  on_validation_start?(trainer: Trainer, task: object): Hooked
  on_validation_batch_end?(trainer: Trainer, task: object, batch: unknown, batch_idx: number): Hooked
  on_validation_end?(trainer: Trainer, task: object): Hooked
  on_train_epoch_end?(trainer: Trainer, task: object): Hooked
  on_train_end?(trainer: Trainer, task: object): Hooked
  on_fit_end?(trainer: Trainer, task: object): Hooked
  /** Before `fit` rejects, also for an abort. */
  on_exception?(trainer: Trainer, task: object, exception: unknown): Hooked
  /** May add entries. */
  on_save_checkpoint?(trainer: Trainer, task: object, checkpoint: Checkpoint): void
  on_load_checkpoint?(trainer: Trainer, task: object, checkpoint: Checkpoint): void
  /** Tensors, numbers, texts, and arrays and objects of these. */
  state_dict?(): Record<string, unknown>
  load_state_dict?(state_dict: Record<string, unknown>): void
}

/** Names of the hooks that are called with the trainer and the task alone, or with more. */
export type HookName = Exclude<keyof CallbackHooks, 'state_key' | 'state_dict' | 'load_state_dict'>

const STATE_DICT = signature('Callback.state_dict')
const LOAD_STATE_DICT = signature('Callback.load_state_dict', 'state_dict: dict')

/** Base of the callbacks: all hooks do nothing. An object with the hooks alone is a callback too. */
export class Callback implements CallbackHooks {
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
