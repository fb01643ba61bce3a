import { checkNumber } from '../../base/check.js'
import { power } from '../../base/double_double.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { type CycledGroup, forEachGroup, setMomentum, usesBeta1 } from './groups.js'
import { type AnyOptimizer, LRScheduler, nameOf, type SchedulerStateDict } from './scheduler.js'

type Rates = number | readonly number[]

/** Options of CyclicLR. */
export interface CyclicLROptions {
  /** The number of steps in which learning rates rise; 2000 by default. */
  step_size_up?: number
  /** The number in which they fall; null, the default, for as many. */
  step_size_down?: number | null
  /** Cycles of one height, of half the height each time, or of a height that `gamma` lowers every step. */
  mode?: 'triangular' | 'triangular2' | 'exp_range'
  /** For 'exp_range'; 1 by default. */
  gamma?: number
  /** A height of one's own, for the number of the cycle (from 1) or of the step, as `scale_mode` says; `mode` is ignored. */
  scale_fn?: ((x: number) => number) | null
  scale_mode?: 'cycle' | 'iterations'
  /** Whether momentum (or the first beta) falls as learning rates rise; true by default. */
  cycle_momentum?: boolean
  /** Momentum at the highest learning rate, for all groups or for each; 0.8 by default. */
  base_momentum?: Rates
  /** Momentum at the lowest learning rate, for all groups or for each; 0.9 by default. */
  max_momentum?: Rates
  /** Step to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

const CYCLIC_LR = signature(
  'CyclicLR',
  'optimizer: value',
  'base_lr: number|list',
  'max_lr: number|list',
  'step_size_up: number = 2000',
  'step_size_down: number = None',
  "mode: str = 'triangular'",
  'gamma: number = 1',
  'scale_fn: function = None',
  "scale_mode: str = 'cycle'",
  'cycle_momentum: bool = True',
  'base_momentum: number|list = 0.8',
  'max_momentum: number|list = 0.9',
  'last_epoch: int = -1',
)

/**
 * Learning rates that rise from `base_lr` to `max_lr` and fall again, again and again (Smith 2017), stepped after every
 * batch. Source: torch.optim.lr_scheduler.CyclicLR.
 *
 * @param base_lr for all groups, or for each, as `max_lr`
 * @example new torch.optim.lr_scheduler.CyclicLR(optimizer, 0.01, 0.1, { step_size_up: 500, mode: 'triangular2' })
 */
export class CyclicLR extends LRScheduler {
  max_lrs: number[]
  /** The length of a cycle. */
  total_size: number
  /** The share of a cycle in which learning rates rise. */
  step_ratio: number
  mode: string
  gamma: number
  scale_mode: string
  cycle_momentum: boolean
  /** Whether momentum is the first of `betas`. */
  declare use_beta1?: boolean
  declare base_momentums?: number[]
  declare max_momentums?: number[]
  protected _scale_fn_custom: ((x: number) => number) | null

