import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { inMode } from '../graph/grad_mode.js'
import type { Module } from '../nn/module.js'
import { save } from '../serialization/save.js'
import type { FileBytes } from '../serialization/source.js'
import { Breath } from './breath.js'
import type { CallbackHooks, HookName, RunningTrainer } from './callback.js'
import { checkpointOf, readCheckpoint, restore } from './checkpoint.js'
import type { Checkpoint } from './checkpoint_file.js'
import { batchesOf, type Cursor, checkLoader, openCursor } from './cursor.js'
import { addTo, meansOf, numberOf, plainResults, type Sums } from './logs.js'
import { ModelCheckpoint } from './model_checkpoint.js'
import { type Progress, readOptions, type Settings, signalOf, type TrainerOptions } from './options.js'
import { nextEpoch, type Position, type Row, startOfRun } from './position.js'
import { buffersOf, flush, type Outputs, trainOn } from './step.js'
import { read, storeOf } from './store.js'
import { Streams } from './streams.js'
import { type Ingredients, isPlateau, type Plan, planOf, rowsIn, type TrainingTask } from './task.js'

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

/** What a call of fit works on. */
interface Run {
  readonly plan: Plan
  readonly streams: Streams
  readonly train: object
  readonly validation: object | null
}

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
  /** Set by callbacks to end training after the current batch, or after the epoch in its hooks. */
  should_stop = false
  /** The last values of all that was logged. */
  callback_metrics: Record<string, number | number[]> = {}
  /** One row for each finished epoch. */
  history: Row[] = []
  private readonly settings: Settings
  private position: Position = startOfRun()
  private run: Run | null = null
  /** Brings generators back to the position, while a batch is being made or the run is stopped. */
  private goBack: (() => void) | null = null
  private ending = false
  private running = false
  private signal: AbortSignal | null = null
  private paused: { promise: Promise<void>; resume: () => void } | null = null
  private batches: number | null = null

  constructor(options?: TrainerOptions)
  constructor(...args: unknown[]) {
    this.settings = readOptions(args)
  }

  /** The current epoch, from 0: the number of those that are finished. */
  get current_epoch(): number {
    return this.position.epoch - (this.ending ? 1 : 0)
  }

  /** The number of steps of the optimizer. */
  get global_step(): number {
    return this.position.global_step
  }

  /** The number of finished batches of the epoch. */
  get batch_idx(): number {
    return this.position.batch_idx
  }

  get max_epochs(): number {
    return this.settings.max_epochs
  }

  /** The number of batches of an epoch, null if it is not known. */
  get num_training_batches(): number | null {
    return this.batches
  }

  /** Whether there is a validation. */
  get validates(): boolean {
    return this.run?.validation !== null && this.run?.plan.validation_step !== null
  }

  get callbacks(): readonly CallbackHooks[] {
    return this.settings.callbacks
  }

  /** Whether {@link pause} was called. */
  get is_paused(): boolean {
    return this.paused !== null
  }

  /**
   * Trains until `max_epochs`, `max_steps` or a callback ends it; resolves to {@link history}. Called again with the same task, it goes on
   * where it was; with another one, or with `ckpt_path`, from there.
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
    const [model, train, validation, ckpt_path, signal] = FIT.read(args)
    if (this.running) throw new RuntimeError('fit: this trainer is running already')
    checkLoader('train_dataloaders', train)
    if (validation !== null) checkLoader('val_dataloaders', validation)
    this.signal = signalOf('fit', signal) ?? this.settings.signal
    this.running = true
    try {
      await this.begin(model, train, validation as object | null, ckpt_path)
      await this.guarded(() => this.epochs())
      return this.history
    } finally {
      this.running = false
    }
  }

  /** Validates once, and resolves to what is logged. */
  validate<Batch>(
    model: TrainingTask<Batch> | Ingredients,
    dataloaders: Batches<Batch>,
  ): Promise<Record<string, number | number[]>>
  async validate(...args: unknown[]): Promise<Record<string, number | number[]>> {
    const [model, loader] = VALIDATE.read(args)
    if (this.running) throw new RuntimeError('validate: this trainer is running already')
    checkLoader('dataloaders', loader)
    const known = this.run?.plan
    const plan = known !== undefined && known.given === model ? known : planOf(model)
    if (plan.validation_step === null) throw new TypeError('validate: the task has no validation_step')
    this.running = true
    try {
      return await this.validation(plan, loader, plan.validation_step)
    } finally {
      this.running = false
    }
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
    const { run, position, history } = this
    if (run === null) throw new RuntimeError('save_checkpoint: there is nothing to save before fit')
    const { plan, streams } = run
    const subject = { plan, streams, callbacks: this.callbacks }
    const checkpoint: Checkpoint = weights_only
      ? { epoch: position.epoch, global_step: position.global_step, state_dict: plan.model.state_dict() }
      : checkpointOf(subject, position, streams.statesAt(this.goBack), history)
    for (const callback of this.callbacks) callback.on_save_checkpoint?.(this, plan.given, checkpoint)
    return save(checkpoint)
  }

  /** Waits before the next batch, until {@link resume}. */
  pause(): void
  pause(...args: unknown[]): void {
    PAUSE.read(args)
    if (this.paused !== null) return
    let resume = () => {}
    const promise = new Promise<void>((resolve) => {
      resume = resolve
    })
    this.paused = { promise, resume }
  }

  /** Goes on after {@link pause}. */
  resume(): void
  resume(...args: unknown[]): void {
    RESUME.read(args)
    this.paused?.resume()
    this.paused = null
  }

  /** Prepares a run: a new one, the same again, or one of a checkpoint. */
  private async begin(
    model: unknown,
    train: object,
    validation: object | null,
    ckpt_path: unknown,
  ): Promise<void> {
    const bytes = ckpt_path === null ? null : await this.bytesOf(ckpt_path)
    const checkpoint = bytes === null ? null : readCheckpoint(bytes)
    const before = this.run?.plan.given === model ? this.run : null
    const isSame = before !== null
    const plan = before?.plan ?? planOf(model)
    const streams = new Streams(plan.generators, { train_dataloader: train, val_dataloader: validation })
    if (checkpoint !== null) {
      const subject = { plan, streams, callbacks: this.callbacks }
      const restored = restore(subject, checkpoint)
      for (const callback of this.callbacks) callback.on_load_checkpoint?.(this, plan.given, checkpoint)
      this.position = restored.position
      this.history = restored.history
    } else if (!isSame) {
      this.position = startOfRun()
      this.history = []
    } else this.goBack?.()
    this.callback_metrics = Object.assign({}, ...this.history.map(metricsOf))
    this.goBack = null
    this.should_stop = false
    this.run = { plan, streams, train, validation }
    this.batches = limited(this.settings.limit_train_batches, batchesOf(train))
  }

  /** The bytes that `ckpt_path` names. */
  private async bytesOf(path: unknown): Promise<FileBytes> {
    if (typeof path !== 'string') return path as FileBytes
    const keeper = this.callbacks.find((callback) => callback instanceof ModelCheckpoint)
    const name = path === 'last' ? keeper?.last_model_path : path === 'best' ? keeper?.best_model_path : path
    if (name === undefined || name === '') {
      throw new ValueError(`fit: ckpt_path '${path}' needs a ModelCheckpoint that has saved one`)
    }
    const bytes = await read(keeper?.store ?? storeOf('fit', null), name)
    if (bytes === null) throw new RuntimeError(`fit: there is no checkpoint '${name}'`)
    return bytes
  }

  /** Tells callbacks of an error, and keeps the states of generators for what follows. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    const { plan, streams } = this.run as Run
    const modes = new Map([...plan.model.modules()].map((module) => [module, module.training]))
    try {
      await work()
    } catch (error) {
      for (const [module, mode] of modes) module.training = mode
      this.ending = false
      this.goBack ??= streams.mark()
      await this.hook('on_exception', error)
      throw error
    }
    this.goBack = streams.mark()
  }

  private async epochs(): Promise<void> {
    const { plan } = this.run as Run
    const { accumulate_grad_batches, min_epochs } = this.settings
    plan.model.train()
    await this.hook('on_fit_start')
    await this.hook('on_train_start')
    // A step that failed after its gradients were there.
    if (this.position.accumulated >= accumulate_grad_batches) flush(plan, this.settings, this.position)
    while (!this.isOver()) {
      if (this.should_stop && this.position.epoch >= min_epochs) break
      this.should_stop = false
      if (this.position.stage === 'train' && !(await this.trainEpoch())) break
      await this.endEpoch()
    }
    await this.hook('on_train_end')
    await this.hook('on_fit_end')
  }

  private isOver(): boolean {
    const { max_epochs } = this.settings
    return (max_epochs >= 0 && this.position.epoch >= max_epochs) || this.reachedSteps()
  }

  private reachedSteps(): boolean {
    const { max_steps } = this.settings
    return max_steps >= 0 && this.position.global_step >= max_steps
  }

  /** The rest of an epoch's batches; false if training ended before they did. */
  private async trainEpoch(): Promise<boolean> {
    const { plan, train } = this.run as Run
    const { settings, position } = this
    await this.hook('on_train_epoch_start')
    await this.turn(new Breath(), true)
    const limit = this.batches
    const cursor = await this.enter(train)
    const breath = new Breath()
    try {
      for (;;) {
        await this.turn(breath)
        if (limit !== null && settings.limit_train_batches !== null && position.batch_idx >= limit) break
        const isDone = await this.batch(cursor)
        if (isDone) break
        if (this.reachedSteps() || this.should_stop) return false
      }
    } finally {
      cursor.close()
    }
    if (position.accumulated > 0) flush(plan, settings, position)
    position.stage = 'validation'
    return true
  }

  /** Begins the epoch, or enters it where it was stopped. */
  private async enter(loader: object): Promise<Cursor> {
    const { streams } = this.run as Run
    const { position } = this
    if (position.batch_idx === 0) {
      position.epoch_rng = streams.save()
      position.draws = {}
      return openCursor(loader)
    }
    const now = streams.save()
    streams.restore(position.epoch_rng)
    const cursor = openCursor(loader)
    for (let i = 0; i < position.batch_idx; i++) {
      const states = position.draws[i]
      if (states !== undefined) streams.restore(states)
      if ((await cursor.next()) === null) {
        streams.restore(now)
        throw new RuntimeError(
          `fit: the run was stopped after ${position.batch_idx} batches of an epoch, but train_dataloaders has only ${i}`,
        )
      }
    }
    streams.restore(now)
    return cursor
  }

  /** One batch; true if there was none. If it fails, generators and buffers go back. */
  private async batch(cursor: Cursor): Promise<boolean> {
    const { plan, streams } = this.run as Run
    const { settings, position } = this
    const { batch_idx } = position
    const goBack = streams.mark()
    this.goBack = goBack
    const restoreBuffers = buffersOf(plan)
    let outputs: Outputs
    let batch: unknown
    try {
      const before = batch_idx === 0 ? null : streams.fingerprint()
      const make = await cursor.next()
      if (make === null) {
        this.goBack = null
        return true
      }
      if (before !== null && streams.fingerprint() !== before)
        position.draws[batch_idx] = streams.statesAt(goBack)
      batch = await make()
      await this.hook('on_train_batch_start', batch, batch_idx)
      outputs = await trainOn(plan, settings, position, batch)
    } catch (error) {
      // Unless the batch is done, and what failed was the step after it.
      if (position.batch_idx === batch_idx) {
        goBack()
        restoreBuffers()
      } else this.goBack = null
      throw error
    }
    this.goBack = null
    await this.hook('on_train_batch_end', outputs, batch, batch_idx)
    this.tell('train', position.batch_idx, this.batches, outputs.loss)
    return false
  }

  /** Validation, schedules, the row, and hooks; the position is at the next epoch before those are called. */
  private async endEpoch(): Promise<void> {
    const { plan, validation } = this.run as Run
    const { position, settings } = this
    const { epoch } = position
    const isDue = (epoch + 1) % settings.check_val_every_n_epoch === 0
    const values: Record<string, number | number[]> = meansOf(position.sums)
    const lr = plan.optimizer.param_groups[0].lr
    const isValidated = isDue && validation !== null && plan.validation_step !== null
    if (isValidated) {
      Object.assign(
        values,
        await this.validation(plan, validation, plan.validation_step as NonNullable<Plan['validation_step']>),
      )
    }
    this.callback_metrics = { ...this.callback_metrics, ...values }
    for (const [i, { scheduler, interval, frequency }] of plan.schedules.entries()) {
      if (interval !== 'epoch' || (epoch + 1) % frequency !== 0) continue
      if (isPlateau(scheduler)) scheduler.step(this.followed(plan.monitors[i]))
      else (scheduler as unknown as { step(): void }).step()
    }
    this.history.push({ epoch, step: position.global_step, lr, ...values })
    this.position = nextEpoch(position)
    this.ending = true
    if (isValidated) await this.hook('on_validation_end')
    await this.hook('on_train_epoch_end')
    this.ending = false
  }

  /** The value that ReduceLROnPlateau follows. */
  private followed(monitor: string | null): number {
    const metrics = this.callback_metrics
    const name = monitor ?? (Object.hasOwn(metrics, 'val_loss') ? 'val_loss' : 'train_loss')
    const value = metrics[name]
    if (typeof value === 'number') return value
    throw new RuntimeError(
      `ReduceLROnPlateau conditioned on metric ${name} which is not available. Available metrics are: ${Object.keys(metrics).join(', ')}`,
    )
  }

  /** A pass over the validation set. If it fails, generators go back. */
  private async validation(
    plan: Plan,
    loader: object,
    step: NonNullable<Plan['validation_step']>,
  ): Promise<Record<string, number | number[]>> {
    const streams = this.run?.streams ?? new Streams(plan.generators, { val_dataloader: loader })
    const modes = new Map<Module, boolean>(
      [...plan.model.modules()].map((module) => [module, module.training]),
    )
    const goBack = streams.mark()
    const isOfRun = this.run?.plan === plan
    if (isOfRun) this.goBack = goBack
    const sums: Sums = {}
    const total = limited(this.settings.limit_val_batches, batchesOf(loader))
    const breath = new Breath()
    plan.metrics?.reset()
    plan.model.eval()
    try {
      if (isOfRun) await this.hook('on_validation_start')
      const cursor = openCursor(loader)
      for (let i = 0; total === null || this.settings.limit_val_batches === null || i < total; i++) {
        await this.turn(breath)
        const make = await cursor.next()
        if (make === null) break
        const batch = await make()
        await validateOn(step, batch, i, sums)
        if (isOfRun) await this.hook('on_validation_batch_end', batch, i)
        this.tell('validation', i + 1, total, null)
      }
      cursor.close()
      const results = plan.metrics === null || Object.keys(sums).length === 0 ? {} : plan.metrics.compute()
      if (isOfRun) this.goBack = null
      return { ...meansOf(sums), ...plainResults(results as Record<string, unknown>) }
    } catch (error) {
      goBack()
      throw error
    } finally {
      for (const [module, mode] of modes) module.training = mode
    }
  }

  /** Between batches: waits while it is paused, gives others their turn, ends for the signal. */
  private async turn(breath: Breath, isFirst = false): Promise<void> {
    const { signal } = this
    const due = isFirst ? null : breath.due()
    if (due !== null) await due
    signal?.throwIfAborted()
    while (this.paused !== null) {
      await unlessAborted(this.paused.promise, signal)
      signal?.throwIfAborted()
    }
  }

  private tell(
    stage: Progress['stage'],
    batch_idx: number,
    num_batches: number | null,
    loss: number | null,
  ): void {
    const { on_progress, max_epochs } = this.settings
    const { epoch, global_step } = this.position
    on_progress?.({ stage, epoch, max_epochs, batch_idx, num_batches, global_step, loss })
  }

  /** Calls a hook of all callbacks, those of ModelCheckpoint last, after that of the task. */
  private async hook(name: HookName, ...args: unknown[]): Promise<void> {
    const { given } = (this.run as Run).plan
    const isKeeper = (each: object) => each instanceof ModelCheckpoint
    const all: CallbackHooks[] = [
      ...this.callbacks.filter((each) => !isKeeper(each)),
      given as CallbackHooks,
      ...this.callbacks.filter(isKeeper),
    ]
    for (const each of all) {
      const hook = each[name] as ((...args: unknown[]) => unknown) | undefined
      if (typeof hook !== 'function') continue
      const result = hook.call(each, this, given, ...args)
      if (isThenable(result)) await result
    }
  }
}

