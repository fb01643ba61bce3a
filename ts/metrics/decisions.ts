/** Bases of the metrics of decisions: every label is predicted or not. */

import * as calls from '#kernels/calls'
import { ValueError } from '../base/errors.js'
import type { ArgumentsOf } from '../call/parameter.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { full } from '../tensor/create.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'
import { StatefulMetric } from './metric.js'
import {
  AVERAGE,
  type Average,
  averageCodes,
  IGNORE_INDEX,
  type MetricOptions,
  MULTIDIM_AVERAGE,
  type MultidimAverage,
  NUM_LABELS,
  readAverage,
  readThreshold,
  statisticCodes,
  type Threshold,
  VALIDATE_ARGS,
} from './options.js'
import { type State, Sums } from './state.js'

/** Options of metrics that compare decisions with targets. */
export interface DecisionOptions extends MetricOptions {
  /**
   * A label is predicted if its probability is above this: 0.5 by default, or one number for each label,
   * as from `tune_thresholds`.
   */
  threshold?: Threshold
  /**
   * 'global', the default: dimensions after the labels count as more rows. 'samplewise': a result for each sample, over those
   * dimensions, of which there must be some.
   */
  multidim_average?: MultidimAverage
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

export const THRESHOLD = 'threshold: value = 0.5'
export const PARAMETERS = [
  NUM_LABELS,
  THRESHOLD,
  AVERAGE,
  MULTIDIM_AVERAGE,
  IGNORE_INDEX,
  VALIDATE_ARGS,
] as const

/** Arguments of the counting kernels. */
export type CountingInputs = [
  scores: number,
  codes: number,
  thresholds: number,
  state: number,
  rows: number,
  labels: number,
]

/** The counts of all rows, or those of the samples of each batch; the other is empty. */
class Counts implements State<Counts> {
  private samples: { sums: Sums; count: number }[] = []

  constructor(readonly all: Sums) {}

  add(other: Counts): void {
    this.all.add(other.all)
    this.samples = this.samples.concat(other.samples)
  }

  push(sums: Sums, count: number): void {
    this.samples.push({ sums, count })
  }

  /** The number of samples. */
  get length(): number {
    return this.samples.reduce((total, { count }) => total + count, 0)
  }

  /** Calls `visit` with the address of each sample's counts, of `width` numbers. */
  forEach(width: number, visit: (state: number, sample: number) => void): void {
    let sample = 0
    for (const { sums, count } of this.samples) {
      for (let i = 0; i < count; i++) visit(sums.pointer() + 8 * width * i, sample++)
    }
  }
}

/** Predictions against thresholds. */
export abstract class Decisions extends StatefulMetric<Counts> {
  protected override readonly kind = 'labels'
  private readonly perLabel: Tensor
  private readonly isSamplewise: boolean

  constructor(num_labels: unknown, threshold: unknown, multidim_average: unknown, ignore_index: unknown) {
    super(num_labels, ignore_index)
    this.perLabel = readThreshold(this.constructor.name, threshold, this.num_labels)
    this.isSamplewise = multidim_average === 'samplewise'
  }

  /** Numbers of a state. */
  protected abstract get width(): number

  /** The shape of a result. */
  protected abstract get resultShape(): Shape

  /** Adds rows to the state at an address. */
  protected abstract count(...inputs: CountingInputs): void

  /** Writes the result of the state at an address. */
  protected abstract reduce(state: number, out: number): void

  /** Whether results are whole numbers, of int32. */
  protected get isInteger(): boolean {
    return false
  }

  protected override start(): Counts {
    return new Counts(new Sums(this.isSamplewise ? 1 : this.width))
  }

  protected override form(): string {
    return `${super.form()}, samplewise=${this.isSamplewise}`
  }

  protected override add(batch: Batch): void {
    const thresholds = batch.areLabels ? full([this.num_labels], 0.5) : this.perLabel
    const { scores, codes, rows, labels, shape } = batch
    const { state, width, isSamplewise } = this
    if (isSamplewise && shape.length < 3) {
      throw new ValueError(
        `${this.constructor.name}: Expected input to be at least 3D when multidim_average is set to \`samplewise\``,
      )
    }
    const samples = isSamplewise ? shape[0] : 1
    const sums = isSamplewise ? new Sums(width * samples) : state.all
    const length = samples === 0 ? 0 : rows / samples
    launch(() => {
      const at = [scores.pointer(), codes.pointer(), thresholds.pointer(), sums.pointer()] as const
      for (let i = 0; i < samples; i++) {
        const start = i * length * labels
        this.count(at[0] + 4 * start, at[1] + start, at[2], at[3] + 8 * width * i, length, labels)
      }
    })
    if (isSamplewise && samples > 0) state.push(sums, samples)
    batch.dispose()
  }

  protected override value(): Tensor {
    const { state, width, resultShape: shape, isSamplewise } = this
    const dtype = this.isInteger ? 'int32' : 'float32'
    const out = empty(this.constructor.name, isSamplewise ? [state.length, ...shape] : shape, dtype)
    const size = shape.reduce((product, n) => product * n, 4)
    launch(() => {
      const into = out.pointer()
      if (isSamplewise) state.forEach(width, (counts, i) => this.reduce(counts, into + size * i))
      else this.reduce(state.all.pointer(), into)
    })
    return out
  }
}

/** A metric of the labels' counts of true and false positives and negatives. */
export abstract class LabelCounts extends Decisions {
  protected override get width(): number {
    return 4 * this.num_labels
  }

  protected override count(...inputs: CountingInputs): void {
    kernels.stat_scores_update(...inputs)
  }
}

/** A statistic of the counts. */
export abstract class StatScores extends LabelCounts {
  private readonly mean: Average
  protected abstract readonly statistic: keyof typeof statisticCodes
  /** The beta of F-beta. */
  protected recallWeight = 1
  /** The value of 0 / 0. */
  protected undefinedValue = 0

  constructor([num_labels, threshold, average, multidim_average, ignore_index]: ArgumentsOf<
    typeof PARAMETERS
  >) {
    super(num_labels, threshold, multidim_average, ignore_index)
    this.mean = readAverage(this.constructor.name, average)
  }

  /** How the labels' scores are combined. */
  get average(): Average {
    return this.mean
  }

  protected override get resultShape(): Shape {
    return this.average === 'none' ? [this.num_labels] : []
  }

  protected override reduce(state: number, out: number): void {
    calls.stat_scores_reduce(kernels, {
      state,
      labels: this.num_labels,
      statistic: statisticCodes[this.statistic],
      beta: this.recallWeight,
      average: averageCodes[this.average],
      zero_division: this.undefinedValue,
      out,
    })
  }
}
