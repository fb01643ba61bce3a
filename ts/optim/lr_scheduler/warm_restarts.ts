import { cosine } from '../../base/double_double.js'
import { ValueError } from '../../base/errors.js'
import { signature } from '../../call/signature.js'
import { type AnyOptimizer, LRScheduler } from './scheduler.js'

/** Options of CosineAnnealingWarmRestarts. */
export interface WarmRestartsOptions {
  /** Factor of the length of each next cycle; 1 by default. */
  T_mult?: number
  /** Minimum learning rate, 0 by default. */
  eta_min?: number
  /** Epoch to resume after; -1, the default, starts anew. */
  last_epoch?: number
}

const WARM_RESTARTS = signature(
  'CosineAnnealingWarmRestarts',
  'optimizer: value',
  'T_0: number',
  'T_mult: number = 1',
  'eta_min: number = 0',
  'last_epoch: int = -1',
)
const STEP = signature('CosineAnnealingWarmRestarts.step', 'epoch: number = None')

/**
 * Half a cosine from each group's initial learning rate down to `eta_min` in `T_0` epochs, again and again, each time
 * `T_mult` times as long (Loshchilov & Hutter 2017). Source: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
 *
 * @example
 * const scheduler = new torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 10, 2)
 * for (const [i, batch] of batches.entries()) {
 *   train(batch)
 *   scheduler.step(epoch + i / batches.length)
 * }
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  T_0: number
  /** The length of the current cycle. */
  T_i: number
  T_mult: number
  eta_min: number
  /** The epoch within the cycle. */
  T_cur: number

  constructor(
    optimizer: AnyOptimizer,
    T_0: number,
    T_mult?: number | WarmRestartsOptions,
    eta_min?: number | Omit<WarmRestartsOptions, 'T_mult'>,
    last_epoch?: number | Pick<WarmRestartsOptions, 'last_epoch'>,
  )
  constructor(optimizer: AnyOptimizer, options: { T_0: number } & WarmRestartsOptions)
  constructor(options: { optimizer: AnyOptimizer; T_0: number } & WarmRestartsOptions)
  constructor(...args: unknown[]) {
    const [optimizer, T_0, T_mult, eta_min, last_epoch] = WARM_RESTARTS.read(args)
    super(optimizer, last_epoch)
    if (!Number.isInteger(T_0) || T_0 <= 0) {
      throw new ValueError(`Expected positive integer T_0, but got ${T_0}`)
    }
    if (!Number.isInteger(T_mult) || T_mult < 1) {
      throw new ValueError(`Expected integer T_mult >= 1, but got ${T_mult}`)
    }
    this.T_0 = T_0
    this.T_i = T_0
    this.T_mult = T_mult
    this.eta_min = eta_min
    this.T_cur = last_epoch
    this.begin()
  }

  protected override ratesAt(): number[] {
    const { eta_min } = this
    const height = 1 + cosine((Math.PI * this.T_cur) / this.T_i)
    return this.base_lrs.map((lr) => eta_min + ((lr - eta_min) * height) / 2)
  }

  /** @internal */
  override restart(): void {
    if (this.last_epoch < 0) this.jump(0)
    else this.advance()
    this._step_count = 1
  }

  /**
   * Sets the learning rates of the next epoch; call it after the optimizer's step.
   *
   * @param epoch goes to this epoch instead, which may be a fraction: after each batch of an epoch
   */
  override step(epoch?: number | null | { epoch?: number | null }): void
  override step(...args: unknown[]): void {
    const [epoch] = STEP.read(args)
    if (epoch === null) this.advance()
    else this.jump(epoch)
  }

  private advance(): void {
    this.T_cur++
    if (this.T_cur >= this.T_i) {
      this.T_cur %= this.T_i
      this.T_i *= this.T_mult
    }
    this.set(this.last_epoch + 1, this.ratesAt())
  }

  /** @internal */
  override jump(epoch: number): void {
    if (!(epoch >= 0)) throw new ValueError(`Expected non-negative epoch, but got ${epoch}`)
    const { T_0, T_mult } = this
    if (epoch < T_0) {
      this.T_i = T_0
      this.T_cur = epoch
    } else if (T_mult === 1) {
      this.T_cur = epoch % T_0
    } else {
      const cycles = Math.floor(Math.log((epoch / T_0) * (T_mult - 1) + 1) / Math.log(T_mult))
      this.T_cur = epoch - (T_0 * (T_mult ** cycles - 1)) / (T_mult - 1)
      this.T_i = T_0 * T_mult ** cycles
    }
    this.set(Math.floor(epoch), this.ratesAt())
  }
}
