/** Schedules for the first epochs. */
import { checkNumber, checkOptions } from '../../check.js'
import { ValueError } from '../../errors.js'
import { type AnyOptimizer, checkPositive, LRScheduler } from './scheduler.js'

/**
 * The learning rates times `factor` for `total_iters` epochs, then as they are. Source: torch.optim.lr_scheduler.ConstantLR.
 *
 * @example new torch.optim.lr_scheduler.ConstantLR(optimizer, { factor: 0.5, total_iters: 4 })
 */
export class ConstantLR extends LRScheduler {
  factor: number
  total_iters: number

  constructor(
    optimizer: AnyOptimizer,
    options: {
      /** From 0 to 1; a third by default. */
      factor?: number
      /** 5 by default. */
      total_iters?: number
      /** Epoch to go on after; -1, the default, begins. */
      last_epoch?: number
    } = {},
  ) {
    checkOptions('ConstantLR', options, ['factor', 'total_iters', 'last_epoch'])
    super(optimizer, options.last_epoch ?? -1)
    const { factor = 1 / 3, total_iters = 5 } = options
    checkNumber('ConstantLR', 'factor', factor)
    checkNumber('ConstantLR', 'total_iters', total_iters)
    if (!(factor >= 0 && factor <= 1)) {
      throw new ValueError('Constant multiplicative factor expected to be between 0 and 1.')
    }
    this.factor = factor
    this.total_iters = total_iters
    this.begin()
  }

  protected override ratesAt(epoch: number): number[] {
    const rates = this.currentRates()
    if (epoch === 0) return rates.map((lr) => lr * this.factor)
    return epoch === this.total_iters ? rates.map((lr) => lr * (1 / this.factor)) : rates
  }

  protected override closedForm(epoch: number): number[] {
    const factor = epoch >= this.total_iters ? 1 : this.factor
    return this.base_lrs.map((lr) => lr * factor)
  }
}

/**
 * The learning rates times a factor that goes from `start_factor` to `end_factor` in `total_iters`
 * epochs, in equal steps. Source: torch.optim.lr_scheduler.LinearLR.
 *
 * @example new torch.optim.lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 })
 */
export class LinearLR extends LRScheduler {
  start_factor: number
  end_factor: number
  total_iters: number

  constructor(
    optimizer: AnyOptimizer,
    options: {
      /** Above 0 and at most 1; a third by default. */
      start_factor?: number
      /** From 0 to 1; 1 by default. */
      end_factor?: number
      /** 5 by default. */
      total_iters?: number
      /** Epoch to go on after; -1, the default, begins. */
      last_epoch?: number
    } = {},
  ) {
    checkOptions('LinearLR', options, ['start_factor', 'end_factor', 'total_iters', 'last_epoch'])
    super(optimizer, options.last_epoch ?? -1)
    const { start_factor = 1 / 3, end_factor = 1, total_iters = 5 } = options
    checkNumber('LinearLR', 'start_factor', start_factor)
    checkNumber('LinearLR', 'end_factor', end_factor)
    checkPositive('LinearLR', 'total_iters', total_iters)
    if (!(start_factor > 0 && start_factor <= 1)) {
      throw new ValueError(
        'Starting multiplicative factor expected to be greater than 0 and less or equal to 1.',
      )
    }
    if (!(end_factor >= 0 && end_factor <= 1)) {
      throw new ValueError('Ending multiplicative factor expected to be between 0 and 1.')
    }
    this.start_factor = start_factor
    this.end_factor = end_factor
    this.total_iters = total_iters
    this.begin()
  }

  /** The ratio of two factors: other schedules may have changed the learning rates between them. */
  protected override ratesAt(epoch: number, isInitial: boolean): number[] {
    const { start_factor, end_factor, total_iters } = this
    const rates = this.currentRates()
    if (epoch === 0) return rates.map((lr) => lr * start_factor)
    if (isInitial || epoch > total_iters) return rates
    const rise = end_factor - start_factor
    return rates.map((lr) => lr * (1 + rise / (total_iters * start_factor + (epoch - 1) * rise)))
  }

  protected override closedForm(epoch: number): number[] {
    const { start_factor, end_factor, total_iters } = this
    const factor = start_factor + ((end_factor - start_factor) * Math.min(total_iters, epoch)) / total_iters
    return this.base_lrs.map((lr) => lr * factor)
  }
}
