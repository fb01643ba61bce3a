import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { isPlainObject } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import type { Tensor } from '../tensor/tensor.js'
import { Metric } from './metric.js'

/** A metric of any result. */
type AnyMetric = Metric<unknown>

const COLLECTION = signature(
  'MetricCollection',
  'metrics: any',
  '*',
  'prefix: str = None',
  'postfix: str = None',
)
const UPDATE = signature('MetricCollection.update', 'preds: value', 'target: value')
const FORWARD = signature('MetricCollection.forward', 'preds: value', 'target: value')
const COMPUTE = signature('MetricCollection.compute')
const RESET = signature('MetricCollection.reset')
const KEYS = signature('MetricCollection.keys')
const MERGE_STATE = signature('MetricCollection.merge_state', 'incoming_state: value')

/** The result of a metric by its name. */
type ResultsOf<M> = string extends keyof M
  ? Record<string, Tensor>
  : { [K in keyof M]: M[K] extends Metric<infer Result> ? Result : never }

/**
 * Several metrics of the same predictions, computed together: by the names of an object, or by the names of their classes.
 * Source: torchmetrics.MetricCollection.
 *
 * @throws TypeError for what is no metric; ValueError for two of one name
 * @example
 * const metrics = new torch.metrics.MetricCollection({
 *   f1: new torch.metrics.MultilabelF1Score({ num_labels: 3 }),
 *   map: new torch.metrics.MultilabelAveragePrecision({ num_labels: 3 }),
 * })
 * metrics.update(preds, target)
 * metrics.compute().f1.item()
 */
export class MetricCollection<M extends Readonly<Record<string, AnyMetric>> = Record<string, Metric>> {
  private readonly metrics: M
  readonly prefix: string
  readonly postfix: string

  constructor(
    metrics: M | readonly AnyMetric[] | AnyMetric,
    options?: { prefix?: string | null; postfix?: string | null },
  )
  constructor(...args: unknown[]) {
    const [given, prefix, postfix] = COLLECTION.read(args)
    const list = given instanceof Metric ? [given] : given
    const entries: [string, unknown][] = Array.isArray(list)
      ? list.map((metric: unknown) => [(metric as object | null)?.constructor?.name ?? '', metric])
      : isPlainObject(list)
        ? Object.entries(list)
        : []
    if (entries.length === 0) {
      throw new TypeError(
        `MetricCollection: metrics must be a metric, an array or an object of metrics, but got ${describe(given)}`,
      )
    }
    const named: Record<string, AnyMetric> = {}
    for (const [name, metric] of entries) {
      if (!(metric instanceof Metric)) {
        throw new TypeError(`MetricCollection: ${name} must be a metric, but got ${describe(metric)}`)
      }
      if (Object.hasOwn(named, name)) {
        throw new ValueError(`Encountered two metrics both named ${name}`)
      }
      named[name] = metric
    }
    this.metrics = named as M
    this.prefix = prefix ?? ''
    this.postfix = postfix ?? ''
  }

  /** Names of the results. */
  keys(): string[]
  keys(...args: unknown[]): string[] {
    KEYS.read(args)
    return Object.keys(this.metrics).map((name) => this.prefix + name + this.postfix)
  }

  /** Adds a batch to each; to none if one of them throws. */
  update(preds: Tensor, target: Tensor): void
  update(...args: unknown[]): void {
    const batch = UPDATE.read(args) as [Tensor, Tensor]
    this.change((metric) => metric.prepare(...batch, false))
  }

  /** Adds a batch to each, and returns the metrics of that batch alone. */
  forward(preds: Tensor, target: Tensor): ResultsOf<M>
  forward(...args: unknown[]): unknown {
    const batch = FORWARD.read(args) as [Tensor, Tensor]
    return this.change((metric) => metric.prepare(...batch, true))
  }

  /** The metrics of everything since the last reset, by name. */
  compute(): ResultsOf<M>
  compute(...args: unknown[]): unknown {
    COMPUTE.read(args)
    return this.map((metric) => metric.compute())
  }

  /** Resets each. */
  reset(): void
  reset(...args: unknown[]): void {
    RESET.read(args)
    this.map((metric) => metric.reset())
  }

  /** Adds the states of another collection of metrics of the same names. */
  merge_state(incoming_state: MetricCollection<M>): void
  merge_state(...args: unknown[]): void {
    const [incoming] = MERGE_STATE.read(args)
    if (!(incoming instanceof MetricCollection) || String(incoming.keys()) !== String(this.keys())) {
      throw new ValueError(
        `MetricCollection: Expected incoming state to be a MetricCollection of ${this.keys().join(', ')}, but got ${describe(incoming)}`,
      )
    }
    const others = incoming.metrics as Record<string, AnyMetric>
    this.change((metric, name) => metric.prepareMerge(others[name]))
  }

  /** Measures resamples of these rows by each, as `Metric.resampling`. @internal */
  resampling(preds: Tensor, target: Tensor): (positions: Tensor) => Record<string, unknown> {
    const each = Object.entries(this.map((metric) => metric.resampling(preds, target)))
    return (positions) => Object.fromEntries(each.map(([name, measure]) => [name, measure(positions)]))
  }

  /** Prepares the changes of all metrics, then makes them. */
  private change(prepare: (metric: AnyMetric, name: string) => () => unknown): Record<string, unknown> {
    const prepared = Object.entries(this.map(prepare))
    return Object.fromEntries(prepared.map(([name, make]) => [name, make()]))
  }

  private map<T>(work: (metric: AnyMetric, name: string) => T): Record<string, T> {
    const { prefix, postfix } = this
    const entries = Object.entries(this.metrics)
    return Object.fromEntries(entries.map(([name, metric]) => [prefix + name + postfix, work(metric, name)]))
  }
}
