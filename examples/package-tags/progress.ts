import cliProgress from 'cli-progress'
import { type CallbackHooks, ProgressBar } from 'softmargin/trainer'
import { decimals } from './table.js'

// Without gracefulExit Ctrl-C ends the program at once; a handler would wait for the end of the training.
const options = {
  format: 'epoch {epoch}/{epochs} |{bar}|  loss {loss}',
  barsize: 24,
  clearOnComplete: true,
  gracefulExit: false,
}

const lines: CallbackHooks = {
  on_train_epoch_end({ history }) {
    const { epoch, train_loss, val_loss } = history[history.length - 1] as Record<string, number>
    const losses = `loss ${decimals(train_loss, 4)}  validation ${decimals(val_loss, 4)}`
    console.log(`epoch ${String(epoch + 1).padStart(2)}  ${losses}`)
  },
}

/** A bar for each epoch where a person watches, and a line when it is over. */
export const progress = (): CallbackHooks[] => [
  new ProgressBar(new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic)),
  lines,
]
