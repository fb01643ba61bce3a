/** Metrics of decisions: every label is predicted or not. */

import * as calls from '#kernels/calls'
import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { full } from '../tensor/create.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'
import { StatefulMetric } from './metric.js'
import {
  AVERAGE,
  type Average,
  averageCodes,
  checkBeta,
  checkZeroDivision,
  IGNORE_INDEX,
  type MetricOptions,
  MULTIDIM_AVERAGE,
  NUM_LABELS,
  readAverage,
  readThreshold,
  statisticCodes,
  type Threshold,
  VALIDATE_ARGS,
} from './options.js'
import { Sums } from './state.js'

/** Options of metrics that compare decisions with targets. */
export interface DecisionOptions extends MetricOptions {
  /**
   * A label is predicted if its probability is above this: 0.5 by default, or one number for each label,
   * as from `tune_thresholds`.
   */
  threshold?: Threshold
  /** Dimensions after the labels count as more rows. */
  multidim_average?: 'global'
}

/** Options of metrics computed from true and false positives and negatives. */
export interface StatScoresOptions extends DecisionOptions {
  /** 'macro' by default. */
  average?: Average | null
}

/** Options of metrics that may divide by 0. */
export interface FractionOptions extends StatScoresOptions {
  /** The value of 0 / 0, as for a label that never occurs and is never predicted: 0 or 1, by default 0. */
  zero_division?: 0 | 1
}

const THRESHOLD = 'threshold: value = 0.5'
const PARAMETERS = [NUM_LABELS, THRESHOLD, AVERAGE, MULTIDIM_AVERAGE, IGNORE_INDEX, VALIDATE_ARGS] as const
const FRACTION_PARAMETERS = [...PARAMETERS, 'zero_division: number = 0'] as const

/** Arguments of the counting kernels. */
type Inputs = [scores: number, codes: number, thresholds: number, state: number, rows: number, labels: number]

/** Predictions against thresholds. */
abstract class Decisions extends StatefulMetric<Sums> {
  protected override readonly kind = 'labels'
  private readonly perLabel: Tensor

  constructor(num_labels: unknown, threshold: unknown, ignore_index: unknown) {
    super(num_labels, ignore_index)
    this.perLabel = readThreshold(this.constructor.name, threshold, this.num_labels)
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
  /** The value of 0 / 0. */
  protected undefinedValue = 0

  constructor([num_labels, threshold, average, , ignore_index]: ArgumentsOf<typeof PARAMETERS>) {
    super(num_labels, threshold, ignore_index)
    this.mean = readAverage(this.constructor.name, average)
  }

  /** How the labels' scores are combined. */
  get average(): Average {
    return this.mean
  }

  protected override start(): Sums {
    return new Sums(4 * this.num_labels)
  }

  protected override count(...inputs: Inputs): void {
    kernels.stat_scores_update(...inputs)
  }

  protected override value(): Tensor {
    const out = empty(this.constructor.name, this.average === 'none' ? [this.num_labels] : [])
    launch(() =>
      calls.stat_scores_reduce(kernels, {
        state: this.state.pointer(),
        labels: this.num_labels,
        statistic: statisticCodes[this.statistic],
        beta: this.recallWeight,
        average: averageCodes[this.average],
        zero_division: this.undefinedValue,
        out: out.pointer(),
      }),
    )
    return out
  }
}

/** A statistic that may be 0 / 0. */
abstract class Fraction extends StatScores {
  constructor(given: ArgumentsOf<typeof FRACTION_PARAMETERS>) {
    const [num_labels, threshold, average, multidim_average, ignore_index, validate_args, zero_division] =
      given
    super([num_labels, threshold, average, multidim_average, ignore_index, validate_args])
    checkZeroDivision(this.constructor.name, zero_division)
    this.undefinedValue = zero_division
  }
}

const FBETA_SCORE = signature('MultilabelFBetaScore', 'beta: number', ...FRACTION_PARAMETERS)

/**
 * `(1 + β²) tp / ((1 + β²) tp + β² fn + fp)`: recall counts β times as much as precision. Macro means
 * include absent labels, with the score `zero_division`.
 * Source: torchmetrics.classification.MultilabelFBetaScore.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelFBetaScore({ num_labels: 3, beta: 2, average: 'micro' })
 */
export class MultilabelFBetaScore extends Fraction {
  readonly beta: number
  protected override readonly statistic = 'fbeta'

