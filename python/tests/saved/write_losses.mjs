// node tests/saved/write_losses.mjs: the loss's keywords with the npm package's plain kernels, for test_loss.py.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import torch from '../../../dist/default.js'

const { Linear, LayerNorm, GELU, Dropout, Sequential } = torch.nn
const here = (name) => new URL(`${name}`, import.meta.url)
const digest = (tensor) => createHash('sha256').update(new Uint8Array(Float32Array.from(tensor.flatten().tolist()).buffer)).digest('hex')

const model = new Sequential(new Linear(37, 64), new LayerNorm(64), new GELU(), new Dropout(0.1), new Linear(64, 11))
model.load_state_dict(torch.load(readFileSync(here('mlp.pt'))).model)
model.eval()
// The rows of write_model.mjs, and which targets are missing: a seventh of them, and all of every hundredth row.
const rows = 4096
const values = Float32Array.from({ length: rows * 37 }, (_, i) => ((Math.imul(i, 2654435761) >>> 8) % 4096) / 512 - 4)
const given = Float32Array.from({ length: rows * 11 }, (_, i) => Number((Math.imul(i, 2246822519) >>> 9) % 5 === 0))
const isMissing = (i) => (Math.imul(i, 3266489917) >>> 9) % 7 === 0 || Math.floor(i / 11) % 100 === 0
const with_ = (value) => torch.tensor(given.map((y, i) => (isMissing(i) ? value : y))).reshape([rows, 11])
const x = torch.tensor(values).reshape([rows, 37])
const labels = Array.from({ length: 11 }, (_, i) => i)
const weight = torch.tensor(labels.map((i) => (i + 1) / 8))
const pos_weight = torch.tensor(labels.map((i) => 1 + i / 4))
const whole = torch.tensor(given).reshape([rows, 11])
const runs = {
  weight: [whole, { weight }],
  pos_weight: [whole, { pos_weight }],
  label_smoothing: [whole, { label_smoothing: 0.125 }],
  ignore_index: [with_(-1), { ignore_index: -1 }],
  nan: [with_(NaN), { ignore_index: NaN }],
  all: [with_(-1), { weight, pos_weight, label_smoothing: 0.125, ignore_index: -1 }],
}
const results = {}
for (const [name, [y, options]] of Object.entries(runs)) {
  const loss = (reduction) => torch.nn.functional.multilabel_soft_margin_loss(model.forward(x), y, { ...options, reduction })
  model.zero_grad()
  const sum = loss('sum')
  sum.backward()
  const gradients = Object.fromEntries([...model.named_parameters()].map(([key, p]) => [key, digest(p.grad)]))
  results[name] = { sum: sum.item(), mean: loss('mean').item(), gradients }
}
writeFileSync(here('losses.json'), `${JSON.stringify(results, null, 2)}\n`)
