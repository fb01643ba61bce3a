import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { selected } from '../ops/shape/index_select.js'
import type { Tensor } from '../tensor/tensor.js'
import { Batch, type Kind } from './batch.js'
import { checkIgnoreIndex, checkNumLabels } from './options.js'
import type { State } from './state.js'

/**
 * A number, or one for each label, accumulated batch by batch. Predictions are probabilities
 * [N, C, ...]; if any of a batch is outside [0, 1], the whole batch is taken as logits. Targets are 0 and 1 of
 * any dtype, or `ignore_index`. Source: torchmetrics.Metric.
 *
 * @example
 * const metric = new torch.metrics.MultilabelF1Score({ num_labels: 20 })
 * for (const [x, y] of loader) metric.update(model.forward(x), y)
 * console.log(metric.compute().item())
 */
export abstract class Metric<Result = Tensor> {
  // Read-only, because kernels rely on states with this many labels.
  private readonly labels: number
  private readonly ignored: number | null

  constructor(num_labels: unknown, ignore_index: unknown) {
    if (new.target === Metric) throw new TypeError('Metric measures nothing: use one of its subclasses')
    checkNumLabels(this.constructor.name, num_labels)
    checkIgnoreIndex(this.constructor.name, ignore_index)
    this.labels = num_labels
    this.ignored = ignore_index
  }

  /** Number of labels of a row. */
  get num_labels(): number {
    return this.labels
  }

  /** Targets with this value are ignored; null for none. */
  get ignore_index(): number | null {
    return this.ignored
  }

  /**
   * Adds a batch of predictions and targets, both [N, C, ...] with C = num_labels.
   *
   * @throws RuntimeError if their shapes differ or a target is neither 0 nor 1, ValueError if
   * C is not num_labels; then nothing is added
   */
  abstract update(preds: Tensor, target: Tensor): void

  /** Adds a batch and returns the metric of that batch alone. */
  abstract forward(preds: Tensor, target: Tensor): Result

  /** The metric of everything since the last reset: 0-d, or [num_labels] for average 'none'. */
  abstract compute(): Result

  /** Resets the state. */
  abstract reset(): void

  /**
   * Adds the state of another metric, such as one for another part of the data.
   *
   * @throws ValueError if it is of another class, RuntimeError if its state has another form
   */
  abstract merge_state(incoming_state: Metric<Result>): void

  /**
   * Checks and counts a batch by itself; what it returns adds it, so that several metrics add a batch all or none. `measures`: the result
   * is the metric of that batch alone.
   *
   * @internal
   */
  prepare(preds: Tensor, target: Tensor, measures: boolean): () => Result | undefined {
    return () => (measures ? this.forward(preds, target) : (this.update(preds, target) as undefined))
  }

  /** Measures resamples of these rows, of the given positions; the state stays as it is. @internal */
  resampling(preds: Tensor, target: Tensor): (positions: Tensor) => Result {
    return (positions) => {
      const [x, y] = [preds, target].map((rows) => selected(rows.detach(), 0, positions))
      return this.prepare(x, y, true)() as Result
    }
  }

  /** The same of a state that is to be merged. @internal */
  prepareMerge(incoming: Metric<Result>): () => void {
    return () => this.merge_state(incoming)
  }
}

const UPDATE = signature('Metric.update', 'preds: value', 'target: value')
const FORWARD = signature('Metric.forward', 'preds: value', 'target: value')
const RESET = signature('Metric.reset')
const COMPUTE = signature('Metric.compute')
const MERGE_STATE = signature('Metric.merge_state', 'incoming_state: value')

/** A metric with a state of type `S`. */
export abstract class StatefulMetric<S extends State<S>, Result = Tensor> extends Metric<Result> {
  private current: S | null = null

  /** How predictions are interpreted. */
  protected abstract readonly kind: Kind

  /** An empty state. */
  protected abstract start(): S

  /** Adds a batch to the state. */
  protected abstract add(batch: Batch): void

  protected get state(): S {
    this.current ??= this.start()
    return this.current
  }

  override update(preds: Tensor, target: Tensor): void
  override update(...args: unknown[]): void {
    this.updateWith(...UPDATE.read(args))
  }

  private updateWith(preds: unknown, target: unknown): void {
    const { kind, num_labels, ignore_index } = this
    this.add(Batch.read(this.constructor.name, preds, target, { kind, num_labels, ignore_index }))
  }

  override forward(preds: Tensor, target: Tensor): Result
  override forward(...args: unknown[]): Result {
    const [preds, target] = FORWARD.read(args)
    return this.prepare(preds, target, true)() as Result
  }

  /** @internal */
  override prepare(preds: unknown, target: unknown, measures: boolean): () => Result | undefined {
    const before = this.current
    this.current = null
    try {
      this.updateWith(preds, target)
      const ofBatch = measures ? this.compute() : undefined
      const batch: S | null = this.current
      return () => {
        if (this.current !== null && batch !== null) this.current.add(batch)
        else this.current ??= batch
        return ofBatch
      }
    } finally {
      this.current = before
    }
  }

  /** @internal */
  override resampling(preds: unknown, target: unknown): (positions: Tensor) => Result {
    const { kind, num_labels, ignore_index } = this
    // Read once: a resample of logits may have none that is outside [0, 1].
    return this.resamplingOf(
      Batch.read(this.constructor.name, preds, target, { kind, num_labels, ignore_index }),
    )
  }

  /** The same of a batch, of which it may keep what it likes. */
  protected resamplingOf(whole: Batch): (positions: Tensor) => Result {
    return (positions) => {
      const before = this.current
      this.current = null
      try {
        this.add(whole.resampled(positions))
        return this.compute()
      } finally {
        this.current = before
      }
    }
  }

  /** {@link compute}, for a valid state. */
  protected abstract value(): Result

  override compute(): Result
  override compute(...args: unknown[]): Result {
    COMPUTE.read(args)
    return this.value()
  }

  override reset(): void
  override reset(...args: unknown[]): void {
    RESET.read(args)
    this.current = null
  }

  override merge_state(incoming_state: Metric<Result>): void
  override merge_state(...args: unknown[]): void {
    this.prepareMerge(MERGE_STATE.read(args)[0])()
  }

  /** @internal */
  override prepareMerge(incoming: unknown): () => void {
    const name = this.constructor.name
    if (!(incoming instanceof StatefulMetric && incoming instanceof this.constructor)) {
      throw new ValueError(
        `${name}: Expected incoming state to be an instance of ${name} but got ${describe(incoming)}`,
      )
    }
    // The same class, so the same kind of state.
    const other = incoming as this
    if (this.form() !== other.form()) {
      throw new RuntimeError(
        `${name}: states of different forms cannot be merged: ${this.form().slice(0, 200)} and ${other.form().slice(0, 200)}`,
      )
    }
    return () => this.state.add(other.state)
  }

  /** Properties that must be equal for two states to be added. */
  protected form(): string {
    return `num_labels=${this.num_labels}`
  }
}
