// node tests/saved/write_model.mjs: writes models and their scores with the npm package's plain kernels, for test_model.py and test_training.py.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
// This entry has the kernels without relaxed SIMD, as softmargin.core.wasm.
import torch from '../../../dist/default.js'
import { createModels } from './models.mjs'

torch.manual_seed(18)
const here = (name) => new URL(`${name}`, import.meta.url)
const digest = (tensor) => createHash('sha256').update(new Uint8Array(Float32Array.from(tensor.flatten().tolist()).buffer)).digest('hex')

const models = createModels()
// What any host can write down again: whole numbers of a formula, divided by a power of two.
const rows = 5000
const values = Float32Array.from({ length: rows * 37 }, (_, i) => ((Math.imul(i, 2654435761) >>> 8) % 4096) / 512 - 4)
const targets = Float32Array.from({ length: rows * 11 }, (_, i) => Number((Math.imul(i, 2246822519) >>> 9) % 5 === 0))
const x = torch.tensor(values).reshape([rows, 37])
const y = torch.tensor(targets).reshape([rows, 11])
const thresholds = torch.rand([11]).mul(0.5).add(0.25)
const results = {}
for (const [name, model] of Object.entries(models)) {
  model.eval()
  const labels = Array.from({ length: 11 }, (_, i) => `tag ${i}`)
  writeFileSync(here(`${name}.pt`), torch.save({ model: model.state_dict(), thresholds, tags: labels }))
  const logits = torch.no_grad(() => model.forward(x))
  const probabilities = torch.sigmoid(logits)
  const loss = torch.nn.functional.multilabel_soft_margin_loss(model.forward(x.narrow(0, 0, 4096)), y.narrow(0, 0, 4096), { reduction: 'sum' })
  loss.backward()
  const gradients = Object.fromEntries([...model.named_parameters()].map(([key, p]) => [key, digest(p.grad)]))
  results[name] = {
    architecture: String(model),
    logits: digest(logits),
    probabilities: digest(probabilities),
    labels: probabilities.ge(thresholds).sum().item(),
    loss: loss.item(),
    gradients,
  }
}
// Metrics' states by their results: counts of each label, and areas of binned curves.
{
  const model = models.mlp
  const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(x)))
  const { MultilabelStatScores, MultilabelAUROC, MultilabelAveragePrecision } = torch.metrics
  const of = (metric) => (metric.update(probabilities, y), metric.compute().tolist())
  results.metrics = {
    stat_scores: of(new MultilabelStatScores({ num_labels: 11, average: 'none', threshold: thresholds })),
    auroc: of(new MultilabelAUROC({ num_labels: 11, average: 'none', thresholds: 101 })),
    average_precision: of(new MultilabelAveragePrecision({ num_labels: 11, average: 'none', thresholds: 101 })),
  }
}
writeFileSync(here('model.json'), `${JSON.stringify(results, null, 2)}\n`)
