import { checkNumber, describe } from '../../base/check.js'
import { brand } from '../../base/copies.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { Optimizer } from '../optimizer.js'

const GET_LAST_LR = signature('LRScheduler.get_last_lr')
const STATE_DICT = signature('LRScheduler.state_dict')
const LOAD_STATE_DICT = signature('LRScheduler.load_state_dict', 'state_dict: any')
const STEP = signature('LRScheduler.step', 'epoch: number = None')

/** Any optimizer with the option `lr`. */
export type AnyOptimizer = Optimizer<{ lr: number }>

/** A schedule's fields except its optimizer: numbers, strings, booleans, null, and arrays and objects of these. */
export type SchedulerStateDict = Record<string, unknown>

/** Base of all schedules, including ReduceLROnPlateau. */
export abstract class Scheduler {
  readonly optimizer: AnyOptimizer
  /** The current epoch, starting at 0; after resuming, one more than the given `last_epoch`. */
  last_epoch: number
  /** By group. @internal */
  protected _last_lr: number[] = []

  constructor(optimizer: unknown, last_epoch: number) {
    brand(Scheduler.prototype)
    if (!(optimizer instanceof Optimizer)) throw new TypeError(`${describe(optimizer)} is not an Optimizer`)
    this.optimizer = optimizer as AnyOptimizer
    this.last_epoch = last_epoch
  }

  /** Learning rates of the groups as the last step set them. */
  get_last_lr(): number[]
  get_last_lr(...args: unknown[]): number[] {
    GET_LAST_LR.read(args)
    return [...this._last_lr]
  }

  /** Everything but the optimizer, in torch's names. */
  state_dict(): SchedulerStateDict
  state_dict(...args: unknown[]): SchedulerStateDict {
    STATE_DICT.read(args)
    return copy(this.fields()) as SchedulerStateDict
  }

  /**
   * Restores the state of another schedule of the same kind. The learning rates are part of the optimizer's
   * state: load that too.
   *
   * @throws TypeError, before anything is changed, if a field has another type
   */
  load_state_dict(state_dict: SchedulerStateDict): void
  load_state_dict(...args: unknown[]): void {
    const [state_dict] = LOAD_STATE_DICT.read(args)
    if (typeof state_dict !== 'object' || state_dict === null) {
      throw new TypeError(`Expected state_dict to be dict-like, got ${describe(state_dict)}.`)
    }
    const loaded: SchedulerStateDict = {}
    for (const [name, own] of Object.entries(this.fields())) {
      if (!Object.hasOwn(state_dict, name)) continue
      const value: unknown = Reflect.get(state_dict, name)
      if (!this.accepts(name, own, value)) {
        throw new TypeError(
          `${this.constructor.name}: ${name} of the state_dict must be like ${JSON.stringify(own)}, but got ${describe(value)}`,
        )
      }
      loaded[name] = copy(value)
    }
    Object.assign(this, loaded)
  }

  /** Whether a field, currently `own`, may become `value`. */
  protected accepts(_name: string, own: unknown, value: unknown): boolean {
    return isLike(own, value)
  }

  /** The fields of the state_dict. */
  protected fields(): SchedulerStateDict {
    const { optimizer: _, ...fields } = this as Scheduler & SchedulerStateDict
    return fields
  }

  protected currentRates(): number[] {
    return this.optimizer.param_groups.map(({ lr }) => lr)
  }
}

/** Base of the schedules that count steps. Source: torch.optim.lr_scheduler.LRScheduler. */
export abstract class LRScheduler extends Scheduler {
  /** Initial learning rates of the groups. */
  base_lrs: number[] = []
  /** @internal */
  protected _step_count = 0

  /** Only checks: a subclass sets its fields and then calls `begin`. */
  constructor(optimizer: unknown, last_epoch: number) {
    if (new.target === LRScheduler) {
      throw new TypeError('LRScheduler has no schedule: use one of its subclasses')
    }
    super(optimizer, last_epoch)
    if (last_epoch < -1) {
      throw new ValueError(
        `${new.target.name}: last_epoch must be a whole number of at least -1, but got ${describe(last_epoch)}`,
      )
    }
    for (const [i, group] of this.optimizer.param_groups.entries()) {
      if (last_epoch === -1 || group.initial_lr !== undefined) continue
      throw new ValueError(
        `param 'initial_lr' is not specified in param_groups[${i}] when resuming scheduler with last_epoch >= 0`,
      )
    }
  }

  /** Learning rates at `epoch`, computed from the groups' current ones, so that several schedules of one optimizer combine. `isInitial`: for the step of the constructor. */
  protected abstract ratesAt(epoch: number, isInitial: boolean): number[]

  /** Learning rates at `epoch` by a closed formula from {@link base_lrs}, if there is one. */
  protected closedForm?(epoch: number): number[]

  /** Stores the initial learning rates and takes the first step. */
  protected begin(): void {
    const groups = this.optimizer.param_groups
    if (this.last_epoch === -1) for (const group of groups) group.initial_lr ??= group.lr
    this.base_lrs = groups.map(({ lr, initial_lr = lr }) => initial_lr)
    this.restart()
  }

  /** The initial step, by the constructor. @internal */
  restart(): void {
    this.set(this.last_epoch + 1, this.ratesAt(this.last_epoch + 1, true))
    this._step_count = 1
  }

  /**
   * Sets the learning rates of the next epoch; call it after the optimizer's step.
   *
   * @param epoch goes to this epoch instead
   */
  step(epoch?: number | null | { epoch?: number | null }): void
  step(...args: unknown[]): void {
    const [epoch] = STEP.read(args)
    if (epoch === null) {
      this.set(this.last_epoch + 1, this.ratesAt(this.last_epoch + 1, false))
    } else {
      this.jump(epoch)
    }
    this._step_count++
  }

  /** Goes to `epoch` without counting a step. @internal */
  jump(epoch: number): void {
    this.set(epoch, this.closedForm?.(epoch) ?? this.ratesAt(epoch, false))
  }

  /** Sets `last_epoch`. */
  protected set(epoch: number, rates: readonly number[]): void {
    const groups = this.optimizer.param_groups
    if (rates.length !== groups.length) {
      throw new ValueError(
        `${this.constructor.name}: the optimizer has ${groups.length} param_groups, but had ${rates.length} when the schedule was made`,
      )
    }
    if (rates.some(Number.isNaN)) {
      throw new ValueError(
        `${this.constructor.name}: the learning rates of epoch ${epoch} would be ${rates.join(', ')}`,
      )
    }
    groups.forEach((group, i) => {
      group.lr = rates[i]
    })
    this.last_epoch = epoch
    this._last_lr = [...rates]
  }
}

/** Throws unless `value` is a number above 0. */
export function checkPositive(op: string, argument: string, value: unknown): void {
  checkNumber(op, argument, value)
  if (!(value > 0)) throw new ValueError(`${op}: ${argument} must be greater than 0, but got ${value}`)
}

/** A choice as in torch's error messages: a string without quotes. */
export const nameOf = (choice: unknown): string =>
  typeof choice === 'string' ? choice.slice(0, 80) : describe(choice)

/** A deep copy of `value`. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)]))
}

/** Whether `value` has the type of `own`, and all its members; null stands for an unset number. */
function isLike(own: unknown, value: unknown): boolean {
  if (own === null) return value === null || typeof value === 'number'
  if (typeof own !== 'object') return typeof value === typeof own
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(own)) return false
  const members = new Map(Object.entries(own))
  const [first = 0] = members.values()
  return Object.entries(value).every(([name, member]) => isLike(members.get(name) ?? first, member))
}
