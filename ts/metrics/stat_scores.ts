/** Metrics of decisions: every label is predicted or not. */

import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import {
  type CountingInputs,
  type DecisionOptions,
  Decisions,
  type FractionOptions,
  PARAMETERS,
  StatScores,
  type StatScoresOptions,
  THRESHOLD,
} from './decisions.js'
import {
  type Average,
  checkBeta,
  checkZeroDivision,
  IGNORE_INDEX,
  MULTIDIM_AVERAGE,
  type MultidimAverage,
  NUM_LABELS,
  type Threshold,
  VALIDATE_ARGS,
} from './options.js'

export const FRACTION_PARAMETERS = [...PARAMETERS, 'zero_division: number = 0'] as const

/** A statistic that may be 0 / 0. */
export abstract class Fraction extends StatScores {
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
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
    multidim_average?: MultidimAverage,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, multidim_average, ignore_index] = EXACT_MATCH.read(args)
    super(num_labels, threshold, multidim_average, ignore_index)
  }

  protected override get width(): number {
    return 2
  }

  protected override get resultShape() {
    return []
  }

  protected override count(...inputs: CountingInputs): void {
    kernels.exact_match_update(...inputs)
  }

  protected override reduce(state: number, out: number): void {
    kernels.metrics_mean(state, 0, out)
  }
}
