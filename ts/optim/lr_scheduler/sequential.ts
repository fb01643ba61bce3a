import { checkNumber, describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { type AnyOptimizer, LRScheduler, Scheduler, type SchedulerStateDict } from './scheduler.js'

const SEQUENTIAL_LR = signature(
  'SequentialLR',
  'optimizer: value',
  'schedulers: list',
  'milestones: list',
  'last_epoch: -1 = -1',
)
const STEP = signature('SequentialLR.step')

/**
 * Schedules in sequence: the next one starts at each of the `milestones`, and counts its epochs
 * from 0. Source: torch.optim.lr_scheduler.SequentialLR, without nesting.
 *
 * @example
 * const { CosineAnnealingLR, LinearLR, SequentialLR } = torch.optim.lr_scheduler
 * const warmUp = new LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 })
 * new SequentialLR(optimizer, [warmUp, new CosineAnnealingLR(optimizer, 95)], [5])
 */
export class SequentialLR extends Scheduler {
  protected _schedulers: readonly LRScheduler[]
  protected _milestones: number[]

  constructor(
    optimizer: AnyOptimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    last_epoch?: -1,
  )
  constructor(options: {
    optimizer: AnyOptimizer
    schedulers: readonly LRScheduler[]
    milestones: readonly number[]
  })
  constructor(...args: unknown[]) {
    const [optimizer, parts, milestones] = SEQUENTIAL_LR.read(args)
    super(optimizer, 0)
    const schedulers = Array.from(parts, (part, i) => checkPart(this.optimizer, part, i))
    if (schedulers.length === 0) {
      throw new ValueError('SequentialLR expects at least one scheduler, but got no scheduler.')
    }
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      )
    }
    this._schedulers = schedulers
    this._milestones = Array.from(milestones, (milestone) => {
      checkNumber('SequentialLR', 'milestones', milestone)
      return milestone
    })
    // All have taken their first step already: only one is to have.
    for (const group of this.optimizer.param_groups) group.lr = group.initial_lr ?? group.lr
    for (const scheduler of schedulers) scheduler.last_epoch--
    const first = schedulers[this.partAt(0)]
    first.restart()
    this._last_lr = first.get_last_lr()
  }

  /** Sets the learning rates of the next epoch; call it after the optimizer's step. */
  step(): void
  step(...args: unknown[]): void {
    STEP.read(args)
    const epoch = this.last_epoch + 1
    const part = this.partAt(epoch)
    const scheduler = this._schedulers[part]
    if (part > 0 && this._milestones[part - 1] === epoch) scheduler.jump(0)
    else scheduler.step()
    this.last_epoch = epoch
    this._last_lr = scheduler.get_last_lr()
  }

  /** The index of the schedule for an epoch: the number of milestones up to it. */
  private partAt(epoch: number): number {
    const later = this._milestones.findIndex((milestone) => milestone > epoch)
    return later < 0 ? this._milestones.length : later
  }

  protected override fields(): SchedulerStateDict {
    const { _schedulers: _, ...fields } = super.fields()
    return fields
  }

  override state_dict(): SchedulerStateDict {
    return { ...super.state_dict(), _schedulers: this._schedulers.map((part) => part.state_dict()) }
  }

  override load_state_dict(state_dict: SchedulerStateDict): void
  override load_state_dict(...args: [SchedulerStateDict]): void {
    const before = this.state_dict()
    try {
      super.load_state_dict(...args)
      this.loadParts(args[0]._schedulers)
    } catch (error) {
      super.load_state_dict(before)
      this.loadParts(before._schedulers)
      throw error
    }
  }

  private loadParts(saved: unknown): void {
    if (!Array.isArray(saved) || saved.length !== this._schedulers.length) {
      throw new ValueError(
        `SequentialLR: the state_dict must have _schedulers for ${this._schedulers.length} schedulers, but got ${describe(saved)}`,
      )
    }
    for (const [i, part] of this._schedulers.entries()) part.load_state_dict(saved[i])
  }
}

function checkPart(optimizer: AnyOptimizer, scheduler: unknown, index: number): LRScheduler {
  if (!(scheduler instanceof LRScheduler)) {
    throw new TypeError(
      `SequentialLR: schedulers must be schedules that count steps, but got ${describe(scheduler)} at index ${index}`,
    )
  }
  if (scheduler.optimizer !== optimizer) {
    throw new ValueError(
      `SequentialLR expects all schedulers to belong to the same optimizer, but got scheduler ${describe(scheduler)} at index ${index} that belongs to another`,
    )
  }
  return scheduler
}
