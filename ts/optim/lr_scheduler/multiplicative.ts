/** Schedules that multiply. */

import { checkNumber, describe } from '../../base/check.js'
import { power } from '../../base/double_double.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { unspent } from '../../call/unspent.js'
import { type AnyOptimizer, checkPositive, LRScheduler, type SchedulerStateDict } from './scheduler.js'

/** Options of resuming a schedule. */
export interface Resumption {
  /** Epoch to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

/** Options of a decaying schedule. */
export interface Decay extends Resumption {
  /** Factor for the learning rates; 0.1 by default. */
  gamma?: number
}

const STEP_LR = signature(
  'StepLR',
  'optimizer: value',
  'step_size: number',
  'gamma: number = 0.1',
  'last_epoch: int = -1',
)

/**
 * Multiplies the learning rates by `gamma` every `step_size` epochs. Source: torch.optim.lr_scheduler.StepLR.
 *
 * @example
 * const scheduler = new torch.optim.lr_scheduler.StepLR(optimizer, 30, { gamma: 0.1 })
 * for (let epoch = 0; epoch < 100; epoch++) {
 *   train()
 *   scheduler.step()
 * }
 */
export class StepLR extends LRScheduler {
  step_size: number
  gamma: number

  constructor(
    optimizer: AnyOptimizer,
    step_size: number,
    gamma?: number | Decay,
    last_epoch?: number | Resumption,
  )
  constructor(optimizer: AnyOptimizer, options: { step_size: number } & Decay)
  constructor(options: { optimizer: AnyOptimizer; step_size: number } & Decay)
  constructor(...args: unknown[]) {
    const [optimizer, step_size, gamma, last_epoch] = STEP_LR.read(args)
    super(optimizer, last_epoch)
    checkPositive('StepLR', 'step_size', step_size)
    this.step_size = step_size
    this.gamma = gamma
    this.begin()
  }

  protected override ratesAt(epoch: number): number[] {
    const rates = this.currentRates()
    return epoch === 0 || epoch % this.step_size !== 0 ? rates : rates.map((lr) => lr * this.gamma)
  }

  protected override closedForm(epoch: number): number[] {
    return this.base_lrs.map((lr) => lr * power(this.gamma, Math.floor(epoch / this.step_size)))
  }
}

const MULTI_STEP_LR = signature(
  'MultiStepLR',
  'optimizer: value',
  'milestones: iterable',
  'gamma: number = 0.1',
  'last_epoch: int = -1',
)

/**
 * Multiplies the learning rates by `gamma` at each of the `milestones` (epochs), twice at a repeated
 * one. Source: torch.optim.lr_scheduler.MultiStepLR.
 *
 * @example new torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 80], { gamma: 0.1 })
 */
export class MultiStepLR extends LRScheduler {
  /** The number of times that each milestone is named. */
  milestones: Record<number, number> = {}
  gamma: number

  constructor(
    optimizer: AnyOptimizer,
    milestones: Iterable<number>,
    gamma?: number | Decay,
    last_epoch?: number | Resumption,
  )
  constructor(optimizer: AnyOptimizer, options: { milestones: Iterable<number> } & Decay)
  constructor(options: { optimizer: AnyOptimizer; milestones: Iterable<number> } & Decay)
  constructor(...args: unknown[]) {
    const [optimizer, milestones, gamma, last_epoch] = MULTI_STEP_LR.read(args)
    super(optimizer, last_epoch)
    for (const milestone of unspent('MultiStepLR', 'milestones', milestones)) {
      checkNumber('MultiStepLR', 'milestones', milestone)
      this.milestones[milestone] = (this.milestones[milestone] ?? 0) + 1
    }
    this.gamma = gamma
    this.begin()
  }

  protected override ratesAt(epoch: number): number[] {
    const times = this.milestones[epoch] ?? 0
    return this.currentRates().map((lr) => (times === 0 ? lr : lr * power(this.gamma, times)))
  }

  protected override closedForm(epoch: number): number[] {
    let times = 0
    for (const [milestone, count] of Object.entries(this.milestones)) {
      if (Number(milestone) <= epoch) times += count
    }
    return this.base_lrs.map((lr) => lr * power(this.gamma, times))
  }
}

const EXPONENTIAL_LR = signature('ExponentialLR', 'optimizer: value', 'gamma: number', 'last_epoch: int = -1')

/**
 * Multiplies the learning rates by `gamma` every epoch. Source: torch.optim.lr_scheduler.ExponentialLR.
 *
 * @example new torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.95)
 */
export class ExponentialLR extends LRScheduler {
  gamma: number

