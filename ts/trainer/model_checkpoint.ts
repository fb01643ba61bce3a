import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Callback, type RunningTrainer } from './callback.js'
import { fileNameOf } from './file_name.js'
import { available, checkMode, field, isBetter, type Mode, monitored, worst } from './monitored.js'
import { checkStore, type Store, storeOf, write } from './store.js'

/** Keywords of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /** The folder, a prefix of names; none by default. */
  dirpath?: string | null
  /** The name, with metrics in braces: `'{epoch}-{val_loss:.2f}'` becomes `epoch=2-val_loss=0.32.ckpt`. '{epoch}-{step}' by default. */
  filename?: string | null
  /** The metric by which the best are kept; null, the default, keeps the latest. */
  monitor?: string | null
  /** Prints what is saved, and why: false by default. */
  verbose?: boolean
  /** Also keeps the latest as `last.ckpt`. */
  save_last?: boolean | null
  /** How many are kept: 1 by default, 0 for none, -1 for all. */
  save_top_k?: number
  /** Without optimizer, schedules and position. */
  save_weights_only?: boolean
  /** Whether a lower value of `monitor` ('min', the default) or a higher one ('max') is better. */
  mode?: Mode
  /** Whether names of metrics are written before their values: true by default. */
  auto_insert_metric_name?: boolean
  /** Saves after every so many steps of the optimizer, instead of after epochs. */
  every_n_train_steps?: number | null
  /** Saves after every so many epochs; 1 by default. */
  every_n_epochs?: number | null
  /** Where the bytes go: a file in Node, Deno and Bun, OPFS in browsers by default. A Map, KV and R2 are stores. */
  store?: Store | null
  /** Instead of a store: gets the name and the bytes. Nothing is deleted then. */
  save?: ((name: string, bytes: Uint8Array<ArrayBuffer>) => unknown) | null
}

const MODEL_CHECKPOINT = signature(
  'ModelCheckpoint',
  'dirpath: str = None',
  'filename: str = None',
  'monitor: str = None',
  'verbose: bool = False',
  'save_last: bool = None',
  'save_top_k: int = 1',
  'save_weights_only: bool = False',
  "mode: str = 'min'",
  'auto_insert_metric_name: bool = True',
  'every_n_train_steps: int = None',
  'every_n_epochs: int = None',
  '*',
  'store: any = None',
  'save: function = None',
)
const STATE_DICT = signature('ModelCheckpoint.state_dict')
const LOAD_STATE_DICT = signature('ModelCheckpoint.load_state_dict', 'state_dict: dict')

/** What changes when a checkpoint was written. */
type Kept = Pick<
  ModelCheckpoint,
  'best_k_models' | 'best_model_path' | 'best_model_score' | 'last_model_path'
>

/**
 * Saves the whole state of a training: after epochs, or after steps; the best by a metric, or the latest.
 * Source: lightning.pytorch.callbacks.ModelCheckpoint.
 *
 * @throws ValueError for options that exclude each other; RuntimeError from `fit` where there is neither a store nor files
 * @example new ModelCheckpoint({ dirpath: 'checkpoints', monitor: 'val_loss', save_top_k: 2, save_last: true })
 * @example new ModelCheckpoint({ store: env.MODELS }) // KV or R2
 */
export class ModelCheckpoint extends Callback {
  readonly dirpath: string | null
  readonly filename: string
  readonly monitor: string | null
  readonly verbose: boolean
  readonly save_last: boolean
  readonly save_top_k: number
  readonly save_weights_only: boolean
  readonly mode: Mode
  readonly auto_insert_metric_name: boolean
  readonly every_n_train_steps: number
  readonly every_n_epochs: number
  private readonly givenStore: Store | null
  /** Names of those that are kept, with their values of `monitor`. */
  best_k_models: Record<string, number> = {}
  /** The name of the best; of the latest if nothing is monitored; '' before the first. */
  best_model_path = ''
  best_model_score: number | null = null
  last_model_path = ''
  private last_step_saved = 0

