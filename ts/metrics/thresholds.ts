import * as calls from '#kernels/calls'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { Batch } from './batch.js'
import { checkBeta, checkChoice, checkIgnoreIndex, IGNORE_INDEX, statisticCodes } from './options.js'

/** Metrics that a threshold can be tuned for. */
export type TuningMetric = 'f1' | 'fbeta' | 'precision' | 'recall' | 'accuracy' | 'balanced_accuracy'

/** Options of {@link tune_thresholds}. */
export interface TuningOptions {
  /** 'f1' by default. */
  metric?: TuningMetric
  /** Whether each label has its own threshold (the default), or all share the one that is best for the micro average. */
  per_label?: boolean
  /** For 'fbeta': recall counts beta times as much as precision; 1 by default. */
  beta?: number
  /** Targets with this value, an integer such as -1 or NaN, are missing and do not count. */
  ignore_index?: number | null
}

/** The result of {@link tune_thresholds}. */
export interface TunedThresholds {
  /** [C], or 0-d with `per_label: false`. */
  thresholds: Tensor
  /** The metric of each threshold on these rows; of the same shape. */
  scores: Tensor
}

const TUNE_THRESHOLDS = signature(
  'tune_thresholds',
  'probabilities: Tensor',
  'targets: Tensor',
  "metric: str = 'f1'",
  'per_label: bool = True',
  'beta: number = 1',
  IGNORE_INDEX,
)

const statisticOf = (metric: TuningMetric) => statisticCodes[metric === 'f1' ? 'fbeta' : metric]
const METRICS: readonly TuningMetric[] = [
  'f1',
  'fbeta',
  'precision',
  'recall',
  'accuracy',
  'balanced_accuracy',
]

/**
 * The exact threshold with the best metric, among all ways to split the distinct probabilities of a
 * label into predicted (above the threshold) and not, in O(N log N). It lies midway between the two
 * neighbouring probabilities, or between the outermost one and 0 or 1; ties go to the
 * highest. If all are equally good, as for F1 of a label without positives, it is 0.5; if
 * probabilities of 0 must be predicted, it is -1.
 *
 * Tune on rows that neither training nor the final test uses.
 *
 * @param probabilities [N, C, ...]; logits if any is outside [0, 1], but the thresholds are always
 * probabilities
 * @param targets of the same shape: 0 and 1 of any dtype, or `ignore_index`
 * @throws RuntimeError for shapes that differ or other targets, ValueError for NaN or an unknown metric
 * @example
 * const { thresholds } = torch.metrics.tune_thresholds(probabilities, targets, { metric: 'f1' })
 * const f1 = new torch.metrics.MultilabelF1Score({ num_labels: 20, threshold: thresholds })
 */
export function tune_thresholds(
  probabilities: Tensor,
  targets: Tensor,
  metric?: TuningMetric | TuningOptions,
  per_label?: boolean | Omit<TuningOptions, 'metric'>,
  beta?: number | Omit<TuningOptions, 'metric' | 'per_label'>,
  ignore_index?: number | null | Pick<TuningOptions, 'ignore_index'>,
): TunedThresholds
export function tune_thresholds(...args: unknown[]): TunedThresholds {
  const [probabilities, targets, metric, per_label, beta, ignore_index] = TUNE_THRESHOLDS.read(args)
  const op = 'tune_thresholds'
  checkChoice(op, 'metric', metric, METRICS)
  checkBeta(op, beta)
  checkIgnoreIndex(op, ignore_index)
  const batch = Batch.read(op, probabilities, targets, {
    kind: 'probabilities',
    num_labels: null,
    names: ['probabilities', 'targets'],
    ignore_index,
  })
  const [rows, labels] = per_label ? [batch.rows, batch.labels] : [batch.rows * batch.labels, 1]
  const [thresholds, scores] = [0, 1].map(() => empty(op, per_label ? [labels] : []))
  const workspace = new Storage(8 * rows)
  const isDone = launch(() =>
    calls.tune_thresholds(kernels, {
      probabilities: batch.scores.pointer(),
      codes: batch.codes.pointer(),
      rows,
      labels,
      statistic: statisticOf(metric),
      beta: metric === 'fbeta' ? beta : 1,
      thresholds: thresholds.pointer(),
      best: scores.pointer(),
      workspace: workspace.pointer(),
    }),
  )
  workspace.dispose()
  batch.dispose()
  if (!isDone) throw new ValueError(`${op}: probabilities must not contain NaN`)
  return { thresholds, scores }
}