  constructor(
    beta: number | (FractionOptions & { beta: number }),
    num_labels?: number | FractionOptions,
    threshold?: Threshold | Omit<FractionOptions, 'num_labels'>,
    average?: Average | null | Omit<FractionOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
    zero_division?: 0 | 1,
  )
  constructor(...args: unknown[]) {
    const [beta, ...rest] = FBETA_SCORE.read(args)
    super(rest)
    checkBeta(this.constructor.name, beta)
    this.beta = beta
    this.recallWeight = beta
  }
}

const F1_SCORE = signature('MultilabelF1Score', ...FRACTION_PARAMETERS)

/**
 * `2 tp / (2 tp + fn + fp)`, the harmonic mean of precision and recall. Macro means include
 * absent labels, with the score `zero_division`.
 * Source: torchmetrics.classification.MultilabelF1Score.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example
 * const metric = new torch.metrics.MultilabelF1Score({ num_labels: 3, average: 'none' })
 * metric.update(torch.tensor([[0.9, 0.2, 0.7]]), torch.tensor([[1, 0, 0]]))
 * metric.compute().tolist() // [1, 0, 0]
 */
export class MultilabelF1Score extends Fraction {
  protected override readonly statistic = 'fbeta'

  constructor(
    num_labels: number | FractionOptions,
    threshold?: Threshold | Omit<FractionOptions, 'num_labels'>,
    average?: Average | null | Omit<FractionOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
    zero_division?: 0 | 1,
  )
  constructor(...args: unknown[]) {
    super(F1_SCORE.read(args))
  }
}

const PRECISION = signature('MultilabelPrecision', ...FRACTION_PARAMETERS)

/**
 * `tp / (tp + fp)`: the share of predicted labels that are true.
 * Source: torchmetrics.classification.MultilabelPrecision.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelPrecision({ num_labels: 3, average: 'micro' })
 */
export class MultilabelPrecision extends Fraction {
  protected override readonly statistic = 'precision'

  constructor(
    num_labels: number | FractionOptions,
    threshold?: Threshold | Omit<FractionOptions, 'num_labels'>,
    average?: Average | null | Omit<FractionOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
    zero_division?: 0 | 1,
  )
  constructor(...args: unknown[]) {
    super(PRECISION.read(args))
  }
}

const RECALL = signature('MultilabelRecall', ...FRACTION_PARAMETERS)

/**
 * `tp / (tp + fn)`: the share of true labels that are predicted.
 * Source: torchmetrics.classification.MultilabelRecall.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelRecall({ num_labels: 3, average: 'none' })
 */
export class MultilabelRecall extends Fraction {
  protected override readonly statistic = 'recall'

  constructor(
    num_labels: number | FractionOptions,
    threshold?: Threshold | Omit<FractionOptions, 'num_labels'>,
    average?: Average | null | Omit<FractionOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
    zero_division?: 0 | 1,
  )
  constructor(...args: unknown[]) {
    super(RECALL.read(args))
  }
}

const ACCURACY = signature('MultilabelAccuracy', ...PARAMETERS)

/**
 * `(tp + tn) / all`: the share of right decisions.
 * Source: torchmetrics.classification.MultilabelAccuracy.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelAccuracy({ num_labels: 3, ignore_index: -1 })
 */
export class MultilabelAccuracy extends StatScores {
  protected override readonly statistic = 'accuracy'

  constructor(
    num_labels: number | StatScoresOptions,
    threshold?: Threshold | Omit<StatScoresOptions, 'num_labels'>,
    average?: Average | null | Omit<StatScoresOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(ACCURACY.read(args))
  }
}

const HAMMING_DISTANCE = signature('MultilabelHammingDistance', ...PARAMETERS)

/**
 * `(fp + fn) / all`: the share of wrong decisions; 1 without rows.
 * Source: torchmetrics.classification.MultilabelHammingDistance.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelHammingDistance({ num_labels: 3, average: 'micro' })
 */
export class MultilabelHammingDistance extends StatScores {
  protected override readonly statistic = 'hamming'

  constructor(
    num_labels: number | StatScoresOptions,
    threshold?: Threshold | Omit<StatScoresOptions, 'num_labels'>,
    average?: Average | null | Omit<StatScoresOptions, 'num_labels' | 'threshold'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(HAMMING_DISTANCE.read(args))
  }
}

const EXACT_MATCH = signature(
  'MultilabelExactMatch',
  NUM_LABELS,
  THRESHOLD,
  MULTIDIM_AVERAGE,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The share of rows that are right in every label (subset accuracy); an ignored label counts as right.
 * Source: torchmetrics.classification.MultilabelExactMatch.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelExactMatch({ num_labels: 3, threshold: 0.3 })
 */
export class MultilabelExactMatch extends Decisions {
  constructor(
    num_labels: number | DecisionOptions,
    threshold?: Threshold | Omit<DecisionOptions, 'num_labels'>,
    multidim_average?: 'global',
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, , ignore_index] = EXACT_MATCH.read(args)
    super(num_labels, threshold, ignore_index)
  }

  protected override start(): Sums {
    return new Sums(2)
  }

  protected override count(...inputs: Inputs): void {
    kernels.exact_match_update(...inputs)
  }

  protected override value(): Tensor {
    return this.state.mean(this.constructor.name, 0)
  }
}
