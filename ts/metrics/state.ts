/** The states that metrics keep between updates. */

import { ValueError } from '../base/errors.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import { cat } from '../ops/shape/join.js'
import { duplicate } from '../tensor/copy.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import type { Batch } from './batch.js'

/** A state to which another one of its kind can be added. */
export interface State<Self> {
  add(other: Self): void
}

/** Sums and counts in float64, with a fixed length. */
export class Sums implements State<Sums> {
  private readonly storage: Storage

  constructor(private readonly length: number) {
    this.storage = new Storage(8 * length).keep()
    launch(() => kernels.fill(this.pointer(), 0, 2 * length))
  }

  /** Address for a kernel, valid until the launch ends. */
  pointer(): number {
    return this.storage.pointer()
  }

  add(other: Sums): void {
    // A kernel's operands never overlap its result.
    const part = other === this ? new Sums(this.length).plus(this) : other
    this.plus(part)
  }

  /** `sum / count` of a state that holds these two, 0-d; `ofNothing` if the count is 0. */
  mean(op: string, ofNothing: number): Tensor {
    const out = empty(op, [])
    launch(() => kernels.metrics_mean(this.pointer(), ofNothing, out.pointer()))
    return out
  }

  private plus(part: Sums): this {
    launch(() => kernels.metrics_merge(this.pointer(), part.pointer(), this.length))
    return this
  }
}

/** All scores and targets since the last reset. */
export class Samples implements State<Samples> {
  private batches: { scores: Tensor; codes: Tensor }[] = []

  /** Adds a batch, and copies scores that share the user's memory. */
  push(batch: Batch): void {
    if (batch.rows === 0) return
    const { codes, isBorrowed } = batch
    const scores = isBorrowed ? duplicate(batch.scores) : batch.scores
    for (const tensor of [scores, codes]) tensor.storage.keep()
    this.batches.push({ scores, codes })
  }

  add(other: Samples): void {
    this.batches = this.batches.concat(other.batches)
  }

  /** All samples, joined into one batch, which is kept. */
  joined(op: string): { scores: Tensor; codes: Tensor } {
    if (this.batches.length === 0) {
      throw new ValueError(`${op}: No samples to concatenate: no update had a row`)
    }
    if (this.batches.length > 1) {
      const scores = cat(this.batches.map((batch) => batch.scores))
      const codes = cat(this.batches.map((batch) => batch.codes))
      for (const tensor of [scores, codes]) tensor.storage.keep()
      this.batches = [{ scores, codes }]
    }
    return this.batches[0]
  }
}
