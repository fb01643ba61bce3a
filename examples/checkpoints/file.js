// node file.js [seconds]: trains for so long, and goes on there when it is started again. The checkpoints are files.
import { ModelCheckpoint, Trainer } from 'softmargin/trainer'
import { prepare, summary } from './task.js'

const [seconds] = process.argv.slice(2)
const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
const signals = [controller.signal]
if (seconds !== undefined) signals.push(AbortSignal.timeout(1000 * Number(seconds)))
const signal = AbortSignal.any(signals)

const keeper = new ModelCheckpoint({
  dirpath: 'checkpoints',
  monitor: 'val_loss',
  every_n_train_steps: 10,
  save_last: true,
})
const trainer = new Trainer({ max_epochs: 20, callbacks: keeper, signal })
try {
  const history = await trainer.fit(...prepare(), { ckpt_path: 'last' })
  console.log(summary(history))
} catch (error) {
  if (!signal.aborted) throw error
  console.log(`stopped after ${trainer.global_step} steps; ${keeper.last_model_path} goes on`)
}
