// node train.js: trains the model that the worker serves, and writes model.safetensors.
import { writeFile } from 'node:fs/promises'
import torch from 'softmargin'
import { createModel, FEATURES } from './model.js'

torch.manual_seed(0)
const songs = torch.rand([2000, FEATURES.length])
// Stands for what listeners said.
const rules = ({ tempo, loudness, brightness, voice, strings, distortion }) => [
  distortion < 0.3 && loudness < 0.6,
  tempo < 0.4 && loudness < 0.5,
  voice > 0.6 && strings > 0.6,
  tempo > 0.6 && brightness > 0.4,
  distortion > 0.6 && loudness > 0.5,
  strings > 0.5 && distortion < 0.4,
  voice > 0.6 && tempo < 0.5 && strings < 0.4,
]
const named = (row) => Object.fromEntries(FEATURES.map((name, i) => [name, row[i]]))
const tags = torch.tensor(songs.tolist().map((row) => rules(named(row))))

const model = createModel()
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
for (let step = 0; step <= 500; step++) {
  optimizer.zero_grad()
  const loss = criterion.forward(model.forward(songs), tags)
  loss.backward()
  optimizer.step()
  if (step % 250 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(4)}`)
}

const file = torch.save(model.state_dict(), { metadata: { trained: new Date().toISOString() } })
await writeFile(new URL('model.safetensors', import.meta.url), file)
console.log(`model.safetensors: ${file.length} bytes`)
