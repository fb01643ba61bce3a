// node sums.mjs name folder: for each block of rows in blocks.json, the sum of losses and the gradient by all parameters, to sums.f32;
// probabilities of all rows to scores.f32. Rows are in x.f32 and y.f32.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
// Without relaxed SIMD, as softmargin.core.wasm.
import torch from '../../../dist/default.js'
import { createModels } from './models.mjs'

const [name, folder] = process.argv.slice(2)
const here = (file) => new URL(file, import.meta.url)
const numbers = (file) => torch.tensor(new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer))
const write = (file, values) => writeFileSync(join(folder, file), new Uint8Array(Float32Array.from(values).buffer))

const model = createModels()[name]
model.load_state_dict(torch.load(readFileSync(here(`${name}.pt`))).model)
model.eval()
const x = numbers('x.f32').reshape([-1, 37])
const y = numbers('y.f32').reshape([-1, 11])
write('scores.f32', torch.no_grad(() => torch.sigmoid(model.forward(x))).data())

const sums = []
let at = 0
for (const rows of JSON.parse(readFileSync(join(folder, 'blocks.json'), 'utf8'))) {
  model.zero_grad()
  const logits = model.forward(x.narrow(0, at, rows))
  const loss = torch.nn.functional.multilabel_soft_margin_loss(logits, y.narrow(0, at, rows), { reduction: 'sum' })
  loss.backward()
  for (const parameter of model.parameters()) for (const value of parameter.grad.data()) sums.push(value)
  sums.push(loss.item())
  at += rows
}
write('sums.f32', sums)
