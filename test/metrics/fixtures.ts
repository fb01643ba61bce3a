/** What torchmetrics and scikit-learn gave, and metrics by name. */
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { fixture, type Stored } from '../helpers.js'

export interface Result {
  metric: string
  options: Record<string, unknown>
  by: 'torchmetrics' | 'scikit-learn'
  value: (number | string)[]
}

export interface Case {
  note: string
  preds: Stored
  target: Stored
  ignore_index: number | null
  results: Result[]
}

export interface Weights {
  scheme: torch.metrics.WeightScheme | 'pos_weight'
  beta?: number
  target: Stored
  weights: number[]
}

export interface Fixture {
  cases: Case[]
  real: Case
  tuned: { best_f1: number[] }
  weights: Weights[]
  linspace: number[][]
}

/** What all metrics have in common. */
export interface AnyMetric {
  update(preds: Tensor, target: Tensor): void
  forward(preds: Tensor, target: Tensor): Tensor
  compute(): Tensor
  reset(): void
  merge_state(incoming: AnyMetric): void
}

export const { cases, real, tuned, weights, linspace } = fixture<Fixture>('metrics')

/** A metric by its name. */
export function create(name: string, options: Record<string, unknown>): AnyMetric {
  const constructors = torch.metrics as unknown as Record<string, new (options: unknown) => AnyMetric>
  return new constructors[name](options)
}
