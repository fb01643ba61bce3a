/** Whole training runs of which only the seed is given, as test/fixtures/runs.py says them in Python. */
import { describe, expect, test } from 'vitest'
import torch from '../ts/index.js'
import { expectClose, fixture } from './helpers.js'

const {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Flatten,
  Linear,
  MaxPool2d,
  MultiLabelSoftMarginLoss,
  ReLU,
  Sequential,
} = torch.nn

const { runs } = fixture<{ runs: Record<string, number[]> }>('runs')
const SEED = 2024

interface Learner {
  zero_grad(): void
  step(): void
}

/** The losses of as many steps as torch has taken. */
function train(
  model: { forward(x: torch.Tensor): torch.Tensor },
  data: readonly [x: torch.Tensor, y: torch.Tensor],
  criterion: torch.nn.MultiLabelSoftMarginLoss,
  optimizer: Learner,
  steps: number,
): number[] {
  const losses: number[] = []
  const dataset = new torch.utils.data.TensorDataset(...data)
  const loader = new torch.utils.data.DataLoader(dataset, { batch_size: 16, shuffle: true })
  while (true) {
    for (const [inputs, targets] of loader) {
      optimizer.zero_grad()
      const loss = criterion.forward(model.forward(inputs), targets)
      loss.backward()
      optimizer.step()
      losses.push(loss.item())
      if (losses.length === steps) return losses
    }
  }
}

const programs: Record<string, (steps: number) => number[]> = {
  linear(steps) {
    const x = torch.randn([100, 12])
    const y = x
      .matmul(torch.randn([12, 7]))
      .gt(1)
      .float()
    const model = new Linear(12, 7)
    const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.02 })
    return train(model, [x, y], new MultiLabelSoftMarginLoss(), optimizer, steps)
  },
  perceptron(steps) {
    const x = torch.rand([80, 9])
    const y = torch.rand([80, 5]).lt(0.3).float()
    const weight = torch.rand([5]).add(0.5)
    const model = new Sequential(new Linear(9, 16), new ReLU(), new Dropout(0.2), new Linear(16, 5))
    const optimizer = new torch.optim.AdamW(model.parameters(), { lr: 0.01 })
    return train(model, [x, y], new MultiLabelSoftMarginLoss({ weight }), optimizer, steps)
  },
  convolution(steps) {
    const x = torch.randn([48, 2, 9, 9])
    const y = torch.rand([48, 4]).lt(0.4).float()
    const model = new Sequential(
      new Conv2d(2, 6, 3, { padding: 1 }),
      new BatchNorm2d(6),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
      new Linear(96, 4),
    )
    const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, nesterov: true })
    return train(model, [x, y], new MultiLabelSoftMarginLoss(), optimizer, steps)
  },
}

describe('50 steps from a seed are those of torch', () => {
  test.each(Object.entries(runs))('%s', (name, losses) => {
    torch.manual_seed(SEED)
    const curve = programs[name](losses.length)
    expect(losses).toHaveLength(50)
    expectClose(curve, losses, { relative: name === 'convolution' ? 2e-4 : 1e-5 })
  })
})
