// node scores.js folder: the rows of rows.f32 through the model of model.safetensors, as JavaScript scores them, to scores.f32;
// and what they are worth by targets.u8, as JSON.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import torch from 'softmargin'

const folder = process.argv[2]
const file = (name) => join(folder, name)
const { weight, bias } = torch.load(readFileSync(file('model.safetensors')))
const [labels, features] = weight.shape
const numbers = new Float32Array(new Uint8Array(readFileSync(file('rows.f32'))).buffer)
const x = torch.tensor(numbers).reshape([-1, features])
const rows = x.shape[0]

// From 2^24 multiply-adds on, Node >= 22 multiplies with relaxed SIMD, which rounds otherwise; and a single row is added in
// another order than several.
const block = Math.max(2, Math.floor(2 ** 23 / (labels * features)))
const scores = torch.zeros([rows, labels])
for (let at = 0; at < rows; at += block) {
  const start = Math.max(0, Math.min(at, rows - 2))
  const length = Math.min(block + at - start, rows - start)
  scores
    .narrow(0, start, length)
    .copy_(torch.sigmoid(torch.nn.functional.linear(x.narrow(0, start, length), weight, bias)))
}
writeFileSync(file('scores.f32'), new Uint8Array(scores.data().buffer))

const y = torch.tensor(new Uint8Array(readFileSync(file('targets.u8')))).reshape([rows, labels])
const { MultilabelAUROC, MultilabelF1Score } = torch.metrics
const of = (metric) => {
  metric.update(scores, y)
  return metric.compute().item()
}
console.log(
  JSON.stringify({
    auroc: of(new MultilabelAUROC({ num_labels: labels, thresholds: 101 })),
    f1: of(new MultilabelF1Score({ num_labels: labels, average: 'micro' })),
  }),
)
