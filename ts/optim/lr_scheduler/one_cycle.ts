import { describe } from '../../base/check.js'
import { cosine } from '../../base/double_double.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { type CycledGroup, forEachGroup, setMomentum, usesBeta1 } from './groups.js'
import { type AnyOptimizer, LRScheduler, nameOf } from './scheduler.js'

/** Options of OneCycleLR. */
export interface OneCycleLROptions {
  /** Length of the cycle; or its `epochs` and `steps_per_epoch`. */
  total_steps?: number | null
  epochs?: number | null
  steps_per_epoch?: number | null
  /** Share of the cycle in which learning rates rise; 0.3 by default. */
  pct_start?: number
  /** Shape of the annealing: a cosine, the default, or a line. */
  anneal_strategy?: 'cos' | 'linear'
  /** Whether momentum (or the first beta) falls as learning rates rise; true by default. */
  cycle_momentum?: boolean
  /** Momentum at the highest learning rate, for all groups or for each; 0.85 by default. */
  base_momentum?: number | readonly number[]
  /** Momentum at the lowest learning rate, for all groups or for each; 0.95 by default. */
  max_momentum?: number | readonly number[]
  /** The initial learning rate is `max_lr / div_factor`; 25 by default. */
  div_factor?: number
  /** The final learning rate is the initial one divided by this; 1e4 by default. */
  final_div_factor?: number
  /** Whether the learning rate first falls back to the initial one in a phase of its own. */
  three_phase?: boolean
  /** Step to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

const ONE_CYCLE_LR = signature(
  'OneCycleLR',
  'optimizer: value',
  'max_lr: number|list',
  'total_steps: number = None',
  'epochs: number = None',
  'steps_per_epoch: number = None',
  'pct_start: number = 0.3',
  "anneal_strategy: str = 'cos'",
  'cycle_momentum: bool = True',
  'base_momentum: number|list = 0.85',
  'max_momentum: number|list = 0.95',
  'div_factor: number = 25',
  'final_div_factor: number = 1e4',
  'three_phase: bool = False',
  'last_epoch: int = -1',
)

type RateName = 'initial_lr' | 'max_lr' | 'min_lr'
type MomentumName = 'max_momentum' | 'base_momentum'

/** A phase between two of a group's values, until `end_step`. */
interface Phase {
  end_step: number
  start_lr: RateName
  end_lr: RateName
  start_momentum: MomentumName
  end_momentum: MomentumName
}

type Group = CycledGroup<RateName | MomentumName>

/**
 * One cycle (Smith & Topin 2018), stepped after every batch: the learning rates rise from
 * `max_lr / div_factor` to `max_lr`, then fall below the initial value. Source: torch.optim.lr_scheduler.OneCycleLR.
 *
 * @param max_lr for all groups, or for each
 * @throws ValueError, in `step`, when the cycle is over
 * @example
 * const { length } = loader
 * new torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, { epochs: 10, steps_per_epoch: length })
 */
export class OneCycleLR extends LRScheduler {
  total_steps: number
  cycle_momentum: boolean
  /** Whether momentum is the first of `betas`. */
  use_beta1: boolean
  protected _anneal_func_type: 'cos' | 'linear'
  protected _schedule_phases: Phase[]

