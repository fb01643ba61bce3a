/** Counts of true and false positives and negatives, and rarer statistics of them. */

import * as calls from '#kernels/calls'
import { RuntimeError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import type { Shape } from '../tensor/shape.js'
import {
  type DecisionOptions,
  type FractionOptions,
  LabelCounts,
  PARAMETERS,
  StatScores,
  type StatScoresOptions,
  THRESHOLD,
} from './decisions.js'
import {
  AVERAGE,
  type Average,
  averageCodes,
  checkChoice,
  IGNORE_INDEX,
  type MultidimAverage,
  type Normalize,
  NUM_LABELS,
  normalizeCodes,
  readAverage,
  type Threshold,
  VALIDATE_ARGS,
} from './options.js'
import { Fraction } from './stat_scores.js'

/** Options of metrics that compare decisions with targets, over all rows. */
type GlobalOptions = Omit<DecisionOptions, 'multidim_average'>

/** Options of MultilabelConfusionMatrix. */
export interface ConfusionMatrixOptions extends GlobalOptions {
  normalize?: Normalize | null
}

function checkFits(metric: string, fits: number): void {
  if (fits === 0) throw new RuntimeError(`${metric}: a count does not fit int32, which stands for int64 here`)
}

const CONFUSION_MATRIX = signature(
  'MultilabelConfusionMatrix',
  NUM_LABELS,
  THRESHOLD,
  IGNORE_INDEX,
  'normalize: value = None',
  VALIDATE_ARGS,
)

/**
 * For each label `[[tn, fp], [fn, tp]]`: [C, 2, 2], as int32 unless it is normalised.
 * Source: torchmetrics.classification.MultilabelConfusionMatrix.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example new torch.metrics.MultilabelConfusionMatrix({ num_labels: 3, normalize: 'true' })
 */
export class MultilabelConfusionMatrix extends LabelCounts {
  private readonly over: Normalize

  constructor(
    num_labels: number | ConfusionMatrixOptions,
    threshold?: Threshold | Omit<ConfusionMatrixOptions, 'num_labels'>,
    ignore_index?: number | null | Pick<ConfusionMatrixOptions, 'normalize' | 'validate_args'>,
    normalize?: Normalize | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, ignore_index, normalize] = CONFUSION_MATRIX.read(args)
    super(num_labels, threshold, 'global', ignore_index)
    const over = normalize ?? 'none'
    checkChoice(this.constructor.name, 'normalize', over, Object.keys(normalizeCodes) as Normalize[])
    this.over = over
  }

  /** What the counts are divided by. */
  get normalize(): Normalize {
    return this.over
  }

  protected override get resultShape(): Shape {
    return [this.num_labels, 2, 2]
  }

  protected override get isInteger(): boolean {
    return this.over === 'none'
  }

  protected override reduce(state: number, out: number): void {
    const fits = calls.stat_scores_matrix(kernels, {
      state,
      labels: this.num_labels,
      normalize: normalizeCodes[this.over],
      ...(this.isInteger ? { floats: 0, integers: out } : { floats: out, integers: 0 }),
    })
    checkFits(this.constructor.name, fits)
  }
}

const STAT_SCORES = signature('MultilabelStatScores', ...PARAMETERS)

/**
 * `[tp, fp, tn, fn, support]`: for each label with average 'none', [C, 5], their mean ('macro', the default), or their sum
 * ('micro'); counts are int32. Source: torchmetrics.classification.MultilabelStatScores.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 */
export class MultilabelStatScores extends LabelCounts {
  private readonly mean: Average

