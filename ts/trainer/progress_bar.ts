import { describe } from '../base/check.js'
import { signature } from '../call/signature.js'
import { Callback, type RunningTrainer } from './callback.js'

/** A bar that draws itself, such as cli-progress' SingleBar, which prints nothing where there is no terminal. */
export interface Bar {
  /** Shows the bar, of so many batches. */
  start(total: number, startValue: number, payload?: object): void
  /** So many are done. */
  update(current: number, payload?: object): void
  /** The epoch is over. */
  stop(): void
}

const PROGRESS_BAR = signature('ProgressBar', 'bar: value')

/**
 * Shows the batches of each epoch of training in a bar, which is given, so that nothing is printed that the program did not choose. The
 * payload has `epoch` (from 1), `epochs` and `loss`.
 *
 * @example
 * import { SingleBar } from 'cli-progress'
 * const bar = new SingleBar({ format: 'epoch {epoch}/{epochs} {bar} {value}/{total} loss {loss}' })
 * new Trainer({ max_epochs: 10, callbacks: [new ProgressBar(bar)] })
 */
export class ProgressBar extends Callback {
  private readonly bar: Bar
  private isShown = false

  constructor(bar: Bar)
  constructor(...args: unknown[]) {
    super()
    const [bar] = PROGRESS_BAR.read(args)
    const { start, update, stop } = (bar ?? {}) as Partial<Bar>
    if ([start, update, stop].some((method) => typeof method !== 'function')) {
      throw new TypeError(
        `ProgressBar: bar must have the methods start, update and stop, as those of cli-progress, but got ${describe(bar)}`,
      )
    }
    this.bar = bar as Bar
  }

  /** @internal */
  on_train_epoch_start(trainer: RunningTrainer): void {
    this.bar.start(trainer.num_training_batches ?? 0, trainer.batch_idx, payloadOf(trainer, null))
    this.isShown = true
  }

  /** @internal */
  on_train_batch_end(
    trainer: RunningTrainer,
    _task: object,
    { loss }: Readonly<Record<string, unknown>>,
  ): void {
    this.bar.update(trainer.batch_idx, payloadOf(trainer, loss))
  }

  /** @internal */
  on_train_epoch_end(): void {
    this.stop()
  }

  /** @internal */
  on_exception(): void {
    this.stop()
  }

  /** @internal */
  on_train_end(): void {
    this.stop()
  }

  private stop(): void {
    if (this.isShown) this.bar.stop()
    this.isShown = false
  }
}

const payloadOf = (trainer: RunningTrainer, loss: unknown) => ({
  epoch: trainer.current_epoch + 1,
  epochs: trainer.max_epochs < 0 ? '-' : trainer.max_epochs,
  loss: typeof loss === 'number' ? loss.toFixed(4) : '-',
})
