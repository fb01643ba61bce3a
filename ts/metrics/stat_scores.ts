/** Metrics of decisions: every label is predicted or not. */

import { launch } from '../memory/residency.js'
import { full } from '../tensor/create.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import type { Batch } from './batch.js'
import { StatefulMetric } from './metric.js'
import {
  type Average,
  averageCodes,
  checkAverage,
  checkBeta,
  checkZeroDivision,
  type MetricOptions,
  readThreshold,
  statisticCodes,
  type Threshold,
} from './options.js'
import { Sums } from './state.js'

/** Options of metrics that compare decisions with targets. */
export interface DecisionOptions extends MetricOptions {
  /**
   * A label is predicted where its probability is above this: 0.5, or one number for each label,
   * as `tune_thresholds` gives them.
   */
  threshold?: Threshold
}

/** Options of metrics that are made from true and false positives and negatives. */
export interface StatScoresOptions extends DecisionOptions {
  /** 'macro' by default. */
  average?: Average
}

/** Options of metrics that are fractions, which may divide by 0. */
export interface FractionOptions extends StatScoresOptions {
  /** What 0 / 0 is, such as of a label that is nowhere and never predicted: 0 or 1, by default 0. */
  zero_division?: 0 | 1
}

/** What the kernels that count take. */
type Inputs = [scores: number, codes: number, thresholds: number, state: number, rows: number, labels: number]

/** Predictions against thresholds. */
abstract class Decisions extends StatefulMetric<Sums> {
  protected override readonly kind = 'labels'
  private readonly perLabel: Tensor

  constructor(options: DecisionOptions) {
    super(options)
    this.perLabel = readThreshold(this.constructor.name, options.threshold ?? 0.5, this.num_labels)
  }

  /** Adds a batch to a state of sums. */
  protected abstract count(...inputs: Inputs): void

  protected override add(batch: Batch): void {
    const thresholds = batch.areLabels ? full([this.num_labels], 0.5) : this.perLabel
    launch(() => {
      const { scores, codes, rows, labels } = batch
      const inputs = [scores.pointer(), codes.pointer(), thresholds.pointer()] as const
      this.count(...inputs, this.state.pointer(), rows, labels)
    })
    batch.dispose()
  }
}

/** A statistic of the labels' counts of true and false positives and negatives. */
abstract class StatScores extends Decisions {
  private readonly mean: Average
  protected abstract readonly statistic: keyof typeof statisticCodes
  /** The beta of F-beta. */
  protected recallWeight = 1
  /** What 0 / 0 is. */
  protected undefinedValue = 0

  constructor(options: StatScoresOptions) {
    super(options)
    const { average = 'macro' } = options
    checkAverage(this.constructor.name, average)
    this.mean = average
  }

  /** How the labels' scores become one. */
  get average(): Average {
    return this.mean
  }

  protected override start(): Sums {
    return new Sums(4 * this.num_labels)
  }

  protected override count(...inputs: Inputs): void {
    kernels.stat_scores_update(...inputs)
  }

  override compute(): Tensor {
    const out = empty(this.constructor.name, this.average === 'none' ? [this.num_labels] : [])
    launch(() =>
      kernels.stat_scores_reduce(
        this.state.pointer(),
        this.num_labels,
        statisticCodes[this.statistic],
        this.recallWeight,
        averageCodes[this.average],
        this.undefinedValue,
        out.pointer(),
      ),
    )
    return out
  }
}

/** A statistic that may be 0 / 0. */
abstract class Fraction extends StatScores {
  constructor(options: FractionOptions) {
    super(options)
    const { zero_division = 0 } = options
    checkZeroDivision(this.constructor.name, zero_division)
    this.undefinedValue = zero_division
  }
}

/**
 * `(1 + β²) tp / ((1 + β²) tp + β² fn + fp)`: recall counts β times what precision does. Macro means
 * are over all labels, absent ones included, which have the score `zero_division`.
 * Source: torchmetrics.classification.MultilabelFBetaScore.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelFBetaScore({ num_labels: 3, beta: 2, average: 'micro' })
 */
export class MultilabelFBetaScore extends Fraction {
  readonly beta: number
  protected override readonly statistic = 'fbeta'

  constructor(options: FractionOptions & { beta: number }) {
    super(options)
    checkBeta(this.constructor.name, options.beta)
    this.beta = options.beta
    this.recallWeight = options.beta
  }
}

/**
 * `2 tp / (2 tp + fn + fp)`, the harmonic mean of precision and recall. Macro means are over all
 * labels, absent ones included, which have the score `zero_division`.
 * Source: torchmetrics.classification.MultilabelF1Score.
 *
 * @throws ValueError for options out of range
 * @example
 * const metric = new torch.metrics.MultilabelF1Score({ num_labels: 3, average: 'none' })
 * metric.update(torch.tensor([[0.9, 0.2, 0.7]]), torch.tensor([[1, 0, 0]]))
 * metric.compute().tolist() // [1, 0, 0]
 */
export class MultilabelF1Score extends Fraction {
  protected override readonly statistic = 'fbeta'
}

/**
 * `tp / (tp + fp)`: how many of the predicted labels are right.
 * Source: torchmetrics.classification.MultilabelPrecision.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelPrecision({ num_labels: 3, average: 'micro' })
 */
export class MultilabelPrecision extends Fraction {
  protected override readonly statistic = 'precision'
}

/**
 * `tp / (tp + fn)`: how many of the labels were found.
 * Source: torchmetrics.classification.MultilabelRecall.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelRecall({ num_labels: 3, average: 'none' })
 */
export class MultilabelRecall extends Fraction {
  protected override readonly statistic = 'recall'
}

/**
 * `(tp + tn) / all`: how many decisions are right.
 * Source: torchmetrics.classification.MultilabelAccuracy.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelAccuracy({ num_labels: 3, ignore_index: -1 })
 */
export class MultilabelAccuracy extends StatScores {
  protected override readonly statistic = 'accuracy'
}

/**
 * `(fp + fn) / all`: how many decisions are wrong; of no rows 1.
 * Source: torchmetrics.classification.MultilabelHammingDistance.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelHammingDistance({ num_labels: 3, average: 'micro' })
 */
export class MultilabelHammingDistance extends StatScores {
  protected override readonly statistic = 'hamming'
}

/**
 * How many rows are right in every label (subset accuracy); an ignored label counts as right.
 * Source: torchmetrics.classification.MultilabelExactMatch.
 *
 * @throws ValueError for options out of range
 * @example new torch.metrics.MultilabelExactMatch({ num_labels: 3, threshold: 0.3 })
 */
export class MultilabelExactMatch extends Decisions {
  protected override start(): Sums {
    return new Sums(2)
  }

  protected override count(...inputs: Inputs): void {
    kernels.exact_match_update(...inputs)
  }

  override compute(): Tensor {
    return this.state.mean(this.constructor.name, 0)
  }
}
