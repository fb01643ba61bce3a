/** How far probabilities are from the shares of labels that are true. */

import { NormCode } from '#kernels'
import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { tensor } from '../tensor/create.js'
import { checkShape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'
import { StatefulMetric } from './metric.js'
import {
  AVERAGE,
  type Average,
  averageCodes,
  checkChoice,
  IGNORE_INDEX,
  linspace,
  type MetricOptions,
  NUM_LABELS,
  readAverage,
  VALIDATE_ARGS,
} from './options.js'
import { Sums } from './state.js'

/** How the differences of the bins are combined: 'l1' is the expected calibration error, 'l2' its root mean square, 'max' the greatest. */
export type CalibrationNorm = 'l1' | 'l2' | 'max'

/** Options of MultilabelCalibrationError. */
export interface CalibrationErrorOptions extends MetricOptions {
  /** Bins of one width: 15 by default. */
  n_bins?: number
  /** 'l1' by default. */
  norm?: CalibrationNorm
  /** 'macro' by default. */
  average?: Average | null
}

const CALIBRATION_ERROR = signature(
  'MultilabelCalibrationError',
  NUM_LABELS,
  'n_bins: value = 15',
  "norm: value = 'l1'",
  AVERAGE,
  IGNORE_INDEX,
  VALIDATE_ARGS,
)

/**
 * The expected calibration error (ECE): the mean difference of the probability and the share of labels that are true, in bins of
 * probabilities; 0 for a calibrated model, and for a label without rows. Each label is as in
 * torchmetrics.classification.BinaryCalibrationError; with average 'micro' all labels count as one.
 *
 * @throws TypeError for arguments of another type; ValueError for those out of range
 * @example
 * const ece = new torch.metrics.MultilabelCalibrationError({ num_labels: 3, n_bins: 10 })
 * ece.update(logits.sigmoid(), targets)
 * ece.compute().item()
 */
export class MultilabelCalibrationError extends StatefulMetric<Sums> {
  protected override readonly kind = 'probabilities'
  /** The lower edges of the bins; the last holds the probability 1 alone, as in torchmetrics. */
  private readonly edges: Tensor
  private readonly over: CalibrationNorm
  private readonly mean: Average

  constructor(
    num_labels: number | CalibrationErrorOptions,
    n_bins?: number | Omit<CalibrationErrorOptions, 'num_labels'>,
    norm?: CalibrationNorm | Omit<CalibrationErrorOptions, 'num_labels' | 'n_bins'>,
    average?: Average | null | Pick<CalibrationErrorOptions, 'ignore_index' | 'validate_args'>,
    ignore_index?: number | null,
    validate_args?: boolean,
  )
  constructor(...args: unknown[]) {
    const [num_labels, n_bins, norm, average, ignore_index] = CALIBRATION_ERROR.read(args)
    super(num_labels, ignore_index)
    const name = this.constructor.name
    if (typeof n_bins !== 'number' || !Number.isInteger(n_bins) || n_bins < 1) {
      throw new ValueError(
        `${name}: Expected argument \`n_bins\` to be an integer larger than 0, but got ${describe(n_bins)}`,
      )
    }
    checkChoice(name, 'norm', norm, Object.keys(NormCode) as CalibrationNorm[])
    checkShape(name, [this.num_labels, n_bins + 1, 6])
    this.edges = tensor(linspace(n_bins + 1))
    this.over = norm
    this.mean = readAverage(name, average)
  }

  /** The number of bins. */
  get n_bins(): number {
    return this.edges.numel() - 1
  }

  /** How the differences of the bins are combined. */
  get norm(): CalibrationNorm {
    return this.over
  }

  /** How the labels' errors are combined. */
  get average(): Average {
    return this.mean
  }

  protected override start(): Sums {
    return new Sums(3 * this.num_labels * this.edges.numel())
  }

  protected override form(): string {
    return `${super.form()}, n_bins=${this.n_bins}`
  }

  protected override add(batch: Batch): void {
    launch(() => {
      const { scores, codes, rows, labels } = batch
      calls.calibration_update(kernels, {
        scores: scores.pointer(),
        codes: codes.pointer(),
        edges: this.edges.pointer(),
        state: this.state.pointer(),
        rows,
        labels,
        bins: this.edges.numel(),
      })
    })
    batch.dispose()
  }

  protected override value(): Tensor {
    const out = empty(this.constructor.name, this.average === 'none' ? [this.num_labels] : [])
    launch(() =>
      calls.calibration_reduce(kernels, {
        state: this.state.pointer(),
        labels: this.num_labels,
        bins: this.edges.numel(),
        norm: NormCode[this.over],
        average: averageCodes[this.mean],
        out: out.pointer(),
      }),
    )
    return out
  }
}
