/** What metrics over all thresholds share. */

import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { tensor } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Batch, Kind } from './batch.js'
import { StatefulMetric } from './metric.js'
import { readThresholds } from './options.js'
import { Samples, type State, Sums } from './state.js'

/** The samples of an exact curve, or the counts of one with given thresholds; the other is empty. */
export class CurveState implements State<CurveState> {
  readonly samples = new Samples()
  readonly counts: Sums

  constructor(length: number) {
    this.counts = new Sums(length)
  }

  add(other: CurveState): void {
    this.samples.add(other.samples)
    this.counts.add(other.counts)
  }
}

/** Every score is a threshold, or some are given. */
export abstract class CurveMetric<Result = Tensor> extends StatefulMetric<CurveState, Result> {
  private readonly given: Tensor | null

  constructor(num_labels: unknown, thresholds: unknown, ignore_index: unknown) {
    super(num_labels, ignore_index)
    const values = readThresholds(this.constructor.name, thresholds, this.num_labels)
    this.given = values === null ? null : tensor(values)
  }

  /** The thresholds of the curve in ascending order; null if every score is one. */
  get thresholds(): Tensor | null {
    return this.given
  }

  protected override get kind(): Kind {
    return this.thresholds === null ? 'scores' : 'probabilities'
  }

  /** Steps of a curve: one for each threshold, and one below all. */
  protected get bins(): number {
    return this.thresholds === null ? 0 : this.thresholds.numel() + 1
  }

  protected override start(): CurveState {
    return new CurveState(2 * this.bins * this.num_labels)
  }

  protected override form(): string {
    return `${super.form()}, thresholds=${this.thresholds?.tolist() ?? null}`
  }

  protected override add(batch: Batch): void {
    const { thresholds, bins } = this
    if (thresholds === null) {
      this.state.samples.push(batch)
      return
    }
    launch(() => {
      const { scores, codes, rows, labels } = batch
      const inputs = [scores.pointer(), codes.pointer(), thresholds.pointer()] as const
      kernels.binned_curve_update(...inputs, this.state.counts.pointer(), rows, labels, bins)
    })
    batch.dispose()
  }
}
