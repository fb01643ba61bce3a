import type { Evaluation, Example, TagResult } from './evaluation.js'
import { type Column, decimals, formatTable, thousands } from './table.js'

const columns: Column<TagResult>[] = [
  { title: 'tag', align: 'left', value: ({ label }) => label },
  { title: 'programs', align: 'right', value: ({ programs }) => thousands(programs) },
  { title: 'threshold', align: 'right', value: ({ threshold }) => decimals(threshold, 2) },
  { title: 'precision', align: 'right', value: ({ tuned }) => decimals(tuned.precision) },
  { title: 'recall', align: 'right', value: ({ tuned }) => decimals(tuned.recall) },
  { title: 'F1', align: 'right', value: ({ tuned }) => decimals(tuned.f1) },
]

export const formatTags = ({ tags }: Evaluation): string => formatTable(columns, tags)

export function formatSummary({ tuned, untuned, meanAveragePrecision, prior }: Evaluation): string {
  return [
    `threshold 0.5 for every tag   micro-F1 ${decimals(untuned.microF1)}   macro-F1 ${decimals(untuned.macroF1)}`,
    `a tuned threshold per tag     micro-F1 ${decimals(tuned.microF1)}   macro-F1 ${decimals(tuned.macroF1)}`,
    `mean average precision ${decimals(meanAveragePrecision)} (guessing by label frequency: ${decimals(prior)})`,
  ].join('\n')
}

function formatExample({ name, predicted, actual }: Example): string {
  const judged = predicted.map((label) => `${label} ${actual.includes(label) ? '✓' : '✗'}`)
  const truth = actual.map((label) => (predicted.includes(label) ? label : `${label} (missed)`))
  const list = (labels: string[]): string => labels.join(', ') || 'none'
  return `${name}\n  predicted: ${list(judged)}\n  true:      ${list(truth)}`
}

export const formatExamples = ({ examples }: Evaluation): string => examples.map(formatExample).join('\n')