  constructor(
    optimizer: AnyOptimizer,
    base_lr: Rates,
    max_lr: Rates,
    step_size_up?: number | CyclicLROptions,
    step_size_down?: number | null | CyclicLROptions,
    mode?: 'triangular' | 'triangular2' | 'exp_range' | CyclicLROptions,
    gamma?: number,
    scale_fn?: ((x: number) => number) | null,
    scale_mode?: 'cycle' | 'iterations',
    cycle_momentum?: boolean,
    base_momentum?: Rates,
    max_momentum?: Rates,
    last_epoch?: number,
  )
  constructor(optimizer: AnyOptimizer, options: { base_lr: Rates; max_lr: Rates } & CyclicLROptions)
  constructor(options: { optimizer: AnyOptimizer; base_lr: Rates; max_lr: Rates } & CyclicLROptions)
  constructor(...args: unknown[]) {
    const [optimizer, base_lr, max_lr, step_size_up, down, mode, gamma, scale_fn, ...rest] =
      CYCLIC_LR.read(args)
    const [scale_mode, cycle_momentum, base_momentum, max_momentum, last_epoch] = rest
    super(optimizer, last_epoch)
    const groups: CycledGroup<'base_momentum' | 'max_momentum'>[] = this.optimizer.param_groups
    const each = (name: string, value: number | readonly unknown[]) =>
      forEachGroup('CyclicLR', groups, name, value)
    const base_lrs = each('base_lr', base_lr)
    this.max_lrs = each('max_lr', max_lr)
    this.total_size = step_size_up + (down ?? step_size_up)
    if (!(step_size_up >= 0 && this.total_size > 0 && step_size_up <= this.total_size)) {
      throw new ValueError(
        'CyclicLR: step_size_up and step_size_down must be at least 0, and not both of them 0',
      )
    }
    this.step_ratio = step_size_up / this.total_size
    if (scale_fn === null && !['triangular', 'triangular2', 'exp_range'].includes(mode)) {
      throw new ValueError(`mode is invalid and scale_fn is None (CyclicLR: mode is ${nameOf(mode)})`)
    }
    this.mode = mode
    this.gamma = gamma
    this._scale_fn_custom = scale_fn as ((x: number) => number) | null
    const own = mode === 'exp_range' ? 'iterations' : 'cycle'
    this.scale_mode = scale_fn === null ? own : scale_mode
    this.cycle_momentum = cycle_momentum
    if (cycle_momentum) {
      this.use_beta1 = usesBeta1(this.optimizer.defaults, true)
      this.base_momentums = each('base_momentum', base_momentum)
      this.max_momentums = each('max_momentum', max_momentum)
    }
    if (last_epoch === -1) {
      for (const [i, group] of groups.entries()) {
        group.lr = base_lrs[i]
        if (this.base_momentums === undefined || this.max_momentums === undefined) continue
        group.max_momentum = this.max_momentums[i]
        group.base_momentum = this.base_momentums[i]
      }
    }
    this.begin()
    this.base_lrs = base_lrs
  }

  /** How far the step is between the ends, from 0 to 1, times the height of its cycle. */
  private heightAt(epoch: number): number {
    const { total_size, step_ratio } = this
    const cycle = Math.floor(1 + epoch / total_size)
    const x = 1 + epoch / total_size - cycle
    const share = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1)
    return share * this.scale(this.scale_mode === 'cycle' ? cycle : epoch)
  }

  private scale(x: number): number {
    if (this._scale_fn_custom !== null) {
      const scale: unknown = this._scale_fn_custom(x)
      checkNumber('CyclicLR', 'the result of scale_fn', scale)
      return scale
    }
    if (this.mode === 'triangular') return 1
    return this.mode === 'triangular2' ? 1 / 2 ** (x - 1) : power(this.gamma, x)
  }

  protected override ratesAt(epoch: number): number[] {
    const height = this.heightAt(epoch)
    return this.base_lrs.map((lr, i) => lr + (this.max_lrs[i] - lr) * height)
  }

  protected override set(epoch: number, rates: readonly number[]): void {
    super.set(epoch, rates)
    const { base_momentums, max_momentums, use_beta1 = false } = this
    if (base_momentums === undefined || max_momentums === undefined) return
    const height = this.heightAt(epoch)
    for (const [i, group] of this.optimizer.param_groups.entries()) {
      setMomentum(group, use_beta1, max_momentums[i] - (max_momentums[i] - base_momentums[i]) * height)
    }
  }

  /** Without a function of one's own, which cannot be saved. */
  protected override fields(): SchedulerStateDict {
    return { ...super.fields(), _scale_fn_custom: null }
  }

  override load_state_dict(state_dict: SchedulerStateDict): void
  override load_state_dict(...args: [SchedulerStateDict]): void {
    const { _scale_fn_custom } = this
    super.load_state_dict(...args)
    this._scale_fn_custom = _scale_fn_custom
  }
}
