import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { tensor } from '../tensor/create.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkIgnoreIndex, IGNORE_INDEX } from './options.js'
import { quantileOf } from './quantile.js'

/** Options of {@link calibration_curve}. */
export interface CalibrationOptions {
  /** 5 by default. */
  n_bins?: number
  /** Bins of one width, the default, or of one number of probabilities. */
  strategy?: 'uniform' | 'quantile'
  /** Labels with this value, an integer such as -1 or NaN, are missing and do not count. */
  ignore_index?: number | null
}

const CALIBRATION = signature(
  'calibration_curve',
  'y_true: Tensor',
  'y_prob: Tensor',
  '*',
  'n_bins: int = 5',
  "strategy: str = 'uniform'",
  IGNORE_INDEX,
)

/** The most bins. */
const MOST = 1e6

/**
 * How often labels of a probability are true: in bins of probabilities, without the empty ones, the share of true labels and the mean
 * probability, which are equal for a calibrated model. All elements count alike. Source: sklearn.calibration.calibration_curve.
 *
 * @param y_true 0 and 1, of any shape; take a column for a single label
 * @param y_prob probabilities of that shape
 * @throws ValueError if shapes differ, or values are out of range
 * @example const [prob_true, prob_pred] = calibration_curve(targets, logits.sigmoid(), { n_bins: 10 })
 */
export function calibration_curve(
  y_true: Tensor,
  y_prob: Tensor,
  options?: CalibrationOptions,
): [prob_true: Tensor, prob_pred: Tensor]
export function calibration_curve(...args: unknown[]): [Tensor, Tensor] {
  const op = 'calibration_curve'
  const [y_true, y_prob, n_bins, strategy, ignore_index] = CALIBRATION.read(args)
  if (!sameShape(y_true.shape, y_prob.shape)) {
    throw new ValueError(
      `${op}: y_true and y_prob must have one shape, but got ${formatShape(y_true.shape)} and ${formatShape(y_prob.shape)}`,
    )
  }
  if (n_bins < 1 || n_bins > MOST)
    throw new ValueError(`${op}: n_bins must be from 1 to ${MOST}, but got ${n_bins}`)
  if (strategy !== 'uniform' && strategy !== 'quantile') {
    throw new ValueError(
      "Invalid entry to 'strategy' input. Strategy must be either 'quantile' or 'uniform'.",
    )
  }
  checkIgnoreIndex(op, ignore_index)
  const given = Array.from(y_true.data())
  const isKnown = (_: number, i: number) => given[i] !== ignore_index && !Object.is(given[i], ignore_index)
  const [labels, probabilities] = [given.filter(isKnown), Array.from(y_prob.data()).filter(isKnown)]
  if (!probabilities.every((p) => p >= 0 && p <= 1)) throw new ValueError('y_prob has values outside [0, 1].')
  if (!labels.every((label) => label === 0 || label === 1)) {
    throw new ValueError(`${op}: y_true must be 0 and 1`)
  }
  const edges = strategy === 'uniform' ? evenly(n_bins) : quantiles(probabilities, n_bins)
  const bins = Array.from({ length: n_bins }, () => ({ count: 0, positives: 0, sum: 0 }))
  for (const [i, p] of probabilities.entries()) {
    const bin = bins[binOf(edges, p)]
    bin.count++
    bin.positives += labels[i]
    bin.sum += p
  }
  const filled = bins.filter(({ count }) => count > 0)
  return [
    tensor(filled.map(({ positives, count }) => positives / count)),
    tensor(filled.map(({ sum, count }) => sum / count)),
  ]
}

/** The edges between bins of one width. */
const evenly = (bins: number): number[] => Array.from({ length: bins - 1 }, (_, i) => (i + 1) * (1 / bins))

/** The edges between bins of one number of values. */
function quantiles(values: readonly number[], bins: number): number[] {
  const sorted = Float64Array.from(values).sort()
  return evenly(bins).map((share) => quantileOf(sorted, share))
}

/** The number of edges below a value. */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
