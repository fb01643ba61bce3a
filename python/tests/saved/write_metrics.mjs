// node tests/saved/write_metrics.mjs: metrics of the npm package, merged by merge_state from three parts, for test_metrics.py.
import { readFileSync, writeFileSync } from 'node:fs'
import torch from '../../../dist/default.js'

const { Linear, LayerNorm, GELU, Dropout, Sequential } = torch.nn
const here = (name) => new URL(`${name}`, import.meta.url)
const model = new Sequential(new Linear(37, 64), new LayerNorm(64), new GELU(), new Dropout(0.1), new Linear(64, 11))
model.load_state_dict(torch.load(readFileSync(here('mlp.pt'))).model)
model.eval()
// The rows of write_model.mjs, with the missing targets of write_losses.mjs.
const [rows, labels] = [5000, 11]
const values = Float32Array.from({ length: rows * 37 }, (_, i) => ((Math.imul(i, 2654435761) >>> 8) % 4096) / 512 - 4)
const isMissing = (i) => (Math.imul(i, 3266489917) >>> 9) % 7 === 0 || Math.floor(i / labels) % 100 === 0
const targets = Float32Array.from({ length: rows * labels }, (_, i) => (isMissing(i) ? -1 : Number((Math.imul(i, 2246822519) >>> 9) % 5 === 0)))
// The last label is never positive.
for (let i = labels - 1; i < targets.length; i += labels) if (targets[i] === 1) targets[i] = 0
const x = torch.tensor(values).reshape([rows, 37])
const y = torch.tensor(targets).reshape([rows, labels])
const p = torch.no_grad(() => torch.sigmoid(model.forward(x)))

const { MultilabelAUROC, MultilabelAveragePrecision, MultilabelStatScores, MultilabelF1Score } = torch.metrics
/** What a metric gives that has seen all rows, in three parts that were merged in another order. */
function merged(make) {
  const parts = [[0, 700], [700, 3001], [3701, 1299]].map(([start, length]) => {
    const metric = make()
    metric.update(p.narrow(0, start, length), y.narrow(0, start, length))
    return metric
  })
  const whole = make()
  for (const i of [2, 0, 1]) whole.merge_state(parts[i])
  return whole.compute().tolist()
}
const results = {}
for (const average of ['none', 'macro', 'micro', 'weighted']) {
  const options = { num_labels: labels, average, ignore_index: -1 }
  results[average] = {
    auroc: merged(() => new MultilabelAUROC({ ...options, thresholds: null })),
    average_precision: merged(() => new MultilabelAveragePrecision({ ...options, thresholds: null })),
    binned_auroc: merged(() => new MultilabelAUROC({ ...options, thresholds: 51 })),
    binned_average_precision: merged(() => new MultilabelAveragePrecision({ ...options, thresholds: 51 })),
    f1: merged(() => new MultilabelF1Score(options)),
  }
}
results.stat_scores = merged(() => new MultilabelStatScores({ num_labels: labels, average: 'none', ignore_index: -1 }))
writeFileSync(here('metrics.json'), `${JSON.stringify(results, null, 2)}\n`)
