import { del, get, set } from 'idb-keyval'
import { ModelCheckpoint, Trainer } from 'softmargin/trainer'
import { prepare, summary } from './task.js'

/** Without a store, checkpoints are files of the page's origin (OPFS). */
const STORES = {
  opfs: null,
  indexeddb: { put: set, get: (name) => get(name), delete: del },
}

const [bar, result] = ['progress', 'result'].map((id) => document.getElementById(id))
let controller = new AbortController()

async function train(store) {
  controller.abort()
  controller = new AbortController()
  const { signal } = controller
  const keeper = new ModelCheckpoint({ store, every_n_train_steps: 10, save_last: true })
  const trainer = new Trainer({
    max_epochs: 20,
    callbacks: keeper,
    signal,
    on_progress({ epoch, max_epochs, batch_idx, num_batches }) {
      bar.value = (epoch + batch_idx / num_batches) / max_epochs
    },
  })
  result.textContent = 'Training …'
  try {
    const history = await trainer.fit(...prepare(), { ckpt_path: 'last' })
    result.textContent = `Done: ${summary(history)}`
  } catch (error) {
    result.textContent = signal.aborted ? `Stopped after ${trainer.global_step} steps` : error.message
  }
}

for (const [id, store] of Object.entries(STORES)) {
  document.getElementById(id).addEventListener('click', () => train(store))
}
document.getElementById('stop').addEventListener('click', () => controller.abort())
