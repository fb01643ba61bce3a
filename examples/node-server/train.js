// node train.js: trains the model, finds a threshold for each tag, and writes both as checkpoint.pt, which Python reads too.
import { writeFile } from 'node:fs/promises'
import torch from 'softmargin'
import { createModel, FEATURES, TAGS } from './model.js'

torch.manual_seed(0)

/** Messages, and the tags that a rule gives them: it stands for what people said. */
function messages(count) {
  const x = torch.rand([count, FEATURES.length]).mul(3).floor()
  const [money, parcel, password, broken, thanks, length] = x.unbind(1)
  const tags = [
    money.gt(0),
    parcel.gt(0).logical_and(money.lt(2)),
    password.gt(0),
    broken.gt(0).logical_and(thanks.lt(2)),
    thanks.gt(1).logical_and(length.lt(2)),
  ]
  return [x, torch.stack(tags, 1).float()]
}

const [features, tags] = messages(2000)
const model = createModel()
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
for (let step = 0; step <= 300; step++) {
  optimizer.zero_grad()
  const loss = criterion.forward(model.forward(features), tags)
  loss.backward()
  optimizer.step()
  if (step % 150 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(4)}`)
}

model.eval()
const [seen, wanted] = messages(1000)
const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(seen)))
// For each tag the threshold with the best F1.
const { thresholds } = torch.metrics.tune_thresholds(probabilities, wanted, { metric: 'f1' })

const checkpoint = torch.save({ model: model.state_dict(), thresholds, tags: TAGS })
await writeFile(new URL('checkpoint.pt', import.meta.url), checkpoint)
console.log(`checkpoint.pt: ${checkpoint.length} bytes`)