  constructor(
    optimizer: AnyOptimizer,
    max_lr: number | readonly number[],
    total_steps?: number | null | OneCycleLROptions,
    epochs?: number | null,
    steps_per_epoch?: number | null,
    pct_start?: number,
    anneal_strategy?: 'cos' | 'linear',
    cycle_momentum?: boolean,
    base_momentum?: number | readonly number[],
    max_momentum?: number | readonly number[],
    div_factor?: number,
    final_div_factor?: number,
    three_phase?: boolean,
    last_epoch?: number,
  )
  constructor(optimizer: AnyOptimizer, options: { max_lr: number | readonly number[] } & OneCycleLROptions)
  constructor(options: { optimizer: AnyOptimizer; max_lr: number | readonly number[] } & OneCycleLROptions)
  constructor(...args: unknown[]) {
    const [
      optimizer,
      max_lr,
      total_steps,
      epochs,
      steps_per_epoch,
      pct_start,
      anneal_strategy,
      cycle_momentum,
      base_momentum,
      max_momentum,
      div_factor,
      final_div_factor,
      three_phase,
      last_epoch,
    ] = ONE_CYCLE_LR.read(args)
    super(optimizer, last_epoch)
    this.total_steps = totalSteps(total_steps, epochs, steps_per_epoch)
    if (!(pct_start >= 0 && pct_start <= 1))
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${describe(pct_start)}`)
    if (anneal_strategy !== 'cos' && anneal_strategy !== 'linear') {
      throw new ValueError(
        `anneal_strategy must be one of 'cos' or 'linear', instead got ${nameOf(anneal_strategy)}`,
      )
    }
    this._schedule_phases = phases(this.total_steps, pct_start, three_phase)
    this._anneal_func_type = anneal_strategy
    this.cycle_momentum = cycle_momentum
    this.use_beta1 = usesBeta1(this.optimizer.defaults, cycle_momentum)
    const groups: Group[] = this.optimizer.param_groups
    const max_lrs = forEachGroup('OneCycleLR', groups, 'max_lr', max_lr)
    const max_momenta = forEachGroup('OneCycleLR', groups, 'max_momentum', max_momentum)
    const base_momenta = forEachGroup('OneCycleLR', groups, 'base_momentum', base_momentum)
    if (this.last_epoch === -1) {
      for (const [i, group] of groups.entries()) {
        group.initial_lr = max_lrs[i] / div_factor
        group.max_lr = max_lrs[i]
        group.min_lr = group.initial_lr / final_div_factor
        if (!this.cycle_momentum) continue
        group.max_momentum = max_momenta[i]
        group.base_momentum = base_momenta[i]
      }
    }
    this.begin()
  }

  protected override ratesAt(epoch: number): number[] {
    if (epoch > this.total_steps) {
      throw new ValueError(
        `Tried to step ${epoch} times. The specified number of total steps is ${this.total_steps}`,
      )
    }
    return this.valuesAt(epoch, ({ start_lr, end_lr }) => [start_lr, end_lr])
  }

  protected override set(epoch: number, rates: readonly number[]): void {
    const momenta = this.cycle_momentum
      ? this.valuesAt(epoch, ({ start_momentum, end_momentum }) => [start_momentum, end_momentum])
      : []
    super.set(epoch, rates)
    for (const [i, momentum] of momenta.entries()) {
      setMomentum(this.optimizer.param_groups[i], this.use_beta1, momentum)
    }
  }

  /** For each group, the interpolated value at `epoch`. */
  private valuesAt(
    epoch: number,
    ends: (phase: Phase) => readonly [RateName | MomentumName, RateName | MomentumName],
  ): number[] {
    const all = this._schedule_phases
    const i = all.findIndex(({ end_step }, k) => epoch <= end_step || k === all.length - 1)
    const { end_step } = all[i]
    const start_step = i === 0 ? 0 : all[i - 1].end_step
    // A phase of length 0 is at its end.
    const share = end_step === start_step ? 1 : (epoch - start_step) / (end_step - start_step)
    const [from, into] = ends(all[i])
    return this.optimizer.param_groups.map((group: Group, k) => {
      const [start, end] = [group[from], group[into]]
      if (typeof start !== 'number' || typeof end !== 'number') {
        throw new ValueError(
          `OneCycleLR: param_groups[${k}] must have ${from} and ${into}, as the optimizer's state_dict has them`,
        )
      }
      if (this._anneal_func_type === 'linear') return (end - start) * share + start
      return end + ((start - end) / 2) * (cosine(Math.PI * share) + 1)
    })
  }
}

function totalSteps(
  total_steps: number | null,
  epochs: number | null,
  steps_per_epoch: number | null,
): number {
  if (total_steps !== null) return positiveInteger('total_steps', total_steps)
  if (epochs === null || steps_per_epoch === null)
    throw new ValueError('You must define either total_steps OR (epochs AND steps_per_epoch)')
  return positiveInteger('epochs', epochs) * positiveInteger('steps_per_epoch', steps_per_epoch)
}

function positiveInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new ValueError(`Expected positive integer ${name}, but got ${describe(value)}`)
  return value
}

function phases(total_steps: number, pct_start: number, isThreePhase: boolean): Phase[] {
  const rise: Phase = {
    end_step: pct_start * total_steps - 1,
    start_lr: 'initial_lr',
    end_lr: 'max_lr',
    start_momentum: 'max_momentum',
    end_momentum: 'base_momentum',
  }
  if (!isThreePhase) {
    return [
      rise,
      {
        end_step: total_steps - 1,
        start_lr: 'max_lr',
        end_lr: 'min_lr',
        start_momentum: 'base_momentum',
        end_momentum: 'max_momentum',
      },
    ]
  }
  return [
    rise,
    {
      end_step: 2 * pct_start * total_steps - 2,
      start_lr: 'max_lr',
      end_lr: 'initial_lr',
      start_momentum: 'base_momentum',
      end_momentum: 'max_momentum',
    },
    {
      end_step: total_steps - 1,
      start_lr: 'initial_lr',
      end_lr: 'min_lr',
      start_momentum: 'max_momentum',
      end_momentum: 'max_momentum',
    },
  ]
}
