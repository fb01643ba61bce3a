import { RuntimeError, ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import type { Module } from '../nn/module.js'
import { save } from '../serialization/save.js'
import type { FileBytes } from '../serialization/source.js'
import { Breath } from './breath.js'
import type { CallbackHooks, RunningTrainer } from './callback.js'
import { checkpointOf, readCheckpoint, restore } from './checkpoint.js'
import type { Checkpoint } from './checkpoint_file.js'
import { batchesOf, checkLoader, isIterable } from './cursor.js'
import { fitLoop } from './fit_loop.js'
import { hookedOf } from './hooks.js'
import { limited } from './limits.js'
import { ModelCheckpoint } from './model_checkpoint.js'
import { readOptions, signalOf, type TrainerOptions } from './options.js'
import { type Row, startOfRun } from './position.js'
import { type Run, State } from './state.js'
import { copiesOf } from './step.js'
import { read, storeOf } from './store.js'
import { goBackTo, Streams } from './streams.js'
import { type Ingredients, type Plan, planOf, type TrainingTask } from './task.js'
import { validate } from './validation.js'

/** Batches: a DataLoader, or anything else that can be gone through in each epoch. */
export type Batches<Batch> = Iterable<Batch> | AsyncIterable<Batch>

const FIT = signature(
  'Trainer.fit',
  'model: any',
  'train_dataloaders: value',
  'val_dataloaders: value = None',
  '*',
  'ckpt_path: value = None',
  'signal: value = None',
)
const VALIDATE = signature('Trainer.validate', 'model: any', 'dataloaders: value')
const SAVE_CHECKPOINT = signature('Trainer.save_checkpoint', '*', 'weights_only: bool = False')
const PAUSE = signature('Trainer.pause')
const RESUME = signature('Trainer.resume')

/** Keywords of Trainer.fit. */
export interface FitOptions {
  /** The bytes of a checkpoint, or the name of one in the store of ModelCheckpoint; 'last' and 'best' are its latest and best. */
  ckpt_path?: FileBytes | string | null
  /** Instead of the trainer's. */
  signal?: AbortSignal | null
}

/** Models that are being trained: two trainings of one would have neither's digits. */
const inTraining = new WeakSet<Module>()

/**
 * Trains: epochs, validation, schedules, checkpoints; gives a page its frames, can be paused and aborted between batches, and goes on
 * from any batch with the digits of a run that was never stopped. Source: lightning.pytorch.Trainer.
 *
 * @throws TypeError for arguments of another type; ValueError for values out of range
 * @example
 * const trainer = new Trainer({ max_epochs: 20, callbacks: [new EarlyStopping({ monitor: 'val_loss' })] })
 * const history = await trainer.fit({ model, criterion, optimizer }, loader, validationLoader)
 * @example
 * const bytes = trainer.save_checkpoint()
 * await trainer.fit({ model, criterion, optimizer }, loader, validationLoader, { ckpt_path: bytes })
 */
export class Trainer implements RunningTrainer {
  private readonly state: State

  constructor(options?: TrainerOptions)
  constructor(...args: unknown[]) {
    this.state = new State(readOptions(args), this)
  }

  /** Set by callbacks to end training after the current batch, or after the epoch in its hooks. */
  get should_stop(): boolean {
    return this.state.shouldStop
  }

  set should_stop(value: boolean) {
    this.state.shouldStop = value === true
  }

  /** The last values of all that was logged. */
  get callback_metrics(): Record<string, number | number[]> {
    return this.state.metrics
  }

  /** One row for each finished epoch. */
  get history(): Row[] {
    return this.state.history
  }

  /** The current epoch, from 0: the number of those that are finished. */
  get current_epoch(): number {
    const { position, isEnding } = this.state
    return position.epoch - (isEnding ? 1 : 0)
  }

  /** The number of steps of the optimizer. */
  get global_step(): number {
    return this.state.position.global_step
  }

  /** The number of finished batches of the epoch. */
  get batch_idx(): number {
    return this.state.position.batch_idx
  }

  /** The number of epochs after which it ends, -1 for no limit. */
  get max_epochs(): number {
    return this.state.settings.max_epochs
  }

  /** The number of batches of an epoch, null if it is not known. */
  get num_training_batches(): number | null {
    return this.state.run?.batches ?? null
  }

  /** Whether there is a validation. */
  get validates(): boolean {
    const { run } = this.state
    return run !== null && run.validation !== null && run.plan.validation_step !== null
  }

  /** The callbacks, in the order in which they are called. */
  get callbacks(): readonly CallbackHooks[] {
    return this.state.settings.callbacks
  }

  /** Whether {@link pause} was called. */
  get is_paused(): boolean {
    return this.state.paused !== null
  }

  /**
   * Trains until `max_epochs`, `max_steps` or a callback ends it; resolves to {@link history}. Called again with the same task, or
   * with its model and optimizer, it goes on where it was; with another one it begins, with `ckpt_path` it goes on from there.
   *
   * @throws RuntimeError, before anything is changed, for a checkpoint of another training, or a damaged one; the reason of `signal`; what
   * steps and callbacks throw, after generators went back to the last finished batch
   */
  fit<Batch>(
    model: TrainingTask<Batch> | Ingredients,
    train_dataloaders: Batches<Batch>,
    val_dataloaders?: Batches<Batch> | null | FitOptions,
    options?: FitOptions,
  ): Promise<Row[]>
  async fit(...args: unknown[]): Promise<Row[]> {
    const [model, trainGiven, validationGiven, ckpt_path, signal] = FIT.read(withIterables(args))
    const [train, validation] = [unwrapped(trainGiven), unwrapped(validationGiven)]
    checkLoader('train_dataloaders', train)
    if (validation !== null) checkLoader('val_dataloaders', validation)
    const { state } = this
    const given = signalOf('fit', signal) ?? state.settings.signal
    return this.running('fit', given, async () => {
      const bytes = ckpt_path === null ? null : await this.bytesOf(ckpt_path)
      const checkpoint = bytes === null ? null : readCheckpoint(bytes)
      const before = this.runOf(model)
      const plan = before !== null && before.plan.given === model ? before.plan : planOf(model)
      await this.alone('fit', plan, async () => {
        this.begin(plan, train, validation as object | null, checkpoint, before === null)
        if (state.run?.batches !== 0) await fitLoop(state)
      })
      return state.history
    })
  }

  /** Validates once, and resolves to what is logged. */
  validate<Batch>(
    model: TrainingTask<Batch> | Ingredients,
    dataloaders: Batches<Batch>,
  ): Promise<Record<string, number | number[]>>
  async validate(...args: unknown[]): Promise<Record<string, number | number[]>> {
    const [model, given] = VALIDATE.read(withIterables(args))
    const loader = unwrapped(given)
    checkLoader('dataloaders', loader)
    const { state } = this
    return this.running('validate', state.settings.signal, async () => {
      const known = state.run?.plan
      const plan = known !== undefined && known.given === model ? known : planOf(model)
      if (plan.validation_step === null) throw new TypeError('validate: the task has no validation_step')
      const streams = new Streams(plan.generators, { val_dataloader: loader })
      return this.alone('validate', plan, () => validate(state, plan, streams, loader, false))
    })
  }

  /**
   * The whole state, as the bytes of a `.pt` file that Python reads with `torch.load(weights_only=True)`; between any two batches.
   *
   * @param options.weights_only without optimizer, schedules, callbacks, generators and history
   * @throws RuntimeError before the first fit
   */
  save_checkpoint(options?: { weights_only?: boolean }): Uint8Array<ArrayBuffer>
  save_checkpoint(...args: unknown[]): Uint8Array<ArrayBuffer> {
    const [weights_only] = SAVE_CHECKPOINT.read(args)
    const { run, goBack } = this.state
    if (run === null) throw new RuntimeError('save_checkpoint: there is nothing to save before fit')
    if (goBack === null) return this.bytesNow(run, weights_only)
    // A batch is on its way, or others drew numbers since the run was stopped.
    const now = run.streams.mark()
    const restoreBuffers = copiesOf([...run.plan.model.buffers()])
    goBack()
    try {
      return this.bytesNow(run, weights_only)
    } finally {
      goBackTo(now)
      restoreBuffers()
    }
  }

  private bytesNow({ plan, streams }: Run, weights_only: boolean): Uint8Array<ArrayBuffer> {
    const { position, history } = this.state
    const { epoch, global_step } = position
    const checkpoint: Checkpoint = weights_only
      ? { epoch, global_step, state_dict: plan.model.state_dict() }
      : checkpointOf({ plan, streams, callbacks: this.callbacks }, position, history)
    for (const each of hookedOf(this.callbacks, plan.given)) {
      each.on_save_checkpoint?.(this, plan.given, checkpoint)
    }
    return save(checkpoint)
  }

  /** Waits before the next batch, until {@link resume}. */
  pause(): void
  pause(...args: unknown[]): void {
    PAUSE.read(args)
    if (this.state.paused !== null) return
    let resume = () => {}
    const promise = new Promise<void>((resolve) => {
      resume = resolve
    })
    this.state.paused = { promise, resume }
  }

  /** Goes on after {@link pause}. */
  resume(): void
  resume(...args: unknown[]): void {
    RESUME.read(args)
    this.state.paused?.resume()
    this.state.paused = null
  }

  /** The run that goes on, if `model` is the task of the last one, or has its model and optimizer. */
  private runOf(model: unknown): Run | null {
    const { run } = this.state
    if (run === null || run.plan.given === model) return run
    if (typeof model !== 'object' || model === null) return null
    const { model: module, optimizer, training_step } = model as Partial<Ingredients & TrainingTask>
    const isSame =
      training_step === undefined && module === run.plan.model && optimizer === run.plan.optimizer
    return isSame ? run : null
  }

  /** Prepares a run: a new one, the same again, or one of a checkpoint. */
  private begin(
    plan: Plan,
    train: object,
    validation: object | null,
    checkpoint: Checkpoint | null,
    isNew: boolean,
  ): void {
    const { state } = this
    const { limit_train_batches, limit_val_batches } = state.settings
    const streams = new Streams(plan.generators, { train_dataloader: train, val_dataloader: validation })
    const known = batchesOf(train)
    if (known === 0) throw new ValueError('fit: train_dataloaders has no batches')
    const batches = limited('limit_train_batches', limit_train_batches, known)
    if (validation !== null) limited('limit_val_batches', limit_val_batches, batchesOf(validation))
    const hooked = hookedOf(this.callbacks, plan.given)
    if (checkpoint !== null) {
      const restored = restore({ plan, streams, callbacks: this.callbacks }, checkpoint, batches, () => {
        for (const each of hooked) each.on_load_checkpoint?.(this, plan.given, checkpoint)
      })
      state.position = restored.position
      state.history = restored.history
    } else if (isNew) {
      state.position = startOfRun()
      state.history = []
    } else state.goBack?.()
    state.metrics = {}
    for (const { epoch: _epoch, step: _step, lr: _lr, ...metrics } of state.history) {
      Object.assign(state.metrics, metrics)
    }
    state.goBack = null
    state.shouldStop = false
    state.run = { plan, streams, train, validation, batches, hooked }
  }

  /** The bytes that `ckpt_path` names; null if there is no last one yet. */
  private async bytesOf(path: unknown): Promise<FileBytes | null> {
    if (typeof path !== 'string') return path as FileBytes
    const keeper = this.callbacks.find((callback) => callback instanceof ModelCheckpoint)
    const name = path === 'last' ? keeper?.last : path === 'best' ? keeper?.best_model_path : path
    if (name === undefined || name === '') {
      throw new ValueError(`fit: ckpt_path '${path}' needs a ModelCheckpoint that has saved one`)
    }
    const bytes = await read(keeper?.store ?? storeOf('fit', null), name)
    if (bytes === null && path !== 'last') throw new RuntimeError(`fit: there is no checkpoint '${name}'`)
    return bytes
  }

  /** Runs `work` with the signal, unless something runs. */
  private async running<T>(op: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
    const { state } = this
    if (state.isRunning) throw new RuntimeError(`${op}: this trainer is running already`)
    state.isRunning = true
    state.signal = signal
    state.breath = new Breath()
    try {
      return await work()
    } finally {
      state.isRunning = false
      state.signal = null
    }
  }

  /** Runs `work` unless a trainer works on one of the modules. */
  private async alone<T>(op: string, { model, others }: Plan, work: () => Promise<T>): Promise<T> {
    const modules = [model, ...Object.values(others)]
    if (modules.some((each) => inTraining.has(each))) {
      throw new RuntimeError(`${op}: another Trainer is working on this model: wait for it first`)
    }
    for (const each of modules) inTraining.add(each)
    try {
      return await work()
    } finally {
      for (const each of modules) inTraining.delete(each)
    }
  }
}

/** Batches by a plain object, which is no object of keywords if one can go through it. */
class Wrapped {
  constructor(readonly batches: object) {}
}

const withIterables = (args: unknown[]): unknown[] =>
  args.map((each) => (isPlainObject(each) && isIterable(each) ? new Wrapped(each) : each))

const unwrapped = (given: unknown): unknown => (given instanceof Wrapped ? given.batches : given)
