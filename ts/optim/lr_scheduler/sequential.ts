import { checkNumber } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { CompositeScheduler } from './composite.js'
import type { AnyOptimizer, LRScheduler } from './scheduler.js'

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
export class SequentialLR extends CompositeScheduler {
  protected _milestones: number[]

  constructor(
    optimizer: AnyOptimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    last_epoch?: -1,
  )
  constructor(
    optimizer: AnyOptimizer,
    options: { schedulers: readonly LRScheduler[]; milestones: readonly number[] },
  )
  constructor(options: {
    optimizer: AnyOptimizer
    schedulers: readonly LRScheduler[]
    milestones: readonly number[]
  })
  constructor(...args: unknown[]) {
    const [optimizer, parts, milestones] = SEQUENTIAL_LR.read(args)
    super(optimizer, parts)
    const schedulers = this._schedulers
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      )
    }
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
}
