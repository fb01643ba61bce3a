// Training steps on images at full size: how long one takes, and how much memory. Each optimizer has
// a process of its own, so that the peaks are its own.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import torch from 'softmargin'

const BATCH = [32, 3, 224, 224]
const STEPS = 5

class ImageTagger extends torch.nn.Module {
  conv1 = new torch.nn.Conv2d(3, 32, 3, { padding: 1 })
  pool = new torch.nn.MaxPool2d(2)
  fc1 = new torch.nn.Linear(32 * 112 * 112, 128)
  fc2 = new torch.nn.Linear(128, 20)

  forward(images) {
    const features = this.pool.forward(torch.relu(this.conv1.forward(images)))
    return this.fc2.forward(torch.relu(this.fc1.forward(features.flatten(1))))
  }
}

/** Medians over some steps, the first left out, and the greatest sizes that memory reached. */
function train(optimizer) {
  torch.manual_seed(0)
  const model = new ImageTagger()
  const updates = new torch.optim[optimizer](model.parameters(), { lr: 1e-5 })
  const criterion = new torch.nn.MultiLabelSoftMarginLoss()
  const [images, tags] = [torch.randn(BATCH), torch.rand([BATCH[0], 20]).gt(0.8).float()]
  const parts = { forward: [], backward: [], update: [] }
  for (let step = 0; step <= STEPS; step++) {
    let loss
    const run = {
      forward() {
        updates.zero_grad()
        loss = criterion.forward(model.forward(images), tags)
      },
      backward: () => loss.backward(),
      update: () => updates.step(),
    }
    for (const [name, part] of Object.entries(run)) {
      const start = performance.now()
      part()
      if (step > 0) parts[name].push(performance.now() - start)
    }
    if (!(loss.item() < 1))
      throw new Error(`ImageTagger, ${optimizer}: a loss of ${loss.item()} after ${step} steps`)
  }
  const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1]
  const [forward, backward, update] = Object.values(parts).map(middle)
  const megabytes = [torch.wasm.memory().heap_bytes / 2 ** 20, process.resourceUsage().maxRSS / 2 ** 10]
  return [forward + backward + update, forward, backward, update, ...megabytes]
}

const [optimizer] = process.argv.slice(2)
if (optimizer) {
  console.log(JSON.stringify(train(optimizer)))
} else {
  const line = (title, columns) =>
    console.log(title.padEnd(32) + columns.map((text) => text.padStart(12)).join(''))
  line(`ImageTagger, ${BATCH.join(' x ')}`, [
    'step, ms',
    'forward',
    'backward',
    'update',
    'heap, MiB',
    'process, MiB',
  ])
  for (const name of ['SGD', 'Adam']) {
    const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    })
    if (status !== 0) process.exit(1)
    line(
      `  ${name}`,
      JSON.parse(stdout).map((value) => value.toFixed(0)),
    )
  }
}
