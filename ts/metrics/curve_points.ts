/** The points of precision-recall and ROC curves, and the best of them under a condition. */

import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { stack } from '../ops/shape/join.js'
import { narrow } from '../ops/shape/slice.js'
import { duplicate } from '../tensor/copy.js'
import { tensor } from '../tensor/create.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Kind } from './batch.js'
import { CurveMetric } from './curve_base.js'
import {
  curveCodes,
  IGNORE_INDEX,
  type MetricOptions,
  NUM_LABELS,
  THRESHOLDS,
  type Thresholds,
  VALIDATE_ARGS,
} from './options.js'

/** Options of curves. */
export interface CurvePointsOptions extends MetricOptions {
  /** null (the default): every score is a threshold. A number of thresholds evenly spaced from 0 to 1, or a list of them. */
  thresholds?: Thresholds
}

/** Two coordinates and thresholds: lists with a tensor for each label; with given thresholds [C, T], [C, T] and [T]. */
export type CurvePoints =
  | [x: Tensor[], y: Tensor[], thresholds: Tensor[]]
  | [x: Tensor, y: Tensor, thresholds: Tensor]

/** One label's points. */
type Points = [x: Tensor, y: Tensor, thresholds: Tensor]

const PARAMETERS = [NUM_LABELS, THRESHOLDS, IGNORE_INDEX, VALIDATE_ARGS] as const

abstract class PointsMetric<Result> extends CurveMetric<Result> {
  protected abstract readonly curve: keyof typeof curveCodes

  /** Thresholds are values of scores: logits are converted. */
  protected override get kind(): Kind {
    return 'probabilities'
  }

  /** The points of each label. */
  protected points(): Points[] {
    const labels = Array.from({ length: this.num_labels }, (_, label) => label)
    return this.thresholds === null ? this.exact(labels) : this.binned(labels, this.thresholds)
  }

  private exact(each: readonly number[]): Points[] {
    const op = this.constructor.name
    const { scores, codes } = this.state.samples.joined(op)
    const [rows, labels] = scores.shape
    const workspace = new Storage(8 * rows)
    const [x, y, thresholds] = [0, 1, 2].map(() => empty(op, [rows + 1]))
    const points = each.map((label): Points => {
      const count = launch(() =>
        calls.curve_points(kernels, {
          curve: curveCodes[this.curve],
          scores: scores.pointer(),
          codes: codes.pointer(),
          rows,
          labels,
          label,
          x: x.pointer(),
          y: y.pointer(),
          thresholds: thresholds.pointer(),
          workspace: workspace.pointer(),
        }),
      )
      const length = this.curve === 'roc' ? count : count + 1
      const part = (of: Tensor, size: number) => duplicate(narrow(of, 0, 0, size))
      return [part(x, length), part(y, length), part(thresholds, count)]
    })
    for (const temporary of [x, y, thresholds, workspace]) temporary.dispose()
    return points
  }

  private binned(each: readonly number[], thresholds: Tensor): Points[] {
    const op = this.constructor.name
    const { bins } = this
    const ordered =
      this.curve === 'roc' ? tensor(thresholds.data<Float32Array>().slice().reverse()) : thresholds
    return each.map((label): Points => {
      const [x, y] = [empty(op, [bins]), empty(op, [bins])]
      launch(() =>
        calls.binned_curve_points(kernels, {
          curve: curveCodes[this.curve],
          state: this.state.counts.pointer() + 16 * bins * label,
          bins,
          x: x.pointer(),
          y: y.pointer(),
        }),
      )
      if (this.curve !== 'roc') return [x, y, ordered]
      return [narrow(x, 0, 0, bins - 1), narrow(y, 0, 0, bins - 1), ordered]
    })
  }
}

abstract class Curve extends PointsMetric<CurvePoints> {
  protected override value(): CurvePoints {
    const points = this.points()
    const [x, y, thresholds] = [0, 1, 2].map((i) => points.map((of) => of[i]))
    return this.thresholds === null ? [x, y, thresholds] : [stack(x), stack(y), thresholds[0]]
  }
}

