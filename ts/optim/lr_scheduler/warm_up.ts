/** Schedules for the first epochs. */

import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { type AnyOptimizer, LRScheduler } from './scheduler.js'

/** Options of ConstantLR. */
export interface ConstantLROptions {
  /** Between 0 and 1; a third by default. */
  factor?: number
  /** 5 by default. */
  total_iters?: number
  /** Epoch to go on after; -1, the default, begins. */
  last_epoch?: number
}

const CONSTANT_LR = signature(
  'ConstantLR',
  'optimizer: value',
  'factor: number = 0.3333333333333333',
  'total_iters: number = 5',
  'last_epoch: int = -1',
)

/**
 * Multiplies the learning rates by `factor` for the first `total_iters` epochs. Source: torch.optim.lr_scheduler.ConstantLR.
 *
 * @example new torch.optim.lr_scheduler.ConstantLR(optimizer, { factor: 0.5, total_iters: 4 })
 */
export class ConstantLR extends LRScheduler {
  factor: number
  total_iters: number

  constructor(
    optimizer: AnyOptimizer,
    factor?: number | ConstantLROptions,
    total_iters?: number | Omit<ConstantLROptions, 'factor'>,
    last_epoch?: number | Omit<ConstantLROptions, 'factor' | 'total_iters'>,
  )
  constructor(options: { optimizer: AnyOptimizer } & ConstantLROptions)
  constructor(...args: unknown[]) {
    const [optimizer, factor, total_iters, last_epoch] = CONSTANT_LR.read(args)
    super(optimizer, last_epoch)
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

/** Options of LinearLR. */
export interface LinearLROptions {
  /** Above 0 and at most 1; a third by default. */
  start_factor?: number
  /** From 0 to 1; 1 by default. */
  end_factor?: number
  /** 5 by default. */
  total_iters?: number
  /** Epoch to go on after; -1, the default, begins. */
  last_epoch?: number
}

const LINEAR_LR = signature(
  'LinearLR',
  'optimizer: value',
  'start_factor: number = 0.3333333333333333',
  'end_factor: number = 1',
  'total_iters: number = 5',
  'last_epoch: int = -1',
)

/**
 * Multiplies the learning rates by a factor that goes from `start_factor` to `end_factor` in `total_iters`
 * equal steps; with 0 epochs it stays at `start_factor`. Source: torch.optim.lr_scheduler.LinearLR.
 *
 * @example new torch.optim.lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 })
 */
export class LinearLR extends LRScheduler {
  start_factor: number
  end_factor: number
  total_iters: number

  constructor(
    optimizer: AnyOptimizer,
    start_factor?: number | LinearLROptions,
    end_factor?: number | Omit<LinearLROptions, 'start_factor'>,
    total_iters?: number | Omit<LinearLROptions, 'start_factor' | 'end_factor'>,
    last_epoch?: number | Omit<LinearLROptions, 'start_factor' | 'end_factor' | 'total_iters'>,
  )
  constructor(options: { optimizer: AnyOptimizer } & LinearLROptions)
  constructor(...args: unknown[]) {
    const [optimizer, start_factor, end_factor, total_iters, last_epoch] = LINEAR_LR.read(args)
    super(optimizer, last_epoch)
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

  /** Multiplies by the ratio of two factors, because other schedules may also change the learning rates. */
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
