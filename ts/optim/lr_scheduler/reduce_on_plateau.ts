import { checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { Tensor } from '../../tensor/tensor.js'
import { type AnyOptimizer, nameOf, Scheduler, type SchedulerStateDict } from './scheduler.js'

/** Options of ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions {
  /** Whether a lower metric ('min', the default) or a higher one ('max') is better. */
  mode?: 'min' | 'max'
  /** Factor for the learning rates, below 1; 0.1 by default. */
  factor?: number
  /** Number of steps without improvement to tolerate; 10 by default. */
  patience?: number
  /** Minimum improvement that counts; 1e-4 by default. */
  threshold?: number
  /** Whether `threshold` is relative to the best value ('rel', the default) or absolute ('abs'). */
  threshold_mode?: 'rel' | 'abs'
  /** Number of steps after a reduction that do not count; 0 by default. */
  cooldown?: number
  /** Minimum learning rate, for all groups or for each; 0 by default. */
  min_lr?: number | readonly number[]
  /** Smaller reductions are skipped; 1e-8 by default. */
  eps?: number
}

const REDUCE_LR_ON_PLATEAU = signature(
  'ReduceLROnPlateau',
  'optimizer: value',
  "mode: str = 'min'",
  'factor: number = 0.1',
  'patience: number = 10',
  'threshold: number = 1e-4',
  "threshold_mode: str = 'rel'",
  'cooldown: number = 0',
  'min_lr: number|list = 0',
  'eps: number = 1e-8',
)
const STEP = signature('ReduceLROnPlateau.step', 'metrics: number|Tensor', 'epoch: int = None')

/**
 * Multiplies the learning rates by `factor` when a metric has not improved for more than `patience`
 * steps. Source: torch.optim.lr_scheduler.ReduceLROnPlateau.
 *
 * @example
 * const scheduler = new torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, { patience: 3 })
 * scheduler.step(validationLoss)
 */
export class ReduceLROnPlateau extends Scheduler {
  mode: 'min' | 'max'
  factor: number
  patience: number
  threshold: number
  threshold_mode: 'rel' | 'abs'
  cooldown: number
  /** Minimum learning rate of each group. */
  min_lrs: number[]
  /** The minimum for groups that are added later; null if each group was given its own. */
  default_min_lr: number | null
  eps: number
  /** Best value so far. */
  best: number
  /** Remaining steps of the cooldown. */
  cooldown_counter = 0
  /** Steps since the last improvement. */
  num_bad_epochs = 0

  constructor(
    optimizer: AnyOptimizer,
    mode?: 'min' | 'max' | ReduceLROnPlateauOptions,
    factor?: number | Omit<ReduceLROnPlateauOptions, 'mode'>,
    patience?: number,
    threshold?: number,
    threshold_mode?: 'rel' | 'abs',
    cooldown?: number,
    min_lr?: number | readonly number[],
    eps?: number,
  )
  constructor(options: { optimizer: AnyOptimizer } & ReduceLROnPlateauOptions)
  constructor(...args: unknown[]) {
    const [optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps] =
      REDUCE_LR_ON_PLATEAU.read(args)
    super(optimizer, 0)
    const groups = this.optimizer.param_groups.length
    const isShared = typeof min_lr === 'number'
    const min_lrs: unknown[] = isShared ? Array<number>(groups).fill(min_lr) : [...min_lr]
    checkNumbers(min_lrs)
    checkModes(mode, threshold_mode)
    if (!(factor < 1)) throw new ValueError('Factor should be < 1.0.')
    if (min_lrs.length !== groups) throw new ValueError(`expected ${groups} min_lrs, got ${min_lrs.length}`)
    this.mode = mode as 'min' | 'max'
    this.factor = factor
    this.patience = patience
    this.threshold = threshold
    this.threshold_mode = threshold_mode as 'rel' | 'abs'
    this.cooldown = cooldown
    this.min_lrs = min_lrs
    this.default_min_lr = isShared ? min_lr : null
    this.eps = eps
    this.best = worst(this.mode)
    this._last_lr = this.currentRates()
  }

  /**
   * Reports a value of the metric, a number or a tensor with one element.
   *
   * @param epoch becomes `last_epoch`; the next one by default
   */
  step(metrics: number | Tensor, epoch?: number | null | { epoch?: number | null }): void
  step(...args: unknown[]): void {
    const [metrics, epoch] = STEP.read(args)
    const current = metrics instanceof Tensor ? metrics.item() : metrics
    const improved = this.isBetter(current)
    let badEpochs = improved ? 0 : this.num_bad_epochs + 1
    const cools = this.cooldown_counter > 0
    if (cools) badEpochs = 0
    const reduces = badEpochs > this.patience
    // Before any change, because it may throw.
    if (reduces) this.reduce()
    if (improved) this.best = current
    this.num_bad_epochs = reduces ? 0 : badEpochs
    if (cools) this.cooldown_counter--
    if (reduces) this.cooldown_counter = this.cooldown
    this.last_epoch = epoch ?? this.last_epoch + 1
    this._last_lr = this.currentRates()
  }

  private isBetter(value: number): boolean {
    const { best, threshold } = this
    const isRelative = this.threshold_mode === 'rel'
    if (this.mode === 'min') return value < (isRelative ? best * (1 - threshold) : best - threshold)
    return value > (isRelative ? best * (threshold + 1) : best + threshold)
  }

  private reduce(): void {
    const groups = this.optimizer.param_groups
    if (groups.length !== this.min_lrs.length) {
      if (this.default_min_lr === null) {
        throw new RuntimeError(
          `The number of param groups in the \`optimizer\` (${groups.length}) differs from when \`ReduceLROnPlateau\` was initialized (${this.min_lrs.length}), usually due to a new param group being added to the optimizer. Please modify the \`min_lrs\` field to match the length of the \`optimizer\` param groups.`,
        )
      }
      this.min_lrs = Array<number>(groups.length).fill(this.default_min_lr)
    }
    for (const [i, group] of groups.entries()) {
      const reduced = Math.max(group.lr * this.factor, this.min_lrs[i])
      if (group.lr - reduced > this.eps) group.lr = reduced
    }
  }

  /** Null stands for an infinite `best`, which JSON lacks, and for a missing default. */
  protected override accepts(name: string, own: unknown, value: unknown): boolean {
    if (name === 'mode') return value === 'min' || value === 'max'
    if (name === 'threshold_mode') return value === 'rel' || value === 'abs'
    return (
      (value === null && (name === 'best' || name === 'default_min_lr')) || super.accepts(name, own, value)
    )
  }

  override load_state_dict(state_dict: SchedulerStateDict): void
  override load_state_dict(...args: [SchedulerStateDict]): void {
    super.load_state_dict(...args)
    this.best ??= worst(this.mode)
  }
}

/** The value that any other is better than. */
const worst = (mode: 'min' | 'max') => (mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)

function checkNumbers(values: readonly unknown[]): asserts values is number[] {
  for (const value of values) checkNumber('ReduceLROnPlateau', 'min_lr', value)
}

function checkModes(mode: string, threshold_mode: string): void {
  if (mode !== 'min' && mode !== 'max') throw new ValueError(`mode ${nameOf(mode)} is unknown!`)
  if (threshold_mode !== 'rel' && threshold_mode !== 'abs')
    throw new ValueError(`threshold mode ${nameOf(threshold_mode)} is unknown!`)
}