  constructor(options?: ModelCheckpointOptions)
  constructor(...args: unknown[]) {
    super()
    const [
      dirpath,
      filename,
      monitor,
      verbose,
      save_last,
      save_top_k,
      save_weights_only,
      mode,
      insert,
      ...rest
    ] = MODEL_CHECKPOINT.read(args)
    const [every_n_train_steps, every_n_epochs, store, save] = rest
    checkMode('ModelCheckpoint', mode)
    checkStore('ModelCheckpoint', store)
    if (store !== null && save !== null)
      throw new ValueError('ModelCheckpoint: give a store or the function save, not both')
    if (save_top_k < -1)
      throw new ValueError(`ModelCheckpoint: save_top_k must be at least -1, but got ${save_top_k}`)
    if (monitor === null && ![-1, 0, 1].includes(save_top_k)) {
      throw new ValueError(
        `ModelCheckpoint: save_top_k=${save_top_k} needs a metric to monitor; without one it is -1, 0 or 1`,
      )
    }
    if (every_n_train_steps !== null && every_n_epochs !== null) {
      throw new ValueError('ModelCheckpoint: give every_n_train_steps or every_n_epochs, not both')
    }
    for (const [name, value] of Object.entries({ every_n_train_steps, every_n_epochs })) {
      if (value !== null && value < 0)
        throw new ValueError(`ModelCheckpoint: ${name} must be at least 0, but got ${value}`)
    }
    this.dirpath = dirpath
    this.filename = filename ?? '{epoch}-{step}'
    this.monitor = monitor
    this.verbose = verbose
    this.save_last = save_last ?? false
    this.save_top_k = save_top_k
    this.save_weights_only = save_weights_only
    this.mode = mode
    this.auto_insert_metric_name = insert
    this.every_n_train_steps = every_n_train_steps ?? 0
    this.every_n_epochs = every_n_epochs ?? (every_n_train_steps === null ? 1 : 0)
    this.givenStore =
      save === null
        ? store
        : { put: save as NonNullable<ModelCheckpointOptions['save']>, get: () => null, delete: () => {} }
  }

  override get state_key(): string {
    const { monitor, mode, every_n_train_steps, every_n_epochs } = this
    const text = monitor === null ? 'None' : `'${monitor}'`
    return `ModelCheckpoint{'monitor': ${text}, 'mode': '${mode}', 'every_n_train_steps': ${every_n_train_steps}, 'every_n_epochs': ${every_n_epochs}}`
  }

  /** Where the bytes are. @internal */
  get store(): Store {
    return storeOf('ModelCheckpoint', this.givenStore)
  }

  /** The name of the latest, of this process or of an earlier one. @internal */
  get last(): string {
    return this.last_model_path === '' && this.save_last ? this.pathOf('last') : this.last_model_path
  }

  /** The value of the worst that is kept. */
  get kth_value(): number {
    const name = worstOf(this.best_k_models, this.mode)
    return name === null ? worst(this.mode) : this.best_k_models[name]
  }

  override state_dict(): Record<string, unknown>
  override state_dict(...args: unknown[]): Record<string, unknown> {
    STATE_DICT.read(args)
    const { monitor, dirpath, best_k_models, best_model_path, best_model_score, last_model_path } = this
    const { kth_value, last_step_saved } = this
    return {
      ...{
        monitor,
        dirpath,
        best_k_models: Object.entries(best_k_models),
        best_model_path,
        best_model_score,
      },
      ...{ last_model_path, kth_value, last_step_saved },
    }
  }

