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
const here = (name) => new URL(name, import.meta.url)

const epochs = Number(process.argv[2] ?? 40)
if (!(epochs >= 1))
  throw new Error(`node main.js [epochs]: epochs must be a number, but is ${process.argv[2]}`)

torch.manual_seed(0)
const sheet = decode(await readFile(require.resolve('emoji-datasource-google/img/google/sheets/32.png')))
const places = require('emoji-datasource-google/emoji.json')
const emoji = readEmoji(sheet, places, require('emojibase-data/en/data.json'))
const parts = split(emoji)
const [learn, choose, judge] = parts
console.log(
  `${learn.length} pictures to learn from, ${choose.length} to choose by, ${judge.length} to be judged by`,
)

console.log(`\n${' '.repeat(10)}macro F1   AUROC  average precision`)
show('guessing', scoresOfGuessing(predict(createBaseline(emoji.tags.length), judge).targets))
await trainAndJudge('linear', createBaseline(emoji.tags.length))
const model = createModel(emoji.tags.length)
const { history, thresholds, probabilities, targets } = await trainAndJudge('network', model)

async function trainAndJudge(name, model) {
  const started = performance.now()
  const history = await train(model, parts, { epochs })
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const [thresholds, predictions] = [tune(model, parts), predict(model, judge)]
  show(name, scoresOf(predictions, thresholds), `${seconds} s`)
  return { history, thresholds, ...predictions }
}

function show(name, { macroF1, auroc, averagePrecision }, time = '') {
  const numbers = [macroF1, auroc, averagePrecision].map((score) => score.toFixed(3).padStart(8))
  console.log([name.padEnd(8), ...numbers, time.padStart(16)].join('').trimEnd())
}

/** Some pictures that were not learnt from, by name. */
const examples = Array.from({ length: 12 }, (_, i) => i * Math.floor(judge.length / 12)).map((row) => {
  const [, , index] = judge.get(row)
  return { row, name: emoji.names[index.item()] }
})
const chosen = probabilities.ge(thresholds).tolist()
const wanted = targets.tolist()
console.log('')
for (const { row, name } of examples) {
  const marks = emoji.tags.map((tag, label) => {
    if (chosen[row][label]) return `${tag} ${wanted[row][label] ? '✓' : '✗'}`
    return wanted[row][label] ? `${tag} (missed)` : ''
  })
  console.log(`${name}: ${marks.filter((mark) => mark !== '').join(', ') || 'no tags ✓'}`)
}

const { tags } = emoji
await writeFile(here('checkpoint.pt'), torch.save({ model: model.state_dict(), thresholds, tags }))
const page = { title: 'Tags of emoji', label_names: tags, thresholds, history, examples }
await writeFile(here('report.html'), report(probabilities, targets, page))
console.log('\nwritten: checkpoint.pt, report.html')
