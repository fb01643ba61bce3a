import { describe, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { fixture, restore, restoreAll, type Stored } from '../support/fixture.js'
import { lossCurve } from '../support/training.js'
import { ImageTagger } from '../whole/image_tagger.js'

const { nn } = torch

interface Training {
  name: string
  optimizer: 'Adam' | 'AdamW' | 'SGD'
  options: object
  state_dict: Record<string, Stored>
  losses: number[]
}

interface Fixture {
  x: Stored
  y: Stored
  cases: (Training & { layers: [number, number][]; class_weight: Stored | null })[]
  convolutional: (Training & { x: Stored; y: Stored })[]
}

const { x, y, cases, convolutional } = fixture<Fixture>('nn/training')

type Model = torch.nn.Module & { forward(x: torch.Tensor): torch.Tensor }

/** Trains a model as torch did; `relative` is how far its losses may be from those of float64. */
function follow(
  model: Model,
  { optimizer, options, state_dict, losses, x, y }: Training & { x: Stored; y: Stored },
  relative: number,
  weight: Stored | null = null,
): void {
  model.load_state_dict(restoreAll(state_dict))
  const criterion = new nn.MultiLabelSoftMarginLoss({ weight: weight && restore(weight) })
  const updates = new torch.optim[optimizer](model.parameters(), options)
  const [inputs, targets] = [restore(x), restore(y)]
  const computeLoss = () => criterion.forward(model.forward(inputs), targets)
  expectClose(lossCurve(losses.length, updates, computeLoss), losses, { relative })
}

describe('50 steps of training follow torch', () => {
  test.each(cases)('$name', ({ layers, class_weight, ...training }) => {
    const [first, ...rest] = layers.map(([inputs, outputs]) => new nn.Linear(inputs, outputs))
    const model = rest.length === 0 ? first : new nn.Sequential(first, new nn.ReLU(), ...rest)
    follow(model, { ...training, x, y }, 1e-5, class_weight)
  })
})

describe('20 steps of training follow torch', () => {
  const models: Record<string, () => Model> = {
    cnn: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 8, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(8, 12, 3, { stride: 2 }),
        new nn.BatchNorm2d(12),
        new nn.ReLU(),
        new nn.AdaptiveAvgPool2d(1),
        new nn.Flatten(),
        new nn.Linear(12, 5),
      ),
    ImageTagger: () => new ImageTagger({ size: 12, channels: 8, hidden: 16, tags: 5 }),
  }
  // float32 torch itself is 1e-5 from float64.
  test.each(convolutional)('$name', (training) => follow(models[training.name](), training, 3e-5))
})
