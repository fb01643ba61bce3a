import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { no_grad } from '../graph/grad_mode.js'
import { randint } from '../ops/random/sample.js'
import { selected } from '../ops/shape/index_select.js'
import type { Generator } from '../random/generator.js'
import { tensor } from '../tensor/create.js'
import { checkShape, formatShape, type Shape, sameShape } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { MetricCollection } from './collection.js'
import { Metric } from './metric.js'
import { quantileOf } from './quantile.js'

/** Options of {@link bootstrap}. */
export interface BootstrapOptions {
  /** How many times rows are drawn: 1000 by default. */
  n_resamples?: number
  /** The share of resamples within the interval: 0.95 by default. */
  confidence_level?: number
  /** The default generator by default. */
  generator?: Generator | null
}

/** What resamples say of a metric; its parts have the names of scipy.stats.bootstrap. */
export interface BootstrapResult {
  /** Percentiles of the resamples, each of the metric's shape. */
  confidence_interval: { low: Tensor; high: Tensor }
  /** Their standard deviation, of the metric's shape. */
  standard_error: Tensor
  /** The metric of each resample: [n_resamples, ...]. */
  bootstrap_distribution: Tensor
}

/** A metric of whole rows, as a function. */
export type MetricOfRows = (preds: Tensor, target: Tensor) => Tensor | number

const BOOTSTRAP = signature(
  'bootstrap',
  'metric: value',
  'preds: Tensor',
  'target: Tensor',
  '*',
  'n_resamples: int = 1000',
  'confidence_level: number = 0.95',
  'generator: Generator = None',
)

/** Values of one metric, resample after resample. */
class Distribution {
  private shape: Shape | null = null
  private values = new Float64Array(0)
  private filled = 0

  constructor(private readonly resamples: number) {}

  push(result: Tensor | number): void {
    const shape = typeof result === 'number' ? [] : result.shape
    const values = typeof result === 'number' ? [result] : result.data()
    if (this.shape === null) {
      checkShape('bootstrap', [this.resamples, ...shape])
      this.shape = [...shape]
      this.values = new Float64Array(this.resamples * values.length)
    } else if (!sameShape(this.shape, shape)) {
      throw new ValueError(
        `bootstrap: metric must return one shape, but got ${formatShape(this.shape)} and ${formatShape(shape)}`,
      )
    }
    this.values.set(values, values.length * this.filled++)
  }

  result(level: number): BootstrapResult {
    const { resamples, values, shape } = this
    const of = (statistic: (sorted: Float64Array) => number): Tensor => {
      const size = values.length / resamples
      const each = Float32Array.from({ length: size }, (_, i) =>
        statistic(Float64Array.from({ length: resamples }, (_, k) => values[k * size + i]).sort()),
      )
      return tensor(each).alias(shape ?? [])
    }
    return {
      confidence_interval: {
        low: of((sorted) => quantileOf(sorted, (1 - level) / 2)),
        high: of((sorted) => quantileOf(sorted, (1 + level) / 2)),
      },
      standard_error: of(deviation),
      bootstrap_distribution: tensor(Float32Array.from(values)).alias([resamples, ...(shape ?? [])]),
    }
  }
}

/** The standard deviation of a sample; NaN for one value. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1))
}

/** What a metric, several or a function give for positions of rows. */
function measuring(metric: unknown, preds: Tensor, target: Tensor): (positions: Tensor) => unknown {
  if (metric instanceof Metric || metric instanceof MetricCollection) return metric.resampling(preds, target)
  if (typeof metric === 'function') {
    return (positions) => metric(...[preds, target].map((rows) => selected(rows.detach(), 0, positions)))
  }
  throw new TypeError(
    `bootstrap: metric must be a metric, a MetricCollection or a function of preds and target, but got ${describe(metric)}`,
  )
}

/**
 * How far a metric would be off for other rows of the same kind: the rows are drawn again and again, with replacement, and the
 * metric's percentiles are a confidence interval. States of metrics stay as they are. The same generator gives the same interval.
 * Source: scipy.stats.bootstrap with method 'percentile', paired; torchmetrics.wrappers.BootStrapper.
 *
 * @param metric a metric, a MetricCollection (then the results are by its names), or a function that returns a number or a tensor
 * @param preds rows of predictions [N, ...]
 * @param target rows of targets [N, ...]
 * @throws ValueError without rows, for other numbers of them, or options out of range
 * @example
 * const f1 = new torch.metrics.MultilabelF1Score({ num_labels: 20 })
 * const { low, high } = torch.metrics.bootstrap(f1, probabilities, targets).confidence_interval
 */
export function bootstrap<M extends Readonly<Record<string, Metric>>>(
  metric: MetricCollection<M>,
  preds: Tensor,
  target: Tensor,
  options?: BootstrapOptions,
): { [K in keyof M]: BootstrapResult }
export function bootstrap(
  metric: Metric | MetricOfRows,
  preds: Tensor,
  target: Tensor,
  options?: BootstrapOptions,
): BootstrapResult
export function bootstrap(...args: unknown[]): BootstrapResult | Record<string, BootstrapResult> {
  const op = 'bootstrap'
  const [metric, preds, target, n_resamples, confidence_level, generator] = BOOTSTRAP.read(args)
  const [rows = 0, others = 0] = [preds, target].map((x) => x.shape[0])
  if (rows === 0 || rows !== others) {
    throw new ValueError(
      `${op}: preds and target must have the same number of rows, at least one, but got ${formatShape(preds.shape)} and ${formatShape(target.shape)}`,
    )
  }
  if (n_resamples < 1 || n_resamples > MOST)
    throw new ValueError(`${op}: n_resamples must be from 1 to ${MOST}, but got ${n_resamples}`)
  if (!(confidence_level > 0 && confidence_level < 1)) {
    throw new ValueError(`${op}: confidence_level must be between 0 and 1, but got ${confidence_level}`)
  }
  return no_grad(() => {
    const measure = measuring(metric, preds, target)
    const distributions = new Map<string, Distribution>()
    for (let i = 0; i < n_resamples; i++) {
      const positions = randint(op, 0, rows, [rows], 'int32', { generator })
      for (const [name, value] of Object.entries(byName(metric, measure(positions)))) {
        const known = distributions.get(name) ?? new Distribution(n_resamples)
        distributions.set(name, known)
        known.push(value)
      }
      positions.dispose()
    }
    const results = Array.from(distributions, ([name, known]) => [name, known.result(confidence_level)])
    return metric instanceof MetricCollection ? Object.fromEntries(results) : results[0][1]
  })
}

/** The most resamples. */
const MOST = 1e6

function byName(metric: unknown, measured: unknown): Record<string, Tensor | number> {
  const named =
    metric instanceof MetricCollection ? (measured as Record<string, unknown>) : { metric: measured }
  for (const [name, value] of Object.entries(named)) {
    if (typeof value === 'number') continue
    checkTensor(`bootstrap: the result of ${name}`, 'result', value)
  }
  return named as Record<string, Tensor | number>
}
