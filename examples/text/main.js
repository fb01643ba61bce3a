// node main.js [--model <folder>] [--rows <number>]: trains a head on sentence embeddings of Debian programs, compares it with a bag of
// words, and writes head.pt. Embeddings are kept in embeddings.pt.
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import torch from 'softmargin'
import { readPrograms, tfIdf } from './data.js'
import { createEncoder, encodeAll } from './embed.js'
import { createHead, HeadAndWords } from './model.js'
import { predict, scoresOf, scoresOfGuessing, train } from './train.js'

const { values } = parseArgs({ options: { model: { type: 'string' }, rows: { type: 'string' } } })
const rows = Number(values.rows ?? Infinity)
if (!(rows >= 100)) throw new Error(`--rows must be a number from 100 on, but is ${values.rows}`)
const here = (name) => new URL(name, import.meta.url)

torch.manual_seed(0)
const learn = await readPrograms('train.svm', rows)
const judge = await readPrograms('test.svm', rows)
const { labels } = learn
console.log(
  `${learn.texts.length} programs to learn from, ${judge.texts.length} to be judged by; the first:\n  ${judge.texts[0]}`,
)

const embeddings = await embeddingsOf({ learn: learn.texts, judge: judge.texts })
const words = { learn: tfIdf(learn.features, learn.features), judge: tfIdf(judge.features, learn.features) }

/** Embeds what this encoder has not embedded before. */
async function embeddingsOf(texts) {
  const file = here('embeddings.pt')
  const model = values.model ?? ''
  if (existsSync(file)) {
    const kept = torch.load(await readFile(file))
    const isWhole = Object.keys(texts).every((part) => kept[part].shape[0] === texts[part].length)
    if (kept.model === model && isWhole) return kept
  }
  const started = performance.now()
  const encode = await createEncoder(values.model)
  const made = { model }
  for (const part of ['learn', 'judge']) made[part] = await encodeAll(encode, texts[part])
  await writeFile(file, torch.save(made))
  console.log(`embedded in ${((performance.now() - started) / 1000).toFixed(0)} s`)
  return made
}

async function judged(name, model, inputs, options) {
  const started = performance.now()
  const thresholds = await train(
    model,
    inputs.map(({ learn }) => learn),
    learn.targets,
    options,
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const probabilities = predict(
    model,
    inputs.map(({ judge }) => judge),
  )
  show(name, scoresOf(probabilities, judge.targets, thresholds), `${seconds} s`)
  return { probabilities, thresholds }
}

function show(name, { microF1, macroF1, averagePrecision }, time = '') {
  const numbers = [microF1, macroF1, averagePrecision].map((score) => score.toFixed(3).padStart(8))
  console.log([name.padEnd(22), ...numbers, time].join('  ').trimEnd())
}

console.log(`\n${' '.repeat(24)}micro F1  macro F1  average precision`)
show('guessing', scoresOfGuessing(judge.targets))
const [features, vocabulary] = [embeddings.learn.shape[1], words.learn.shape[1]]
await judged('bag of words', new torch.nn.Linear(vocabulary, labels.length), [words], { lr: 0.01 })
const head = createHead(features, labels.length)
const { probabilities, thresholds } = await judged('embeddings', head, [embeddings])
await judged('both', new HeadAndWords(features, vocabulary, labels.length), [embeddings, words])

const chosen = probabilities.ge(thresholds)
console.log(`\n${torch.metrics.classification_report(judge.targets, chosen, { target_names: labels })}`)
await writeFile(here('head.pt'), torch.save({ head: head.state_dict(), thresholds, labels }))