  override load_state_dict(state_dict: Record<string, unknown>): void
  override load_state_dict(...args: unknown[]): void {
    const [state] = LOAD_STATE_DICT.read(args)
    const text = (name: string) => field('ModelCheckpoint', state, name, '')
    const saved: unknown = state.best_k_models
    const pairs = Array.isArray(saved) ? saved : Object.entries((saved ?? {}) as object)
    for (const pair of pairs) {
      if (Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number') continue
      throw new ValueError('ModelCheckpoint: best_k_models of the state_dict must be names with numbers')
    }
    Object.assign(this, {
      best_model_path: text('best_model_path'),
      last_model_path: text('last_model_path'),
      best_model_score: typeof state.best_model_score === 'number' ? state.best_model_score : null,
      last_step_saved: typeof state.last_step_saved === 'number' ? state.last_step_saved : 0,
      best_k_models: Object.fromEntries(pairs),
    })
  }

  /** @internal */
  async on_train_batch_end(trainer: RunningTrainer): Promise<void> {
    const every = this.every_n_train_steps
    const { global_step } = trainer
    if (every === 0 || global_step % every !== 0 || global_step === this.last_step_saved) return
    await this.keep(trainer)
  }

  /** @internal */
  async on_train_epoch_end(trainer: RunningTrainer): Promise<void> {
    const every = this.every_n_epochs
    if (every === 0 || (trainer.current_epoch + 1) % every !== 0) return
    const { monitor } = this
    const row = trainer.history.at(-1) ?? {}
    // The metric of a validation that is not due in each epoch is as old as the last one.
    const isOld = monitor !== null && !Object.hasOwn(row, monitor)
    if (isOld && Object.hasOwn(trainer.callback_metrics, monitor)) return
    await this.keep(trainer)
  }

  private async keep(trainer: RunningTrainer): Promise<void> {
    const { monitor, mode, save_top_k } = this
    const metrics = { ...trainer.callback_metrics, epoch: trainer.current_epoch, step: trainer.global_step }
    const value = monitor === null ? null : monitored('ModelCheckpoint', trainer, monitor)
    // After steps, a metric of validation may not be there yet.
    if (monitor !== null && value === null && this.every_n_epochs > 0) {
      throw new ValueError(
        `ModelCheckpoint: could not find the monitored ${monitor}; there are ${available(trainer)}`,
      )
    }
    // As Lightning: what is no number is the worst there is.
    const score = value === null || Number.isNaN(value) ? worst(mode) : value
    const isKept = save_top_k !== 0 && (monitor === null || (value !== null && this.isAmongBest(score)))
    if (isKept) await this.add(trainer, metrics, score)
    else if (value !== null) this.say(trainer, `${monitor} was not in top ${save_top_k}`)
    if (!this.save_last) return
    const path = this.pathOf('last')
    await this.write(trainer, path, { last_model_path: path })
  }

  private async add(trainer: RunningTrainer, metrics: Record<string, unknown>, score: number): Promise<void> {
    const { monitor, mode, save_top_k } = this
    const name = fileNameOf(this.filename, metrics, this.auto_insert_metric_name)
    let path = this.pathOf(name)
    for (let version = 1; Object.hasOwn(this.best_k_models, path); version++)
      path = this.pathOf(`${name}-v${version}`)
    const best_k_models = { ...this.best_k_models, [path]: score }
    let removed: string | null = null
    if (save_top_k > 0 && Object.keys(best_k_models).length > save_top_k) {
      removed = monitor === null ? Object.keys(best_k_models)[0] : worstOf(best_k_models, mode)
      if (removed !== null) delete best_k_models[removed]
    }
    const isBest =
      monitor === null || this.best_model_score === null || isBetter(mode, score, this.best_model_score)
    await this.write(trainer, path, {
      best_k_models,
      ...(isBest ? { best_model_path: path } : {}),
      ...(isBest && monitor !== null ? { best_model_score: score } : {}),
    })
    if (monitor === null) this.say(trainer, `saving model to '${path}'`)
    else {
      const rank = Object.values(best_k_models).filter((other) => isBetter(mode, other, score)).length + 1
      const best = `(best ${this.best_model_score})`
      this.say(trainer, `${monitor} reached ${score} ${best}, saving model to '${path}' as top ${rank}`)
    }
    // After writing: nothing is lost if that fails.
    if (removed !== null) await this.store.delete(removed)
  }

  /** Writes the bytes, in which the checkpoint is named already; if that fails, it is named nowhere. */
  private async write(trainer: RunningTrainer, path: string, change: Partial<Kept>): Promise<void> {
    const { best_k_models, best_model_path, best_model_score, last_model_path, last_step_saved } = this
    const before = { best_k_models, best_model_path, best_model_score, last_model_path, last_step_saved }
    Object.assign(this, change, { last_step_saved: trainer.global_step })
    try {
      await write(this.store, path, this.bytesOf(trainer))
    } catch (error) {
      Object.assign(this, before)
      throw error
    }
  }

  private say(trainer: RunningTrainer, what: string): void {
    if (!this.verbose) return
    console.info(`Epoch ${trainer.current_epoch}, global step ${trainer.global_step}: ${what}`)
  }

  private bytesOf(trainer: RunningTrainer) {
    return trainer.save_checkpoint({ weights_only: this.save_weights_only })
  }

  private isAmongBest(score: number): boolean {
    const { save_top_k, mode, best_k_models } = this
    if (save_top_k < 0 || Object.keys(best_k_models).length < save_top_k) return true
    return isBetter(mode, score, this.kth_value)
  }

  private pathOf(name: string): string {
    const file = `${name}.ckpt`
    return this.dirpath === null || this.dirpath === '' ? file : `${this.dirpath.replace(/\/$/, '')}/${file}`
  }
}

/** The name of the worst; of equal ones the latest. */
function worstOf(models: Readonly<Record<string, number>>, mode: Mode): string | null {
  let found: string | null = null
  for (const [name, score] of Object.entries(models)) {
    if (found === null || !isBetter(mode, score, models[found])) found = name
  }
  return found
}
