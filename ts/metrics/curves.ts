/** Metrics over all thresholds. */

import * as calls from '#kernels/calls'
import type { ArgumentsOf } from '../call/parameter.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { withKeys } from '../ops/sort/keys.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'
import { CurveMetric } from './curve_base.js'
import {
  AVERAGE,
  type Average,
  averageCodes,
  curveCodes,
  IGNORE_INDEX,
  type MetricOptions,
  NUM_LABELS,
  readAverage,
  THRESHOLDS,
  type Thresholds,
  VALIDATE_ARGS,
} from './options.js'

/** Options of average precision and AUROC. */
export interface CurveOptions extends MetricOptions {
  /** 'macro' by default. */
  average?: Average | null
  /**
   * null (the default): every score is a threshold; exact, but all scores are kept. A number of thresholds
   * evenly spaced from 0 to 1, or a list of them: memory does not grow.
   */
  thresholds?: Thresholds
}

const PARAMETERS = [NUM_LABELS, AVERAGE, THRESHOLDS, IGNORE_INDEX, VALIDATE_ARGS] as const

abstract class CurveArea extends CurveMetric {
  private readonly mean: Average
  protected abstract readonly curve: keyof typeof curveCodes

  constructor([num_labels, average, thresholds, ignore_index]: ArgumentsOf<typeof PARAMETERS>) {
    super(num_labels, thresholds, ignore_index)
    this.mean = readAverage(this.constructor.name, average)
  }

  /** How the areas of the labels are combined. */
  get average(): Average {
    return this.mean
  }

  private result(): Tensor {
    return empty(this.constructor.name, this.average === 'none' ? [this.num_labels] : [])
  }

  /** Rows are sorted once: a resample only counts how often it has each. */
  protected override resamplingOf(whole: Batch): (positions: Tensor) => Tensor {
    if (this.thresholds !== null || whole.rows === 0) return super.resamplingOf(whole)
    const { scores, codes } = whole
    const isOne = this.average === 'micro'
    const [rows, labels] = isOne ? [scores.numel(), 1] : scores.shape
    const samples = whole.shape[0]
    const order = empty(this.constructor.name, [rows, labels], 'int32')
    const [ranked, lengths, counts] = [rows * labels, labels, samples].map((length) =>
      new Storage(4 * length).keep(),
    )
    launch(() => {
      withKeys(scores, 2 * rows, (keys, workspace) =>
        kernels.sort(keys, true, order.pointer(), workspace, 1, 1, rows, labels),
      )
      calls.curve_rank(kernels, {
        scores: scores.pointer(),
        codes: codes.pointer(),
        order: order.pointer(),
        rows,
        labels,
        together: rows / samples,
        ranked: ranked.pointer(),
        lengths: lengths.pointer(),
      })
    })
    order.dispose()
    whole.dispose()
    return (positions) => {
      const out = this.result()
      launch(() =>
        calls.curve_area_resampled(kernels, {
          curve: curveCodes[this.curve],
          ranked: ranked.pointer(),
          lengths: lengths.pointer(),
          rows,
          labels,
          positions: positions.pointer(),
          count: positions.numel(),
          average: averageCodes[isOne ? 'none' : this.average],
          out: out.pointer(),
          counts: counts.pointer(),
          samples,
        }),
      )
      return out
    }
  }

  protected override value(): Tensor {
    const out = this.result()
    if (this.thresholds === null) this.exact(out)
    else this.binned(out)
    return out
  }

  private exact(out: Tensor): void {
    const { scores, codes } = this.state.samples.joined(this.constructor.name)
    // Micro: all labels count as one.
    const isOne = this.average === 'micro'
    const [rows, labels] = isOne ? [scores.numel(), 1] : scores.shape
    const workspace = new Storage(8 * rows)
    launch(() =>
      calls.curve_area(kernels, {
        curve: curveCodes[this.curve],
        scores: scores.pointer(),
        codes: codes.pointer(),
        rows,
        labels,
        average: averageCodes[isOne ? 'none' : this.average],
        out: out.pointer(),
        workspace: workspace.pointer(),
      }),
    )
    workspace.dispose()
  }

  private binned(out: Tensor): void {
    launch(() =>
      calls.binned_curve_area(kernels, {
        curve: curveCodes[this.curve],
        state: this.state.counts.pointer(),
        labels: this.num_labels,
        bins: this.bins,
        average: averageCodes[this.average],
        out: out.pointer(),
      }),
    )
  }
}

const AVERAGE_PRECISION = signature('MultilabelAveragePrecision', ...PARAMETERS)

/**
 * Area under the precision-recall curve: `Σ (increase of recall) × precision`; 0 for a label
 * without positives. The mean over the labels is known as mAP.
 * Source: torchmetrics.classification.MultilabelAveragePrecision.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range, and from `compute` before there are samples
 * @example
 * const map = new torch.metrics.MultilabelAveragePrecision({ num_labels: 2 })
 * map.update(torch.tensor([[0.9, 0.2], [0.4, 0.6]]), torch.tensor([[1, 1], [0, 0]]))
 * map.compute().item() // 0.75
 */
export class MultilabelAveragePrecision extends CurveArea {
  constructor(
    num_labels: number | CurveOptions,
    average?: Average | null | Omit<CurveOptions, 'num_labels'>,
    thresholds?: Thresholds | Omit<CurveOptions, 'num_labels' | 'average'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(AVERAGE_PRECISION.read(args))
  }

  protected override readonly curve = 'average_precision'
}

const AUROC = signature('MultilabelAUROC', ...PARAMETERS)

/**
 * Area under the ROC curve: the share of pairs in which a positive has a higher score than a negative, ties counting
 * half; 0 for a label without positives or without negatives (scikit-learn gives NaN).
 * Source: torchmetrics.classification.MultilabelAUROC.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range, and from `compute` before there are samples
 * @example new torch.metrics.MultilabelAUROC({ num_labels: 3, thresholds: 200 })
 */
export class MultilabelAUROC extends CurveArea {
  constructor(
    num_labels: number | CurveOptions,
    average?: Average | null | Omit<CurveOptions, 'num_labels'>,
    thresholds?: Thresholds | Omit<CurveOptions, 'num_labels' | 'average'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    super(AUROC.read(args))
  }

  protected override readonly curve = 'roc'
}
