import type { Dataset, Program, Vocabulary } from './data.js'
import {
  labelPrior,
  macroF1,
  meanAveragePrecision,
  microF1,
  type Predictions,
  type Scores,
  scoresPerTag,
} from './metrics.js'
import { probabilities, type Tagger } from './tagger.js'
import { tagRows } from './tf_idf.js'

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
  name: string
  predicted: string[]
  actual: string[]
}

export interface Evaluation {
  programs: number
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
  const tags = chances.length / rows.length
  return { probabilities: chances, targets: tagRows(programs, tags), tags }
}

function exampleOf(
  row: number,
  programs: Program[],
  predictions: Predictions,
  tagger: Tagger,
  { labels }: Vocabulary,
): Example {
  const proposed = labels.filter(
    (_, tag) => predictions.probabilities[row * predictions.tags + tag] >= tagger.thresholds[tag],
  )
  return {
    name: programs[row].name,
    predicted: proposed,
    actual: programs[row].tags.map((tag) => labels[tag]),
  }
}

/** How well the tagger does on programs that had no say in its weights or its thresholds. */
export function evaluate(tagger: Tagger, { test, vocabulary }: Dataset): Evaluation {
  const { labels } = vocabulary
  const predictions = predict(tagger, test)
  const halves = labels.map(() => 0.5)
  const [tuned, untuned] = [scoresPerTag(predictions, tagger.thresholds), scoresPerTag(predictions, halves)]
  return {
    programs: test.length,
    tags: labels.map((label, tag) => ({
      label,
      programs: test.filter(({ tags }) => tags.includes(tag)).length,
      threshold: tagger.thresholds[tag],
      tuned: tuned[tag],
      untuned: untuned[tag],
    })),
    untuned: { microF1: microF1(predictions, halves), macroF1: macroF1(untuned) },
    tuned: { microF1: microF1(predictions, tagger.thresholds), macroF1: macroF1(tuned) },
    meanAveragePrecision: meanAveragePrecision(predictions),
    prior: labelPrior(predictions),
    examples: exampleNames
      .map((name) => test.findIndex((program) => program.name === name))
      .map((row) => exampleOf(row, test, predictions, tagger, vocabulary)),
  }
}
