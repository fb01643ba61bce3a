// node main.js: trains a tagger, and writes to out/ the module for ClickHouse, rows, and what Node makes of them.
import { mkdirSync, writeFileSync } from 'node:fs'
import torch from 'softmargin'
import { moduleOf } from './module.js'

torch.manual_seed(0)
const [ROWS, FEATURES, TAGS] = [3000, 20, 6]
const x = torch.randn([ROWS, FEATURES])
const y = x
  .matmul(torch.randn([FEATURES, TAGS]))
  .gt(1)
  .float()
const { Linear, LayerNorm, GELU, Sequential } = torch.nn
const model = new Sequential(new Linear(FEATURES, 32), new LayerNorm(32), new GELU(), new Linear(32, TAGS))
const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
for (let step = 0; step < 100; step++) {
  optimizer.zero_grad()
  const loss = criterion.forward(model.forward(x), y)
  loss.backward()
  optimizer.step()
}
model.eval()
const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(x)))
const { thresholds } = torch.metrics.tune_thresholds(probabilities, y, { metric: 'f1' })

const file = (name) => new URL(`out/${name}`, import.meta.url)
mkdirSync(file(''), { recursive: true })
const module = moduleOf(model, thresholds)
writeFileSync(file('tagger.wasm'), module)
const labels = probabilities.ge(thresholds)
const rows = x.tolist().map((features, id) => JSON.stringify({ id, features }))
writeFileSync(file('rows.jsonl'), rows.join('\n'))
writeFileSync(
  file('scores.json'),
  JSON.stringify({ scores: probabilities.tolist(), labels: labels.tolist() }),
)
console.log(`out/tagger.wasm: ${module.length} bytes`)
