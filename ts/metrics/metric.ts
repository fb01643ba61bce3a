import { describe } from '../check.js'
import { RuntimeError, ValueError } from '../errors.js'
import type { Tensor } from '../tensor/tensor.js'
import { Batch, type Kind } from './batch.js'
import { checkIgnoreIndex, checkNumLabels, type MetricOptions } from './options.js'
import type { State } from './state.js'

/**
 * Base of the metrics: a state that grows batch by batch. Predictions are probabilities
 * [N, C, ...]; if any of a batch is outside [0, 1], all of it are logits. Targets are 0 and 1 of
 * any dtype, or `ignore_index`. Source: torchmetrics.Metric.
 *
 * @example
 * const metric = new torch.metrics.MultilabelF1Score({ num_labels: 20 })
 * for (const [x, y] of loader) metric.update(model.forward(x), y)
 * console.log(metric.compute().item())
 */
export abstract class Metric<S extends State<S> = never> {
  readonly num_labels: number
  readonly ignore_index: number | null
  private current: S | null = null

  constructor(options: MetricOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `${this.constructor.name}: options must be an object with num_labels, but got ${describe(options)}`,
      )
    }
    const { num_labels, ignore_index = null } = options
    checkNumLabels(this.constructor.name, num_labels)
    checkIgnoreIndex(this.constructor.name, ignore_index)
    this.num_labels = num_labels
    this.ignore_index = ignore_index
  }

  /** What predictions mean here. */
  protected abstract readonly kind: Kind

  /** A state without anything in it. */
  protected abstract start(): S

  /** Adds a batch to the state. */
  protected abstract add(batch: Batch): void

  /** The metric of everything since the last reset: 0-d, or [num_labels]. */
  abstract compute(): Tensor

  protected get state(): S {
    this.current ??= this.start()
    return this.current
  }

  /**
   * Adds a batch of predictions and targets, both [N, C, ...] with C = num_labels.
   *
   * @throws RuntimeError where their shapes differ or a target is neither 0 nor 1; ValueError where
   * C is not num_labels. Nothing is added then.
   */
  update(preds: Tensor, target: Tensor): void {
    const { kind, num_labels, ignore_index } = this
    this.add(Batch.read(this.constructor.name, preds, target, { kind, num_labels, ignore_index }))
  }

  /** Adds a batch and gives the metric of that batch alone. */
  forward(preds: Tensor, target: Tensor): Tensor {
    const before = this.current
    this.current = null
    try {
      this.update(preds, target)
      return this.compute()
    } finally {
      const batch = this.state
      this.current = before
      if (before === null) this.current = batch
      else before.add(batch)
    }
  }

  /** Forgets everything. */
  reset(): void {
    this.current = null
  }

  /**
   * Adds what another metric has seen, such as one of another part of the data.
   *
   * @throws ValueError if it is of another class, RuntimeError if its states are of another form
   */
  merge_state(incoming: this): void {
    const name = this.constructor.name
    if (!(incoming instanceof this.constructor)) {
      throw new ValueError(
        `${name}: Expected incoming state to be an instance of ${name} but got ${describe(incoming)}`,
      )
    }
    if (this.form() !== incoming.form()) {
      throw new RuntimeError(
        `${name}: states of different forms cannot be merged: ${this.form().slice(0, 200)} and ${incoming.form().slice(0, 200)}`,
      )
    }
    this.state.add(incoming.state)
  }

  /** What two states must have in common to be added. */
  protected form(): string {
    return `num_labels=${this.num_labels}`
  }
}
