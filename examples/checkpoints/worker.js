// A worker of Cloudflare that trains a little with each request, and goes on there with the next one.
import { ModelCheckpoint, Trainer } from 'softmargin/trainer'
import { prepare, summary } from './task.js'

const EPOCHS_OF_A_REQUEST = 5
const EPOCHS = 20

export default {
  async fetch(request, env) {
    // Both are stores: KV keeps up to 25 MiB under a name, R2 files of any size.
    const store = new URL(request.url).pathname === '/kv' ? env.CHECKPOINTS : env.MODELS
    const keeper = new ModelCheckpoint({ store, save_last: true })
    let left = EPOCHS_OF_A_REQUEST
    const counting = {
      on_train_epoch_end(trainer) {
        if (--left === 0) trainer.should_stop = true
      },
    }
    const trainer = new Trainer({ max_epochs: EPOCHS, callbacks: [counting, keeper] })
    const history = await trainer.fit(...prepare(), { ckpt_path: 'last' })
    return new Response(summary(history))
  },
}
