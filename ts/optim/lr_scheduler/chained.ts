import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { CompositeScheduler } from './composite.js'
import { type AnyOptimizer, LRScheduler, type SchedulerStateDict } from './scheduler.js'

const CHAINED = signature('ChainedScheduler', 'schedulers: list', 'optimizer: value = None')
const STEP = signature('ChainedScheduler.step')

/**
 * Schedules that are stepped together, each on what the one before it made. Source: torch.optim.lr_scheduler.ChainedScheduler.
 *
 * @example
 * const { ChainedScheduler, ConstantLR, ExponentialLR } = torch.optim.lr_scheduler
 * new ChainedScheduler([new ConstantLR(optimizer), new ExponentialLR(optimizer, 0.9)])
 */
export class ChainedScheduler extends CompositeScheduler {
  constructor(
    schedulers: readonly LRScheduler[],
    optimizer?: AnyOptimizer | null | { optimizer?: AnyOptimizer | null },
  )
  constructor(...args: unknown[]) {
    const [parts, optimizer] = CHAINED.read(args)
    const [first] = parts
    if (parts.length === 0) {
      throw new ValueError(
        'ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.',
      )
    }
    super(optimizer ?? (first instanceof LRScheduler ? first.optimizer : first), parts)
    this._last_lr = this.currentRates()
  }

  /** Sets the learning rates of the next epoch; call it after the optimizer's step. */
  step(): void
  step(...args: unknown[]): void {
    STEP.read(args)
    for (const scheduler of this._schedulers) scheduler.step()
    this.last_epoch++
    this._last_lr = this.currentRates()
  }

  /** As in torch, where only the schedules count epochs. */
  protected override fields(): SchedulerStateDict {
    const { last_epoch: _, ...fields } = super.fields()
    return fields
  }
}
