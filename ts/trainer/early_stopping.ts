import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Callback, type RunningTrainer } from './callback.js'
import { available, checkMode, field, isBetter, type Mode, monitored, worst } from './monitored.js'

/** Keywords of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** The smallest change that is an improvement; 0 by default. */
  min_delta?: number
  /** The number of checks without improvement after which training stops; 3 by default. */
  patience?: number
  /** Prints improvements, and why training stops: false by default. */
  verbose?: boolean
  /** Whether a lower value ('min', the default) or a higher one ('max') is better. */
  mode?: Mode
  /** Whether it is an error that the metric is missing: true by default. */
  strict?: boolean
  /** Stops when the metric becomes NaN or infinite: true by default. */
  check_finite?: boolean
  /** Stops as soon as the metric is better than this. */
  stopping_threshold?: number | null
  /** Stops as soon as the metric is worse than this. */
  divergence_threshold?: number | null
  /** Checks at the end of each epoch of training, instead of after validation; null, the default, if there is no validation. */
  check_on_train_epoch_end?: boolean | null
}

const EARLY_STOPPING = signature(
  'EarlyStopping',
  'monitor: str',
  'min_delta: number = 0',
  'patience: int = 3',
  'verbose: bool = False',
  "mode: str = 'min'",
  'strict: bool = True',
  'check_finite: bool = True',
  'stopping_threshold: number = None',
  'divergence_threshold: number = None',
  'check_on_train_epoch_end: bool = None',
)
const STATE_DICT = signature('EarlyStopping.state_dict')
const LOAD_STATE_DICT = signature('EarlyStopping.load_state_dict', 'state_dict: dict')

/**
 * Stops training when a metric no longer improves. Source: lightning.pytorch.callbacks.EarlyStopping.
 *
 * @throws RuntimeError from `fit` if the metric is missing, unless `strict` is false
 * @example new Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_loss', patience: 5 })] })
 */
export class EarlyStopping extends Callback {
  readonly monitor: string
  readonly verbose: boolean
  readonly mode: Mode
  min_delta: number
  patience: number
  readonly strict: boolean
  readonly check_finite: boolean
  readonly stopping_threshold: number | null
  readonly divergence_threshold: number | null
  readonly check_on_train_epoch_end: boolean | null
  /** The number of checks since the last improvement. */
  wait_count = 0
  /** The epoch after which training was stopped; 0 before. */
  stopped_epoch = 0
  best_score: number
  /** Why training was stopped, if it was. */
  stopping_reason: string | null = null

  constructor(options: { monitor: string } & EarlyStoppingOptions)
  constructor(monitor: string, min_delta?: number | EarlyStoppingOptions, patience?: number)
  constructor(...args: unknown[]) {
    super()
    const [monitor, min_delta, patience, verbose, mode, strict, check_finite, stopping, divergence, on_end] =
      EARLY_STOPPING.read(args)
    checkMode('EarlyStopping', mode)
    this.monitor = monitor
    this.min_delta = min_delta
    this.patience = patience
    this.verbose = verbose
    this.mode = mode
    this.strict = strict
    this.check_finite = check_finite
    this.stopping_threshold = stopping
    this.divergence_threshold = divergence
    this.check_on_train_epoch_end = on_end
    this.best_score = worst(mode)
  }

  override get state_key(): string {
    return `EarlyStopping{'monitor': '${this.monitor}', 'mode': '${this.mode}'}`
  }

  override state_dict(): Record<string, unknown>
  override state_dict(...args: unknown[]): Record<string, unknown> {
    STATE_DICT.read(args)
    const { wait_count, stopped_epoch, best_score, patience, stopping_reason } = this
    return { wait_count, stopped_epoch, best_score, patience, stopping_reason }
  }

  /** Everything but `patience`, which stays as it is: a run that was stopped can go on with more. */
  override load_state_dict(state_dict: Record<string, unknown>): void
  override load_state_dict(...args: unknown[]): void {
    const [state] = LOAD_STATE_DICT.read(args)
    const number = (name: string) => field('EarlyStopping', state, name, 0)
    const loaded = {
      wait_count: number('wait_count'),
      stopped_epoch: number('stopped_epoch'),
      best_score: number('best_score'),
      stopping_reason: typeof state.stopping_reason === 'string' ? state.stopping_reason : null,
    }
    Object.assign(this, loaded)
  }

  /** A run that was stopped before stays so, unless there is more patience now. @internal */
  on_fit_start(trainer: RunningTrainer): void {
    const isOver = this.stopping_reason !== null
    if (isOver && (this.wait_count === 0 || this.wait_count >= this.patience)) trainer.should_stop = true
    else if (isOver) {
      this.stopping_reason = null
      this.stopped_epoch = 0
    }
  }

  /** @internal */
  on_validation_end(trainer: RunningTrainer): void {
    if (this.check_on_train_epoch_end !== true) this.check(trainer)
  }

  /** @internal */
  on_train_epoch_end(trainer: RunningTrainer): void {
    if (this.check_on_train_epoch_end ?? !trainer.validates) this.check(trainer)
  }

  private check(trainer: RunningTrainer): void {
    const { monitor } = this
    const current = monitored('EarlyStopping', trainer, monitor)
    if (current === null) {
      if (!this.strict) return
      throw new RuntimeError(
        `Early stopping conditioned on metric \`${monitor}\` which is not available. Pass in or modify your \`EarlyStopping\` callback to use any of the following: \`${available(trainer)}\``,
      )
    }
    const reason = this.reasonToStop(current)
    if (reason === null) return
    this.say(reason)
    this.stopping_reason = reason
    this.stopped_epoch = trainer.current_epoch
    trainer.should_stop = true
  }

  private reasonToStop(current: number): string | null {
    const { monitor, mode, patience, min_delta, stopping_threshold, divergence_threshold } = this
    if (this.check_finite && !Number.isFinite(current)) return `${monitor} is ${current}`
    if (stopping_threshold !== null && isBetter(mode, current, stopping_threshold)) {
      return `${monitor} reached ${current}, better than ${stopping_threshold}`
    }
    if (divergence_threshold !== null && isBetter(mode, divergence_threshold, current)) {
      return `${monitor} reached ${current}, worse than ${divergence_threshold}`
    }
    const delta = Math.abs(min_delta)
    if (isBetter(mode, mode === 'min' ? current + delta : current - delta, this.best_score)) {
      const gain = Number.isFinite(this.best_score) ? ` by ${Math.abs(this.best_score - current)}` : ''
      this.say(`Metric ${monitor} improved${gain}. New best score: ${current}`)
      this.best_score = current
      this.wait_count = 0
      return null
    }
    this.wait_count++
    if (this.wait_count < patience) return null
    return `${monitor} did not improve in the last ${this.wait_count} records; best ${this.best_score}`
  }

  private say(what: string): void {
    if (this.verbose) console.info(what)
  }
}
