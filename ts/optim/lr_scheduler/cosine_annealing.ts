import { cosine } from '../../base/double_double.js'
import { signature } from '../../call/signature.js'
import { type AnyOptimizer, checkPositive, LRScheduler } from './scheduler.js'

/** Options of CosineAnnealingLR. */
export interface CosineAnnealingLROptions {
  /** Minimum learning rate, 0 by default. */
  eta_min?: number
  /** Epoch to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

const COSINE_ANNEALING_LR = signature(
  'CosineAnnealingLR',
  'optimizer: value',
  'T_max: number',
  'eta_min: number = 0',
  'last_epoch: int = -1',
)

/**
 * Half a cosine from each group's initial learning rate down to `eta_min` in `T_max` epochs, and up
 * again afterwards (Loshchilov & Hutter 2017, without restarts). Source: torch.optim.lr_scheduler.CosineAnnealingLR.
 *
 * @example new torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100, { eta_min: 1e-5 })
 */
export class CosineAnnealingLR extends LRScheduler {
  T_max: number
  eta_min: number

  constructor(
    optimizer: AnyOptimizer,
    T_max: number,
    eta_min?: number | CosineAnnealingLROptions,
    last_epoch?: number | Omit<CosineAnnealingLROptions, 'eta_min'>,
  )
  constructor(optimizer: AnyOptimizer, options: { T_max: number } & CosineAnnealingLROptions)
  constructor(options: { optimizer: AnyOptimizer; T_max: number } & CosineAnnealingLROptions)
  constructor(...args: unknown[]) {
    const [optimizer, T_max, eta_min, last_epoch] = COSINE_ANNEALING_LR.read(args)
    super(optimizer, last_epoch)
    checkPositive('CosineAnnealingLR', 'T_max', T_max)
    this.T_max = T_max
    this.eta_min = eta_min
    this.begin()
  }

  /** Multiplies by the ratio of two values of the cosine, because other schedules may also change the learning rates. */
  protected override ratesAt(epoch: number, isInitial: boolean): number[] {
    const { T_max, eta_min, base_lrs } = this
    const rates = this.currentRates()
    if (isInitial) return rates
    // At the lowest point the ratio is undefined.
    if ((epoch - 1 - T_max) % (2 * T_max) === 0) {
      return rates.map((lr, i) => lr + ((base_lrs[i] - eta_min) * (1 - cosine(Math.PI / T_max))) / 2)
    }
    const at = (when: number) => 1 + cosine((Math.PI * when) / T_max)
    return rates.map((lr) => (at(epoch) / at(epoch - 1)) * (lr - eta_min) + eta_min)
  }

  protected override closedForm(epoch: number): number[] {
    const { T_max, eta_min } = this
    const height = 1 + cosine((Math.PI * epoch) / T_max)
    return this.base_lrs.map((lr) => eta_min + ((lr - eta_min) * height) / 2)
  }
}
