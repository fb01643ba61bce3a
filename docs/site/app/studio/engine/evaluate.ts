/** What a model is worth on rows that it did not learn from. */
import torch from 'softmargin'
import type { Curve, LabelScores, Part, Scores } from '../protocol.ts'
import { type Dataset, targetsOf } from './dataset.ts'
import type { Run } from './run.ts'

const IGNORED = { ignore_index: Number.NaN }

/** Probabilities beside targets, both [rows, labels]. */
export interface Predictions {
  rows: Int32Array
  probabilities: torch.Tensor
  targets: torch.Tensor
  weights: 'best' | 'current'
}

/** Rows that are predicted together: an activation of a layer takes memory for all of them. */
const TOGETHER = 4096

export function predict(run: Run, rows: Int32Array): Predictions {
  const { dataset, inputs, model } = run
  const { result, weights } = run.withBest(() => {
    const parts: torch.Tensor[] = []
    for (let from = 0; from < rows.length; from += TOGETHER)
      parts.push(torch.sigmoid(model.forward(inputs.tensor(rows.subarray(from, from + TOGETHER)))))
    return parts.length === 1 ? parts[0] : torch.cat(parts)
  })
  return { rows, probabilities: result, targets: targetsOf(dataset, rows), weights }
}

/** The threshold of each label that has the best F1. */
export function tuned({ probabilities, targets }: Predictions): Float32Array {
  return Float32Array.from(
    torch.metrics.tune_thresholds(probabilities, targets, { metric: 'f1', ...IGNORED }).thresholds.data(),
  )
}

export function scoresOf(
  predictions: Predictions,
  { labels }: Dataset,
  limits: Float32Array,
  part: Part,
): Scores {
  const { rows, weights } = predictions
  const { probabilities, targets } = severalLabels(predictions)
  const num_labels = targets.shape[1]
  const { MultilabelPrecision, MultilabelRecall, MultilabelF1Score, MultilabelAveragePrecision } =
    torch.metrics
  const threshold = torch.tensor(limits.length > 1 ? limits : Float32Array.of(limits[0], limits[0]))
  const each = { num_labels, threshold, average: 'none', ...IGNORED } as const
  const [precision, recall, f1] = [MultilabelPrecision, MultilabelRecall, MultilabelF1Score].map((Metric) =>
    new Metric(each).forward(probabilities, targets).data(),
  )
  const common = (average: 'micro' | 'macro', limit: torch.Tensor | number) =>
    new MultilabelF1Score({ num_labels, threshold: limit, average, ...IGNORED })
      .forward(probabilities, targets)
      .item()
  const precisions = new MultilabelAveragePrecision({ num_labels, average: 'none', ...IGNORED })
    .forward(probabilities, targets)
    .data()
  const mean = new MultilabelAveragePrecision({ num_labels, ...IGNORED })
    .forward(probabilities, targets)
    .item()
  const support = positivesOf(targets.data() as Float32Array, num_labels)
  return {
    ...{ part, rows: rows.length, weights },
    labels: labels.map((name, i): LabelScores => {
      return {
        ...{ name, support: support[i], threshold: limits[i], average_precision: precisions[i] },
        ...{ precision: precision?.[i], recall: recall?.[i], f1: f1?.[i] },
      }
    }),
    micro_f1: common('micro', threshold),
    macro_f1: common('macro', threshold),
    micro_f1_at_half: common('micro', 0.5),
    macro_f1_at_half: common('macro', 0.5),
    mean_average_precision: mean,
  }
}

function positivesOf(targets: Float32Array, labels: number): Int32Array {
  const counts = new Int32Array(labels)
  targets.forEach((value, i) => {
    if (value === 1) counts[i % labels] += 1
  })
  return counts
}

/** Points of a curve that a chart can show. */
const POINTS = 400

/** Curves of all labels, as they are computed together. */
const curves = new WeakMap<Predictions, torch.Tensor[][]>()

/** The precision-recall curve of one label. */
export function curveOf(predictions: Predictions, label: number): Curve {
  const known = curves.get(predictions)
  const all = known ?? curvesOf(predictions)
  if (known === undefined) curves.set(predictions, all)
  const [precision, recall, thresholds] = all.map((list) => Array.from(list[label].data() as Float32Array))
  // The last point of torchmetrics' curve, precision 1 at recall 0, has no threshold.
  const count = thresholds.length
  const step = Math.max(1, count / POINTS)
  const chosen = Array.from({ length: Math.min(count, POINTS) }, (_, i) =>
    Math.min(count - 1, Math.floor(i * step)),
  )
  if (count > 0 && chosen[chosen.length - 1] !== count - 1) chosen.push(count - 1)
  const at = (list: number[]) => chosen.map((i) => list[i])
  return { label, precision: at(precision), recall: at(recall), thresholds: at(thresholds) }
}

function curvesOf(predictions: Predictions): torch.Tensor[][] {
  const { probabilities, targets } = severalLabels(predictions)
  const metric = new torch.metrics.MultilabelPrecisionRecallCurve({
    num_labels: targets.shape[1],
    ...IGNORED,
  })
  return metric.forward(probabilities, targets) as torch.Tensor[][]
}

/** Metrics want two labels at least: one stands twice, which changes no mean. */
function severalLabels({ probabilities, targets }: Predictions) {
  if (targets.shape[1] > 1) return { probabilities, targets }
  const twice = (x: torch.Tensor) => torch.cat([x, x], 1)
  return { probabilities: twice(probabilities), targets: twice(targets) }
}
