// node main.js [epochs]: learns tags of emoji from their pictures, and writes checkpoint.pt and report.html.
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { decode } from 'fast-png'
import torch from 'softmargin'
import { report } from 'softmargin/report'
import { readEmoji } from './data.js'
import { createBaseline, createModel } from './model.js'
import { predict, scoresOf, scoresOfGuessing, split, train, tune } from './train.js'

const require = createRequire(import.meta.url)
const epochs = Number(process.argv[2] ?? 40)

torch.manual_seed(0)
const sheet = decode(await readFile(require.resolve('emoji-datasource-google/img/google/sheets/32.png')))
const emoji = readEmoji(
  sheet,
  require('emoji-datasource-google/emoji.json'),
  require('emojibase-data/en/data.json'),
)
const parts = split(emoji)
console.log(`${parts.map(({ length }) => length).join(' + ')} pictures, ${emoji.tags.length} tags`)

async function judged(name, model) {
  const started = performance.now()
  const history = await train(model, parts, { epochs })
  const seconds = (performance.now() - started) / 1000
  const [thresholds, predictions] = [tune(model, parts), predict(model, parts[2])]
  show(name, scoresOf(predictions, thresholds), `${seconds.toFixed(0)} s`)
  return { history, thresholds, ...predictions }
}

const show = (name, { macroF1, auroc, averagePrecision }, time = '') =>
  console.log(
    [name.padEnd(16), ...[macroF1, auroc, averagePrecision].map((x) => x.toFixed(3).padStart(9)), time].join(
      ' ',
    ),
  )

console.log(`${' '.repeat(18)}macro F1   AUROC   average precision`)
show('guessing', scoresOfGuessing(parts[2].dataset.tensors[1]))
await judged('linear', createBaseline(emoji.tags.length))
const model = createModel(emoji.tags.length)
const { probabilities, targets, thresholds, history } = await judged('network', model)

const here = (name) => new URL(name, import.meta.url)
await writeFile(
  here('checkpoint.pt'),
  torch.save({ model: model.state_dict(), thresholds, tags: emoji.tags }),
)
await writeFile(
  here('report.html'),
  report(probabilities, targets, { title: 'Tags of emoji', label_names: emoji.tags, thresholds, history }),
)
