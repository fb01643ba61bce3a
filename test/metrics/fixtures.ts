/** What torchmetrics and scikit-learn gave, and metrics by name. */
import torch from '../../ts/index.js'
import { fixture, type Stored } from '../support/fixture.js'

interface Result {
  metric: string
  options: Record<string, unknown>
  by: 'torchmetrics' | 'scikit-learn'
  value: (number | string)[]
}

interface Case {
  note: string
  preds: Stored
  target: Stored
  ignore_index: number | null
  results: Result[]
}

interface Weights {
  scheme: torch.metrics.WeightScheme | 'pos_weight'
  beta?: number
  target: Stored
  weights: number[]
}

interface Fixture {
  cases: Case[]
  real: Case
  tuned: { best_f1: number[] }
  weights: Weights[]
  linspace: number[][]
}

export const { cases, real, tuned, weights, linspace } = fixture<Fixture>('metrics/metrics')

/** A metric by its name. */
export function create(name: string, options: Record<string, unknown>): torch.metrics.Metric {
  const constructors = torch.metrics as unknown as Record<
    string,
    new (
      options: unknown,
    ) => torch.metrics.Metric
  >
  return new constructors[name](options)
}