  constructor(
    num_labels: number | StatScoresOptions,
    threshold?: Threshold | Omit<StatScoresOptions, 'num_labels'>,
    average?: Average | null | Omit<StatScoresOptions, 'num_labels' | 'threshold'>,
    multidim_average?: MultidimAverage,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, average, multidim_average, ignore_index] = STAT_SCORES.read(args)
    super(num_labels, threshold, multidim_average, ignore_index)
    this.mean = readAverage(this.constructor.name, average)
  }

  /** How the labels' counts are combined. */
  get average(): Average {
    return this.mean
  }

  protected override get resultShape(): Shape {
    return this.mean === 'none' ? [this.num_labels, 5] : [5]
  }

  protected override get isInteger(): boolean {
    return this.mean === 'none' || this.mean === 'micro'
  }

  protected override reduce(state: number, out: number): void {
    const fits = calls.stat_scores_columns(kernels, {
      state,
      labels: this.num_labels,
      average: averageCodes[this.mean],
      ...(this.isInteger ? { floats: 0, integers: out } : { floats: out, integers: 0 }),
    })
    checkFits(this.constructor.name, fits)
  }
}

const SPECIFICITY = signature('MultilabelSpecificity', ...PARAMETERS)

/**
 * `tn / (tn + fp)`: the share of false labels that are not predicted. Source: torchmetrics.classification.MultilabelSpecificity.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 */
export class MultilabelSpecificity extends StatScores {
  protected override readonly statistic = 'specificity'

  constructor(
    num_labels: number | StatScoresOptions,
    threshold?: Threshold | Omit<StatScoresOptions, 'num_labels'>,
    average?: Average | null | Omit<StatScoresOptions, 'num_labels' | 'threshold'>,
    multidim_average?: MultidimAverage,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(SPECIFICITY.read(args))
  }
}

const NEGATIVE_PREDICTIVE_VALUE = signature('MultilabelNegativePredictiveValue', ...PARAMETERS)

/**
 * `tn / (tn + fn)`: the share of labels not predicted that are false.
 * Source: torchmetrics.classification.MultilabelNegativePredictiveValue.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 */
export class MultilabelNegativePredictiveValue extends StatScores {
  protected override readonly statistic = 'negative_predictive_value'

  constructor(
    num_labels: number | StatScoresOptions,
    threshold?: Threshold | Omit<StatScoresOptions, 'num_labels'>,
    average?: Average | null | Omit<StatScoresOptions, 'num_labels' | 'threshold'>,
    multidim_average?: MultidimAverage,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(NEGATIVE_PREDICTIVE_VALUE.read(args))
  }
}

const JACCARD_INDEX = signature(
  'MultilabelJaccardIndex',
  NUM_LABELS,
  THRESHOLD,
  AVERAGE,
  IGNORE_INDEX,
  VALIDATE_ARGS,
  'zero_division: number = 0',
)

/** Options of MultilabelJaccardIndex. */
export type JaccardOptions = Omit<FractionOptions, 'multidim_average'>

/**
 * `tp / (tp + fp + fn)`, intersection over union. Source: torchmetrics.classification.MultilabelJaccardIndex.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 */
export class MultilabelJaccardIndex extends Fraction {
  protected override readonly statistic = 'jaccard'

  constructor(
    num_labels: number | JaccardOptions,
    threshold?: Threshold | Omit<JaccardOptions, 'num_labels'>,
    average?: Average | null | Omit<JaccardOptions, 'num_labels' | 'threshold'>,
    ignore_index?: number | null,
    validate_args?: boolean,
    zero_division?: 0 | 1,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, average, ...rest] = JACCARD_INDEX.read(args)
    super([num_labels, threshold, average, 'global', ...rest])
  }
}

const MATTHEWS = signature('MultilabelMatthewsCorrCoef', NUM_LABELS, THRESHOLD, IGNORE_INDEX, VALIDATE_ARGS)

/**
 * The correlation of predictions and targets, from -1 to 1, all labels counted as one.
 * Source: torchmetrics.classification.MultilabelMatthewsCorrCoef.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 */
export class MultilabelMatthewsCorrCoef extends StatScores {
  protected override readonly statistic = 'matthews'

  constructor(
    num_labels: number | GlobalOptions,
    threshold?: Threshold | Omit<GlobalOptions, 'num_labels'>,
    ignore_index?: number | null | Pick<GlobalOptions, 'validate_args'>,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, threshold, ...rest] = MATTHEWS.read(args)
    super([num_labels, threshold, 'micro', 'global', ...rest])
  }
}
