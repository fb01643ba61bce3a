import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import torch from 'softmargin'
import { report } from 'softmargin/report'
import { type Arguments, help, readArguments } from './arguments.js'
import { type Dataset, readDataset, repositoryRoot } from './data.js'
import { descriptionsOf } from './description.js'
import { type Evaluation, evaluate, type Predictions, predict } from './evaluation.js'
import { explain } from './explain.js'
import { progress } from './progress.js'
import { formatExamples, formatSummary, formatTags } from './summary.js'
import { thousands } from './table.js'
import { loadTagger, saveTagger, type Tagger } from './tagger.js'
import { inverseDocumentFrequency } from './tf_idf.js'
import { type Training, train } from './train.js'

const modelPath = join(repositoryRoot, 'out', 'package-tags.json')
const reportPath = join(repositoryRoot, 'out', 'report.html')
const shown = (path: string): string => relative(process.cwd(), path)

/** The thresholds with the best F1: one for each tag, or one for all. */
const tune = ({ probabilities, targets }: Predictions, per_label = true): torch.Tensor =>
  torch.metrics.tune_thresholds(probabilities, targets, { metric: 'f1', per_label }).thresholds

async function trainTagger(dataset: Dataset): Promise<{ tagger: Tagger; training: Training }> {
  const { train: programs, validation, vocabulary } = dataset
  const idf = inverseDocumentFrequency(programs, vocabulary.features.length)
  const training = await train(dataset, idf, progress())
  const { model } = training
  const chosen = predict({ model, idf }, validation)
  const described = predict({ model, idf }, validation, descriptionsOf(validation, vocabulary))
  const tagger = {
    model,
    idf,
    thresholds: tune(chosen).data(),
    descriptionThreshold: tune(described, false).item(),
  }
  saveTagger(modelPath, tagger)
  return { tagger, training }
}

/** A page with all that there is to know of the tagger. */
function reportOf(
  { history, bestEpoch }: Training,
  { thresholds }: Tagger,
  { predictions, examples }: Evaluation,
  { vocabulary }: Dataset,
): string {
  return report(predictions.probabilities, predictions.targets, {
    title: 'Tags for Debian programs',
    description:
      'One linear layer under torch.nn.MultiLabelSoftMarginLoss, trained by softmargin on TF-IDF features, judged on programs it has not seen. Each tag has a threshold of its own, tuned on held-out training rows. Data: Debian package metadata and debtags, the Debian project.',
    label_names: vocabulary.labels,
    thresholds: [...thresholds],
    history: history.map(({ epoch, train_loss, val_loss }) => ({
      epoch: epoch + 1,
      train_loss: Number(train_loss),
      val_loss: Number(val_loss),
    })),
    best_epoch: bestEpoch,
    examples,
  })
}

async function demonstrate(dataset: Dataset): Promise<void> {
  const started = performance.now()
  const { train: programs, validation, test } = dataset
  const [learn, choose, judge] = [programs, validation, test].map(({ length }) => thousands(length))
  console.log(`${learn} programs to learn from, ${choose} to choose thresholds by, ${judge} to be judged by.`)
  const { tagger, training } = await trainTagger(dataset)
  const { history, bestEpoch } = training
  console.log(
    `Validation loss was lowest in epoch ${bestEpoch} of ${history.length}; its weights are kept.\n`,
  )

  const evaluation = evaluate(tagger, dataset)
  console.log(`${formatTags(evaluation)}\n\n${formatSummary(evaluation)}\n\n${formatExamples(evaluation)}\n`)

  mkdirSync(dirname(reportPath), { recursive: true })
  writeFileSync(reportPath, reportOf(training, tagger, evaluation, dataset))
  const seconds = (performance.now() - started) / 1000
  console.log(`Report: ${shown(reportPath)}   model: ${shown(modelPath)}   ${seconds.toFixed(1)} s`)
}

async function explainDescription(description: string, dataset: Dataset): Promise<number> {
  const { features, labels } = dataset.vocabulary
  const saved = loadTagger(modelPath, features.length, labels.length)
  if (saved === undefined)
    console.log(`There is no usable model in ${shown(modelPath)}, so one is trained first.`)
  const { understood, text } = explain(
    description,
    saved ?? (await trainTagger(dataset)).tagger,
    dataset.vocabulary,
  )
  if (understood) console.log(text)
  else console.error(text)
  return understood ? 0 : 1
}

async function run(request: Arguments): Promise<number> {
  if (request.kind === 'mistake') {
    console.error(request.sentence)
    return 2
  }
  if (request.kind === 'help') {
    console.log(help)
    return 0
  }
  torch.manual_seed(0)
  const dataset = readDataset()
  if (request.kind === 'explain') return explainDescription(request.description, dataset)
  await demonstrate(dataset)
  return 0
}

process.exitCode = await run(readArguments(process.argv.slice(2)))
