/** `StepLR(optimizer, step_size=30)` of Python: the optimizer, then keywords. The types allow it, and it is the same schedule. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'

const {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  SequentialLR,
  StepLR,
} = torch.optim.lr_scheduler

type Optimizer = InstanceType<typeof torch.optim.SGD>
type Schedule = { step(): void; get_last_lr(): number[] }

const halved = (epoch: number) => 0.5 ** epoch

const BOTH: [string, (optimizer: Optimizer) => Schedule, (optimizer: Optimizer) => Schedule][] = [
  ['StepLR', (o) => new StepLR(o, { step_size: 2, gamma: 0.5 }), (o) => new StepLR(o, 2, 0.5)],
  [
    'MultiStepLR',
    (o) => new MultiStepLR(o, { milestones: [1, 3], gamma: 0.5 }),
    (o) => new MultiStepLR(o, [1, 3], 0.5),
  ],
  ['ExponentialLR', (o) => new ExponentialLR(o, { gamma: 0.9 }), (o) => new ExponentialLR(o, 0.9)],
  ['LambdaLR', (o) => new LambdaLR(o, { lr_lambda: halved }), (o) => new LambdaLR(o, halved)],
  [
    'MultiplicativeLR',
    (o) => new MultiplicativeLR(o, { lr_lambda: halved }),
    (o) => new MultiplicativeLR(o, halved),
  ],
  [
    'CosineAnnealingLR',
    (o) => new CosineAnnealingLR(o, { T_max: 5, eta_min: 0.01 }),
    (o) => new CosineAnnealingLR(o, 5, 0.01),
  ],
  [
    'CosineAnnealingWarmRestarts',
    (o) => new CosineAnnealingWarmRestarts(o, { T_0: 2, T_mult: 2 }),
    (o) => new CosineAnnealingWarmRestarts(o, 2, 2),
  ],
  [
    'CyclicLR',
    (o) => new CyclicLR(o, { base_lr: 0.1, max_lr: 0.5, step_size_up: 2 }),
    (o) => new CyclicLR(o, 0.1, 0.5, 2),
  ],
  ['OneCycleLR', (o) => new OneCycleLR(o, { max_lr: 0.5, total_steps: 8 }), (o) => new OneCycleLR(o, 0.5, 8)],
  [
    'SequentialLR',
    (o) =>
      new SequentialLR(o, { schedulers: [new ExponentialLR(o, 0.9), new StepLR(o, 1)], milestones: [2] }),
    (o) => new SequentialLR(o, [new ExponentialLR(o, 0.9), new StepLR(o, 1)], [2]),
  ],
]

describe('the optimizer, then keywords', () => {
  test.each(BOTH)('%s', (_name, byKeywords, byPosition) => {
    const rates = (make: (optimizer: Optimizer) => Schedule) => {
      const optimizer = new torch.optim.SGD([torch.zeros([1])], { lr: 0.25, momentum: 0.5 })
      const schedule = make(optimizer)
      return Array.from({ length: 6 }, () => {
        optimizer.step()
        schedule.step()
        return schedule.get_last_lr()[0]
      })
    }
    expect(rates(byKeywords)).toEqual(rates(byPosition))
  })
})