async function validateOn(
  step: NonNullable<Plan['validation_step']>,
  batch: unknown,
  batch_idx: number,
  sums: Sums,
): Promise<void> {
  const logged: Record<string, number> = {}
  const log = (name: string, value: unknown) => {
    logged[name] = numberOf(name, value)
  }
  const output = await inMode(false, () => step(batch, batch_idx, log))
  if (typeof output === 'object' && output !== null && !('item' in output)) {
    for (const [name, value] of Object.entries(output)) log(name, value)
  } else if (output !== undefined && output !== null) log('val_loss', output)
  addTo(sums, logged, rowsIn(batch))
}

/** The number of batches under a limit: a number of them, or a fraction. */
function limited(limit: number | null, batches: number | null): number | null {
  if (limit === null) return batches
  if (limit >= 1 || limit === 0) return batches === null ? limit : Math.min(limit, batches)
  if (batches === null) {
    throw new ValueError(
      `Trainer: a limit of ${limit}, a fraction, needs a loader whose number of batches is known, but got ${describe(batches)}`,
    )
  }
  return Math.floor(limit * batches)
}

/** Waits for `promise`, or until the signal aborts. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal | null): Promise<void> {
  if (signal === null) return promise
  let end = () => {}
  const aborted = new Promise<void>((resolve) => {
    end = resolve
    signal.addEventListener('abort', end)
  })
  await Promise.race([promise, aborted])
  signal.removeEventListener('abort', end)
}

/** What a row has of metrics. */
function metricsOf({
  epoch: _epoch,
  step: _step,
  lr: _lr,
  ...metrics
}: Row): Record<string, number | number[]> {
  return metrics
}