const PRECISION_RECALL_CURVE = signature('MultilabelPrecisionRecallCurve', ...PARAMETERS)

/**
 * Precision, recall and thresholds of every label, in ascending order of the thresholds; the last point, without a
 * threshold, is (1, 0). Source: torchmetrics.classification.MultilabelPrecisionRecallCurve.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range, and from `compute` before there are samples
 * @example
 * const curve = new torch.metrics.MultilabelPrecisionRecallCurve({ num_labels: 3 })
 * curve.update(preds, target)
 * const [precision, recall, thresholds] = curve.compute() // precision[0]: of the first label
 */
export class MultilabelPrecisionRecallCurve extends Curve {
  protected override readonly curve = 'average_precision'

  constructor(
    num_labels: number | CurvePointsOptions,
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, thresholds, ignore_index] = PRECISION_RECALL_CURVE.read(args)
    super(num_labels, thresholds, ignore_index)
  }
}

const ROC = signature('MultilabelROC', ...PARAMETERS)

/**
 * False positive rate, true positive rate and thresholds of every label, in descending order of the thresholds, starting at
 * (0, 0). Source: torchmetrics.classification.MultilabelROC.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range, and from `compute` before there are samples
 */
export class MultilabelROC extends Curve {
  protected override readonly curve = 'roc'

  constructor(
    num_labels: number | CurvePointsOptions,
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, thresholds, ignore_index] = ROC.read(args)
    super(num_labels, thresholds, ignore_index)
  }
}

/** The best value of each label, [C], and its threshold, [C]. */
export type BestPoints = [best: Tensor, thresholds: Tensor]

/** The best value of one coordinate where the other is at least a bound. */
abstract class AtLeast extends PointsMetric<BestPoints> {
  private readonly bound: number

  constructor(num_labels: unknown, name: string, bound: unknown, thresholds: unknown, ignore_index: unknown) {
    super(num_labels, thresholds, ignore_index)
    if (typeof bound !== 'number' || !(bound >= 0 && bound <= 1)) {
      throw new ValueError(
        `${this.constructor.name}: Expected argument \`${name}\` to be an float in the [0,1] range, but got ${describe(bound)}`,
      )
    }
    // torch compares in float32.
    this.bound = Math.fround(bound)
  }

  /** The value and the threshold of one label, from two coordinates as numbers. */
  protected abstract best(
    x: Float32Array,
    y: Float32Array,
    thresholds: Float32Array,
    least: number,
  ): readonly [number, number]

  protected override value(): BestPoints {
    const found = this.points().map(([x, y, thresholds]) =>
      this.best(x.data(), y.data(), thresholds.data(), this.bound),
    )
    return [tensor(found.map(([value]) => value)), tensor(found.map(([, threshold]) => threshold))]
  }
}

/** The greatest of triples by value, then by the bounded coordinate, then by threshold; a threshold of NaN for a value of 0. */
function greatest(
  values: Float32Array,
  bounded: Float32Array,
  thresholds: Float32Array,
  least: number,
): readonly [number, number] {
  let best: readonly number[] | null = null
  for (const [i, threshold] of thresholds.entries()) {
    const triple = [values[i], bounded[i], threshold]
    if (!(bounded[i] >= least)) continue
    const differing: number = best === null ? 0 : triple.findIndex((value, k) => value !== best?.[k])
    if (best === null || (differing >= 0 && triple[differing] > best[differing])) best = triple
  }
  return best === null || best[0] === 0 ? [0, Number.NaN] : [best[0], best[2]]
}

/** The first greatest value where the other is large enough; 0 at a threshold of 1e6 if it is so nowhere. */
function firstGreatest(
  values: Float32Array,
  bounded: Float32Array,
  thresholds: Float32Array,
  least: number,
): readonly [number, number] {
  let at = -1
  for (const [i, value] of values.entries()) {
    if (bounded[i] >= least && (at < 0 || value > values[at])) at = i
  }
  return at < 0 ? [0, 1e6] : [values[at], thresholds[at]]
}

