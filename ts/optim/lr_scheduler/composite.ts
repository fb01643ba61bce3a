/** What schedules of several schedules share. */
import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { type AnyOptimizer, LRScheduler, Scheduler, type SchedulerStateDict } from './scheduler.js'

/** Several schedules of one optimizer, with one state. */
export abstract class CompositeScheduler extends Scheduler {
  protected _schedulers: readonly LRScheduler[]

  constructor(optimizer: unknown, parts: readonly unknown[]) {
    super(optimizer, 0)
    const { name } = new.target
    this._schedulers = Array.from(parts, (part, i) => checkPart(name, this.optimizer, part, i))
    if (parts.length === 0) {
      throw new ValueError(`${name} expects at least one scheduler, but got no scheduler.`)
    }
  }

  protected override fields(): SchedulerStateDict {
    const { _schedulers: _, ...fields } = super.fields()
    return fields
  }

  override state_dict(): SchedulerStateDict
  override state_dict(...args: []): SchedulerStateDict {
    return { ...super.state_dict(...args), _schedulers: this._schedulers.map((part) => part.state_dict()) }
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
        `${this.constructor.name}: the state_dict must have _schedulers for ${this._schedulers.length} schedulers, but got ${describe(saved)}`,
      )
    }
    for (const [i, part] of this._schedulers.entries()) part.load_state_dict(saved[i])
  }
}

function checkPart(owner: string, optimizer: AnyOptimizer, scheduler: unknown, index: number): LRScheduler {
  if (!(scheduler instanceof LRScheduler)) {
    throw new TypeError(
      `${owner}: schedulers must be schedules that count steps, but got ${describe(scheduler)} at index ${index}`,
    )
  }
  if (scheduler.optimizer !== optimizer) {
    throw new ValueError(
      `${owner} expects all schedulers to belong to the same optimizer, but got scheduler ${describe(scheduler)} at index ${index} that belongs to another`,
    )
  }
  return scheduler
}
