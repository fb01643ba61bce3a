import { power } from '../../base/double_double.js'
import { signature } from '../../call/signature.js'
import { type AnyOptimizer, LRScheduler } from './scheduler.js'

/** Options of PolynomialLR. */
export interface PolynomialLROptions {
  /** 5 by default. */
  total_iters?: number
  /** 1 by default: a line. */
  power?: number
  /** Epoch to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

const POLYNOMIAL_LR = signature(
  'PolynomialLR',
  'optimizer: value',
  'total_iters: number = 5',
  'power: number = 1',
  'last_epoch: int = -1',
)

/**
 * Learning rates that fall to 0 in `total_iters` epochs as `(1 - epoch / total_iters)^power`.
 * Source: torch.optim.lr_scheduler.PolynomialLR.
 *
 * @example new torch.optim.lr_scheduler.PolynomialLR(optimizer, 100, 2)
 */
export class PolynomialLR extends LRScheduler {
  total_iters: number
  power: number

  constructor(
    optimizer: AnyOptimizer,
    total_iters?: number | PolynomialLROptions,
    power?: number | Omit<PolynomialLROptions, 'total_iters'>,
    last_epoch?: number | Pick<PolynomialLROptions, 'last_epoch'>,
  )
  constructor(options: { optimizer: AnyOptimizer } & PolynomialLROptions)
  constructor(...args: unknown[]) {
    const [optimizer, total_iters, exponent, last_epoch] = POLYNOMIAL_LR.read(args)
    super(optimizer, last_epoch)
    this.total_iters = total_iters
    this.power = exponent
    this.begin()
  }

  /** Multiplies by the ratio of two values, because other schedules may also change the learning rates. */
  protected override ratesAt(epoch: number, isInitial: boolean): number[] {
    const { total_iters } = this
    const rates = this.currentRates()
    if (isInitial || epoch > total_iters) return rates
    const factor = power((1 - epoch / total_iters) / (1 - (epoch - 1) / total_iters), this.power)
    return rates.map((lr) => lr * factor)
  }

  protected override closedForm(epoch: number): number[] {
    const factor = power(1 - Math.min(this.total_iters, epoch) / this.total_iters, this.power)
    return this.base_lrs.map((lr) => lr * factor)
  }
}