const RECALL_AT = signature(
  'MultilabelRecallAtFixedPrecision',
  NUM_LABELS,
  'min_precision: value',
  THRESHOLDS,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The highest recall of each label with a precision of at least `min_precision`, and its threshold.
 * Source: torchmetrics.classification.MultilabelRecallAtFixedPrecision.
 */
export class MultilabelRecallAtFixedPrecision extends AtLeast {
  protected override readonly curve = 'average_precision'

  constructor(
    num_labels: number | (CurvePointsOptions & { min_precision: number }),
    min_precision?: number | (Omit<CurvePointsOptions, 'num_labels'> & { min_precision: number }),
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels' | 'min_precision'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, bound, thresholds, ignore_index] = RECALL_AT.read(args)
    super(num_labels, 'min_precision', bound, thresholds, ignore_index)
  }

  protected override best(...[precision, recall, ...rest]: Parameters<typeof greatest>) {
    return greatest(recall, precision, ...rest)
  }
}

const PRECISION_AT = signature(
  'MultilabelPrecisionAtFixedRecall',
  NUM_LABELS,
  'min_recall: value',
  THRESHOLDS,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The highest precision of each label with a recall of at least `min_recall`, and its threshold.
 * Source: torchmetrics.classification.MultilabelPrecisionAtFixedRecall.
 */
export class MultilabelPrecisionAtFixedRecall extends AtLeast {
  protected override readonly curve = 'average_precision'

  constructor(
    num_labels: number | (CurvePointsOptions & { min_recall: number }),
    min_recall?: number | (Omit<CurvePointsOptions, 'num_labels'> & { min_recall: number }),
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels' | 'min_recall'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, bound, thresholds, ignore_index] = PRECISION_AT.read(args)
    super(num_labels, 'min_recall', bound, thresholds, ignore_index)
  }

  protected override best(...given: Parameters<typeof greatest>) {
    return greatest(...given)
  }
}

const specificityOf = (rates: Float32Array): Float32Array => rates.map((rate) => 1 - rate)

const SENSITIVITY_AT = signature(
  'MultilabelSensitivityAtSpecificity',
  NUM_LABELS,
  'min_specificity: value',
  THRESHOLDS,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The highest sensitivity of each label with a specificity of at least `min_specificity`, and its threshold.
 * Source: torchmetrics.classification.MultilabelSensitivityAtSpecificity.
 */
export class MultilabelSensitivityAtSpecificity extends AtLeast {
  protected override readonly curve = 'roc'

  constructor(
    num_labels: number | (CurvePointsOptions & { min_specificity: number }),
    min_specificity?: number | (Omit<CurvePointsOptions, 'num_labels'> & { min_specificity: number }),
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels' | 'min_specificity'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, bound, thresholds, ignore_index] = SENSITIVITY_AT.read(args)
    super(num_labels, 'min_specificity', bound, thresholds, ignore_index)
  }

  protected override best(...[falseRate, trueRate, ...rest]: Parameters<typeof greatest>) {
    return firstGreatest(trueRate, specificityOf(falseRate), ...rest)
  }
}

const SPECIFICITY_AT = signature(
  'MultilabelSpecificityAtSensitivity',
  NUM_LABELS,
  'min_sensitivity: value',
  THRESHOLDS,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The highest specificity of each label with a sensitivity of at least `min_sensitivity`, and its threshold.
 * Source: torchmetrics.classification.MultilabelSpecificityAtSensitivity.
 */
export class MultilabelSpecificityAtSensitivity extends AtLeast {
  protected override readonly curve = 'roc'

  constructor(
    num_labels: number | (CurvePointsOptions & { min_sensitivity: number }),
    min_sensitivity?: number | (Omit<CurvePointsOptions, 'num_labels'> & { min_sensitivity: number }),
    thresholds?: Thresholds | Omit<CurvePointsOptions, 'num_labels' | 'min_sensitivity'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, bound, thresholds, ignore_index] = SPECIFICITY_AT.read(args)
    super(num_labels, 'min_sensitivity', bound, thresholds, ignore_index)
  }

  protected override best(...[falseRate, trueRate, ...rest]: Parameters<typeof greatest>) {
    return firstGreatest(specificityOf(falseRate), trueRate, ...rest)
  }
}