  constructor(optimizer: AnyOptimizer, gamma: number, last_epoch?: number | Resumption)
  constructor(optimizer: AnyOptimizer, options: { gamma: number } & Resumption)
  constructor(options: { optimizer: AnyOptimizer; gamma: number } & Resumption)
  constructor(...args: unknown[]) {
    const [optimizer, gamma, last_epoch] = EXPONENTIAL_LR.read(args)
    super(optimizer, last_epoch)
    this.gamma = gamma
    this.begin()
  }

  protected override ratesAt(_epoch: number, isInitial: boolean): number[] {
    const rates = this.currentRates()
    return isInitial ? rates : rates.map((lr) => lr * this.gamma)
  }

  protected override closedForm(epoch: number): number[] {
    return this.base_lrs.map((lr) => lr * power(this.gamma, epoch))
  }
}

const LAMBDA_LR = signature('LambdaLR', 'optimizer: value', 'lr_lambda: value', 'last_epoch: int = -1')

/** A function of the epoch, or one for each group. */
export type LRLambda = ((epoch: number) => number) | readonly ((epoch: number) => number)[]

/** Base of the schedules by functions. */
abstract class ByLambda extends LRScheduler {
  /** One for each group. */
  lr_lambdas: ((epoch: number) => number)[]

  constructor(optimizer: unknown, lr_lambda: unknown, last_epoch: number) {
    super(optimizer, last_epoch)
    const groups = this.optimizer.param_groups.length
    const given: readonly unknown[] = Array.isArray(lr_lambda) ? lr_lambda : Array(groups).fill(lr_lambda)
    const wrong = given.find((lambda) => typeof lambda !== 'function')
    if (wrong !== undefined || given.includes(undefined)) {
      throw new TypeError(`lr_lambda should be a function, but got ${describe(wrong)}`)
    }
    if (given.length !== groups)
      throw new ValueError(`Expected ${groups} lr_lambdas, but got ${given.length}`)
    this.lr_lambdas = [...given] as ((epoch: number) => number)[]
    this.begin()
  }

  /** Each rate times the function of its group. */
  protected scaled(rates: readonly number[], epoch: number): number[] {
    return rates.map((lr, i) => {
      const factor: unknown = this.lr_lambdas[i](epoch)
      checkNumber(this.constructor.name, 'the result of lr_lambda', factor)
      return lr * factor
    })
  }

  /** Null for each function, as functions cannot be saved. */
  protected override fields(): SchedulerStateDict {
    return { ...super.fields(), lr_lambdas: this.lr_lambdas.map(() => null) }
  }

  override load_state_dict(state_dict: SchedulerStateDict): void
  override load_state_dict(...args: [SchedulerStateDict]): void {
    const { lr_lambdas } = this
    super.load_state_dict(...args)
    this.lr_lambdas = lr_lambdas
  }
}

/**
 * Each group's initial learning rate times a function of the epoch. Source: torch.optim.lr_scheduler.LambdaLR.
 *
 * @param lr_lambda one function, or one for each group
 * @example new torch.optim.lr_scheduler.LambdaLR(optimizer, (epoch) => 0.95 ** epoch)
 */
export class LambdaLR extends ByLambda {
  constructor(optimizer: AnyOptimizer, lr_lambda: LRLambda, last_epoch?: number | Resumption)
  constructor(optimizer: AnyOptimizer, options: { lr_lambda: LRLambda } & Resumption)
  constructor(options: { optimizer: AnyOptimizer; lr_lambda: LRLambda } & Resumption)
  constructor(...args: unknown[]) {
    super(...LAMBDA_LR.read(args))
  }

  protected override ratesAt(epoch: number): number[] {
    return this.scaled(this.base_lrs, epoch)
  }
}

const MULTIPLICATIVE_LR = signature(
  'MultiplicativeLR',
  'optimizer: value',
  'lr_lambda: value',
  'last_epoch: int = -1',
)

/**
 * Multiplies the learning rates by a function of the epoch. Source: torch.optim.lr_scheduler.MultiplicativeLR.
 *
 * @param lr_lambda one function, or one for each group
 * @example new torch.optim.lr_scheduler.MultiplicativeLR(optimizer, () => 0.95)
 */
export class MultiplicativeLR extends ByLambda {
  constructor(optimizer: AnyOptimizer, lr_lambda: LRLambda, last_epoch?: number | Resumption)
  constructor(optimizer: AnyOptimizer, options: { lr_lambda: LRLambda } & Resumption)
  constructor(options: { optimizer: AnyOptimizer; lr_lambda: LRLambda } & Resumption)
  constructor(...args: unknown[]) {
    super(...MULTIPLICATIVE_LR.read(args))
  }

  protected override ratesAt(epoch: number, isInitial: boolean): number[] {
    const rates = this.currentRates()
    return isInitial ? rates : this.scaled(rates, epoch)
  }
}
