// node report_pages.mjs <folder>: reports with all that they can hold, and with next to nothing.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import torch from 'softmargin'
import { report } from 'softmargin/report'

const [folder] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const write = (name, html) => writeFile(join(folder, `${name}.html`), html)

torch.manual_seed(0)
const targets = torch
  .rand([300, 14])
  .lt(torch.linspace(0.01, 0.6, 14))
  .float()
const probabilities = targets.mul(0.4).add(torch.rand([300, 14]).mul(0.6))
const label_names = Array.from({ length: 14 }, (_, i) =>
  i % 3 ? `tag ${i}` : `a::rather-long-name-of-tag-number-${i}`,
)
const history = Array.from({ length: 20 }, (_, epoch) => ({
  epoch,
  train_loss: 1 / (epoch + 1),
  val_loss: 1.1 / (epoch + 1),
}))
const examples = [{ row: 0, name: 'the first one' }, { row: 7 }]
const issues = [
  { row: 3, label: 2, name: 'the fourth one' },
  { row: 5, label: 0 },
]
const { thresholds } = torch.metrics.tune_thresholds(probabilities, targets)
const all = {
  label_names,
  history,
  best_epoch: 12,
  examples,
  issues,
  thresholds,
  description: 'All that there is.',
}
await write('all', report(probabilities, targets, { title: 'Everything', ...all }))

const missing = torch.where(torch.rand([300, 14]).lt(0.3), NaN, targets)
missing[0] = NaN
await write('missing', report(probabilities, missing, { sort_by: 'support' }))
await write('little', report(torch.full([4, 1], 0.5), torch.zeros([4, 1]), { n_resamples: 0 }))
