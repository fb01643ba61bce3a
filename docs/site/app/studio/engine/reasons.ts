/**
 * What speaks for a label. A logit of a linear model is its bias and a sum of weight times value, so each feature's share is exact. With
 * a hidden layer the share is gradient times value: how the logit would change, to first order, without the feature (Simonyan et al., 2013).
 */
import torch from 'softmargin'
import type { Reason, Requests } from '../protocol.ts'
import type { Run } from './run.ts'
import type { Session } from './session.ts'

/** Features that are named for a label, and the share from which on. */
const MOST = 4
const LEAST = 0.05

/** Of the logits of one row, for some labels; none where features have no names, as pixels. To be called with the weights that count. */
export function reasonsOf({ inputs, model }: Run, row: torch.Tensor, labels: readonly number[]): Reason[][] {
  const { nameOf } = inputs
  if (nameOf === undefined) return labels.map(() => [])
  const values = row.data() as Float32Array
  return torch.enable_grad(() => {
    const input = row.clone().requires_grad_()
    const logits = model.forward(input)
    return labels.map((label) => {
      const one = torch.zeros_like(logits).index_fill(1, torch.tensor(Int32Array.of(label)), 1)
      const [gradient] = torch.autograd.grad(logits, input, one, { retain_graph: true })
      const slope = gradient.data() as Float32Array
      return strongest(values, (i) => values[i] * slope[i])
        .slice(0, MOST)
        .filter(([, share]) => Math.abs(share) >= LEAST)
        .map(([i, share]) => ({ name: nameOf(i), share }))
    })
  }) as Reason[][]
}

/** Indices of what is not 0, the largest amounts first. */
function strongest(list: ArrayLike<number>, shareOf: (i: number) => number): [i: number, value: number][] {
  const found: [number, number][] = []
  for (let i = 0; i < list.length; i++) if (list[i] !== 0) found.push([i, shareOf(i)])
  return found.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
}

/** Weights that are shown of each sign. */
const SHOWN = 12

/** The largest weights of a label, for and against; null if the model is not linear or its features have no names. */
export function weightsFor(session: Session, label: number): Requests['weights']['gives'] {
  const run = session.trained
  const { nameOf } = run.inputs
  if (nameOf === undefined || run.settings.architecture !== 'linear') return null
  const { weight, bias } = run.withBest(() => {
    const { '0.weight': weights, '0.bias': biases } = run.model.state_dict()
    return {
      weight: weights.select(0, label).clone().data() as Float32Array,
      bias: Number(biases.select(0, label).item()),
    }
  }).result
  const all = strongest(weight, (i) => weight[i]).map(([i, value]) => ({ name: nameOf(i), share: value }))
  const pro = all.filter(({ share }) => share > 0).slice(0, SHOWN)
  const contra = all.filter(({ share }) => share < 0).slice(0, SHOWN)
  return { pro, contra, bias, unit: run.inputs.unit ?? '' }
}
