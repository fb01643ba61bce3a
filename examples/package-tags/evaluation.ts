import torch from 'softmargin'
import type { Dataset, Program, Vocabulary } from './data.js'
import { probabilities, type Tagger } from './tagger.js'
import { tagRows } from './tf_idf.js'

/** Probabilities of every tag for every program beside the truth, both [programs, tags]. */
export interface Predictions {
  probabilities: torch.Tensor
  targets: torch.Tensor
}

export interface Scores {
  precision: number
  recall: number
  f1: number
}

export interface TagResult {
  label: string
  /** How many programs of the test set have the tag. */
  programs: number
  threshold: number
  tuned: Scores
  untuned: Scores
}

export interface Summary {
  microF1: number
  macroF1: number
}

export interface Example {
  /** Its row in the test set. */
  row: number
  name: string
  predicted: string[]
  actual: string[]
}

export interface Evaluation {
  predictions: Predictions
  tags: TagResult[]
  untuned: Summary
  tuned: Summary
  meanAveragePrecision: number
  prior: number
  examples: Example[]
}

const exampleNames = ['mutt', 'blender', 'mpd', 'bowtie2', 'nano']

const featuresOf = (programs: Program[]): number[][] => programs.map(({ features }) => features)

/** The rows may be other than the programs' own features: see descriptionsOf. */
export function predict(
  { model, idf }: Pick<Tagger, 'model' | 'idf'>,
  programs: Program[],
  rows = featuresOf(programs),
): Predictions {
  const chances = probabilities(model, idf, rows)
  const [, tags] = chances.shape
  return { probabilities: chances, targets: torch.tensor(tagRows(programs, tags)).reshape(chances.shape) }
}

/** Each tag on its own; a program gets a tag when its probability is above the tag's threshold. */
function scoresPerTag({ probabilities, targets }: Predictions, threshold: number | torch.Tensor): Scores[] {
  const [, num_labels] = targets.shape
  const { MultilabelPrecision, MultilabelRecall, MultilabelF1Score } = torch.metrics
  const [precision, recall, f1] = [MultilabelPrecision, MultilabelRecall, MultilabelF1Score].map((Metric) =>
    new Metric({ num_labels, threshold, average: 'none' }).forward(probabilities, targets).data(),
  )
  return Array.from(f1, (_, tag) => ({ precision: precision[tag], recall: recall[tag], f1: f1[tag] }))
}

/** Micro: every decision counts the same, so frequent tags weigh more. Macro: every tag, however rare. */
function summarize({ probabilities, targets }: Predictions, threshold: number | torch.Tensor): Summary {
  const [, num_labels] = targets.shape
  const f1 = (average: 'micro' | 'macro'): number =>
    new torch.metrics.MultilabelF1Score({ num_labels, threshold, average })
      .forward(probabilities, targets)
      .item()
  return { microF1: f1('micro'), macroF1: f1('macro') }
}

function meanAveragePrecision({ probabilities, targets }: Predictions): number {
  const metric = new torch.metrics.MultilabelAveragePrecision({ num_labels: targets.shape[1] })
  return metric.forward(probabilities, targets).item()
}

function exampleOf(
  row: number,
  programs: Program[],
  predictions: Predictions,
  tagger: Tagger,
  { labels }: Vocabulary,
): Example {
  const chances = predictions.probabilities.select(0, row).data()
  const proposed = labels.filter((_, tag) => chances[tag] > tagger.thresholds[tag])
  return {
    row,
    name: programs[row].name,
    predicted: proposed,
    actual: programs[row].tags.map((tag) => labels[tag]),
  }
}

/** How well the tagger does on programs that had no say in its weights or its thresholds. */
export function evaluate(tagger: Tagger, { test, vocabulary }: Dataset): Evaluation {
  const { labels } = vocabulary
  const predictions = predict(tagger, test)
  const thresholds = torch.tensor(tagger.thresholds)
  const [tuned, untuned] = [scoresPerTag(predictions, thresholds), scoresPerTag(predictions, 0.5)]
  return {
    predictions,
    tags: labels.map((label, tag) => ({
      label,
      programs: test.filter(({ tags }) => tags.includes(tag)).length,
      threshold: tagger.thresholds[tag],
      tuned: tuned[tag],
      untuned: untuned[tag],
    })),
    untuned: summarize(predictions, 0.5),
    tuned: summarize(predictions, thresholds),
    meanAveragePrecision: meanAveragePrecision(predictions),
    // The mean average precision of guessing: how often a tag occurs, averaged over the tags.
    prior: predictions.targets.mean().item(),
    examples: exampleNames
      .map((name) => test.findIndex((program) => program.name === name))
      .map((row) => exampleOf(row, test, predictions, tagger, vocabulary)),
  }
}
