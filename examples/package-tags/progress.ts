import cliProgress from 'cli-progress'
import { decimals, thousands } from './table.js'
import type { Epoch, Progress } from './train.js'

// Without gracefulExit Ctrl-C ends the program at once; a handler would wait for the event loop, that is, for
// the end of the training.
const options = {
  format: 'epoch {epoch}/{epochs} |{bar}|  loss {loss}  validation {validation}  {rate} programs/s',
  barsize: 24,
  gracefulExit: false,
}

const bar = (): Progress => {
  const single = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic)
  let rowsPerEpoch = 0
  return {
    start(epochs, rows) {
      rowsPerEpoch = rows
      single.start(epochs * rows, 0, { epoch: 1, epochs, loss: '-', validation: '-', rate: '-' })
    },
    batch(epoch, rows, loss, rate) {
      single.update((epoch - 1) * rowsPerEpoch + rows, {
        epoch,
        loss: decimals(loss, 4),
        rate: thousands(rate),
      })
    },
    epoch({ validationLoss }) {
      single.update({ validation: decimals(validationLoss, 4) })
    },
    stop(epochs) {
      // Early stopping leaves nothing to be done, so the bar is full.
      single.setTotal(epochs * rowsPerEpoch)
      single.stop()
    },
  }
}

function line({ epoch, trainLoss, validationLoss, programsPerSecond }: Epoch): string {
  const losses = `loss ${decimals(trainLoss, 4)}  validation ${decimals(validationLoss, 4)}`
  return `epoch ${String(epoch).padStart(2)}  ${losses}  ${thousands(programsPerSecond)} programs/s`
}

const lines = (): Progress => ({
  start() {},
  batch() {},
  epoch: (epoch) => console.log(line(epoch)),
  stop() {},
})

/** A bar where a person watches, one line per epoch where a log is written. */
export const showProgress = (): Progress => (process.stderr.isTTY ? bar() : lines())
