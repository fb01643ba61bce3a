/** The numbers of a report, all from torch.metrics. */

import { bootstrap } from '../metrics/bootstrap.js'
import { MultilabelCalibrationError } from '../metrics/calibration_error.js'
import { MetricCollection } from '../metrics/collection.js'
import { MultilabelStatScores } from '../metrics/confusion.js'
import { MultilabelAUROC, MultilabelAveragePrecision } from '../metrics/curves.js'
import { linspace } from '../metrics/options.js'
import {
  MultilabelExactMatch,
  MultilabelF1Score,
  MultilabelPrecision,
  MultilabelRecall,
} from '../metrics/stat_scores.js'
import { Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { asMetricsWant, type Rows, UNKNOWN } from './input.js'

/** One label's numbers; null where there are no rows to tell. */
export interface LabelResult {
  index: number
  name: string
  /** Rows that have the label, and those that it is predicted for. */
  support: number
  predicted: number
  threshold: number
  precision: number
  recall: number
  f1: number
  averagePrecision: number | null
  auroc: number | null
  calibrationError: number | null
  tp: number
  fp: number
  fn: number
  tn: number
}

/** A figure of all labels, with a confidence interval if rows were resampled. */
export interface Figure {
  name: string
  value: number
  interval: [low: number, high: number] | null
  /** The same with a threshold of 0.5 for each, if there are other ones. */
  untuned: number | null
}

/** Probabilities between two edges: how many, their mean, and the share of true labels. */
export interface CalibrationBin {
  from: number
  to: number
  count: number
  mean: number
  share: number
}

export interface Evaluation {
  labels: LabelResult[]
  figures: Figure[]
  calibrationError: number
  bins: CalibrationBin[]
}

export const BINS = 10
const CONFIDENCE = 0.95

export function evaluate(
  rows: Rows,
  names: readonly string[],
  thresholds: Float32Array,
  n_resamples: number,
) {
  const [preds, target] = asMetricsWant(rows)
  const num_labels = target.shape[1]
  const threshold = tensor(Float32Array.from({ length: num_labels }, (_, i) => thresholds[i % rows.labels]))
  const common = { num_labels, ignore_index: UNKNOWN }
  const each = (metric: { forward(preds: Tensor, target: Tensor): Tensor }) =>
    metric.forward(preds, target).data()
  const none = { ...common, average: 'none' } as const
  const counts = each(new MultilabelStatScores({ ...none, threshold }))
  const [precision, recall, f1] = [MultilabelPrecision, MultilabelRecall, MultilabelF1Score].map((Metric) =>
    each(new Metric({ ...none, threshold })),
  )
  const area = each(new MultilabelAveragePrecision(none))
  const auroc = each(new MultilabelAUROC(none))
  const errors = each(new MultilabelCalibrationError({ ...none, n_bins: BINS }))
  const labels = names.map((name, index): LabelResult => {
    const [tp, fp, tn, fn] = counts.subarray(5 * index)
    const [support, others] = [tp + fn, fp + tn]
    return {
      index,
      name,
      support,
      predicted: tp + fp,
      threshold: thresholds[index],
      precision: precision[index],
      recall: recall[index],
      f1: f1[index],
      averagePrecision: support > 0 ? area[index] : null,
      auroc: support > 0 && others > 0 ? auroc[index] : null,
      calibrationError: support + others > 0 ? errors[index] : null,
      ...{ tp, fp, fn, tn },
    }
  })
  const isTuned = thresholds.some((value) => value !== 0.5)
  const figures = figuresOf([preds, target], common, threshold, n_resamples, isTuned)
  const calibration = new MultilabelCalibrationError({ ...common, n_bins: BINS, average: 'micro' })
  return { labels, figures, calibrationError: each(calibration)[0], bins: binsOf(rows) }
}

function figuresOf(
  [preds, target]: readonly [Tensor, Tensor],
  common: { num_labels: number; ignore_index: number },
  threshold: Tensor,
  n_resamples: number,
  isTuned: boolean,
): Figure[] {
  const decided = (at: Tensor | number) => ({
    'macro F1': new MultilabelF1Score({ ...common, threshold: at, average: 'macro' }),
    'micro F1': new MultilabelF1Score({ ...common, threshold: at, average: 'micro' }),
    'exact match': new MultilabelExactMatch({ ...common, threshold: at }),
  })
  const metrics = {
    ...decided(threshold),
    'mean average precision': new MultilabelAveragePrecision({ ...common, average: 'macro' }),
  }
  const values: Record<string, Tensor> = new MetricCollection(metrics).forward(preds, target)
  const untuned: Record<string, Tensor> = isTuned
    ? new MetricCollection(decided(0.5)).forward(preds, target)
    : {}
  const options = { n_resamples, confidence_level: CONFIDENCE, generator: new Generator().manual_seed(0) }
  const intervals: Record<string, { confidence_interval: { low: Tensor; high: Tensor } }> =
    n_resamples > 0 ? bootstrap(new MetricCollection(metrics), preds, target, options) : {}
  return Object.entries(values).map(([name, value]) => {
    const found = intervals[name]?.confidence_interval
    return {
      name,
      value: value.item(),
      interval: found === undefined ? null : [found.low.item(), found.high.item()],
      untuned: untuned[name]?.item() ?? null,
    }
  })
}

/** All labels as one; the edges are those of MultilabelCalibrationError. */
function binsOf({ probabilities, targets }: Rows): CalibrationBin[] {
  const edges = linspace(BINS + 1)
  const bins = Array.from({ length: BINS }, () => ({ count: 0, sum: 0, positives: 0 }))
  probabilities.forEach((p, i) => {
    if (targets[i] === UNKNOWN) return
    let at = Math.min(Math.floor(p * BINS), BINS - 1)
    if (p < edges[at]) at--
    else if (at < BINS - 1 && p >= edges[at + 1]) at++
    const bin = bins[at]
    bin.count++
    bin.sum += p
    bin.positives += targets[i]
  })
  return bins.map(({ count, sum, positives }, i) => ({
    from: i / BINS,
    to: (i + 1) / BINS,
    count,
    mean: sum / count,
    share: positives / count,
  }))
}
