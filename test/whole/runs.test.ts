/** The same script from the same seed: data, weights, order, dropout and losses are those of torch. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { digest } from '../support/digest.js'
import { fixture } from '../support/fixture.js'

const { nn, optim } = torch
const { DataLoader, TensorDataset } = torch.utils.data

/** As in test/whole/runs.py. */
class Words extends nn.Module {
  words = new nn.EmbeddingBag(40, 16, { mode: 'mean', padding_idx: 0 })
  norm = new nn.BatchNorm1d(16)
  hidden = new nn.Linear(16, 24)
  act = new nn.GELU()
  drop = new nn.Dropout(0.25)
  scale = new nn.LayerNorm(24)
  head = new nn.Linear(24, 6)

  override forward(x: torch.Tensor): torch.Tensor {
    const hidden = this.act.forward(this.hidden.forward(this.norm.forward(this.words.forward(x))))
    return this.head.forward(this.scale.forward(this.drop.forward(hidden)))
  }
}

type Data = [inputs: torch.Tensor, targets: torch.Tensor]

const tags = (rows: number, labels: number, rate: number) => torch.rand([rows, labels]).lt(rate).float()
const vectors = (): Data => [torch.randn([96, 20]), tags(96, 6, 0.3)]
const images = (): Data => [torch.randn([64, 1, 12, 12]), tags(64, 5, 0.4)]
const bags = (): Data => [torch.randint(0, 40, [80, 7]), tags(80, 6, 0.3)]

interface Run {
  seed: number
  data: () => Data
  model: () => torch.nn.Layer
  criterion: () => torch.nn.Module & { forward(input: torch.Tensor, target: torch.Tensor): torch.Tensor }
  optimizer: (parameters: Iterable<torch.Tensor>) => { zero_grad(): void; step(): void }
  batch_size: number
}

const runs: Record<string, Run> = {
  'linear, Adam': {
    seed: 0,
    data: vectors,
    model: () => new nn.Linear(20, 6),
    criterion: () => new nn.MultiLabelSoftMarginLoss(),
    optimizer: (parameters) => new optim.Adam(parameters, { lr: 0.05 }),
    batch_size: 16,
  },
  'hidden layer, class weights, AdamW': {
    seed: 1,
    data: vectors,
    model: () => new nn.Sequential(new nn.Linear(20, 32), new nn.ReLU(), new nn.Linear(32, 6)),
    criterion: () => new nn.MultiLabelSoftMarginLoss({ weight: torch.tensor([1, 2, 0.5, 1.5, 3, 0.25]) }),
    optimizer: (parameters) => new optim.AdamW(parameters, { lr: 0.01 }),
    batch_size: 20,
  },
  'CNN, SGD with nesterov': {
    seed: 2,
    data: images,
    model: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 8, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(8, 16, 3),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Linear(64, 5),
      ),
    criterion: () => new nn.MultiLabelSoftMarginLoss(),
    optimizer: (parameters) => new optim.SGD(parameters, { lr: 0.05, momentum: 0.9, nesterov: true }),
    batch_size: 16,
  },
  'words, dropout, RMSprop': {
    seed: 3,
    data: bags,
    model: () => new Words(),
    criterion: () => new nn.BCEWithLogitsLoss(),
    optimizer: (parameters) => new optim.RMSprop(parameters, { lr: 0.002 }),
    batch_size: 16,
  },
}

const layers: Record<string, () => torch.nn.Module> = {
  Linear: () => new nn.Linear(20, 6),
  'Linear without bias': () => new nn.Linear(5, 3, { bias: false }),
  'Linear of few': () => new nn.Linear(3, 2),
  Conv2d: () => new nn.Conv2d(4, 6, [3, 2], { groups: 2 }),
  'Conv2d without bias': () => new nn.Conv2d(3, 2, 3, { bias: false }),
  Embedding: () => new nn.Embedding(10, 7, { padding_idx: 2 }),
  'Embedding of few': () => new nn.Embedding(3, 5),
  EmbeddingBag: () => new nn.EmbeddingBag(9, 4),
  LayerNorm: () => new nn.LayerNorm([2, 3]),
  BatchNorm1d: () => new nn.BatchNorm1d(5),
  BatchNorm2d: () => new nn.BatchNorm2d(3),
}

interface Fixture {
  steps: number
  runs: { name: string; losses: number[]; start: Record<string, string>; rand: number[] }[]
  layers: { seed: number; starts: Record<string, Record<string, string>>; rand: number[] }
}

async function digests(module: torch.nn.Module): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [key, tensor] of Object.entries(module.state_dict())) found[key] = await digest(tensor)
  return found
}

const whole = fixture<Fixture>('whole/runs')

describe('fifty steps from a seed', () => {
  test.each(whole.runs)('$name', async ({ name, losses: want, start, rand }) => {
    const { seed, data, model, criterion, optimizer, batch_size } = runs[name]
    torch.manual_seed(seed)
    const [x, y] = data()
    const net = model()
    const loss_fn = criterion()
    expect(await digests(net)).toEqual(start)
    const update = optimizer(net.parameters())
    const loader = new DataLoader(new TensorDataset(x, y), { batch_size, shuffle: true })
    const losses: number[] = []
    while (losses.length < whole.steps) {
      for (const [inputs, targets] of loader) {
        update.zero_grad()
        const loss = loss_fn.forward(net.forward(inputs), targets)
        loss.backward()
        update.step()
        losses.push(loss.item())
        if (losses.length === whole.steps) break
      }
    }
    // torch's own float32 is off by 3e-7 from its float64.
    expectClose(losses, want, { relative: 1e-6 })
    expect(torch.rand([3]).tolist()).toEqual(rand.map(Math.fround))
  })
})

test('every layer starts with the bits of torch', async () => {
  torch.manual_seed(whole.layers.seed)
  const starts: Record<string, Record<string, string>> = {}
  for (const [name, make] of Object.entries(layers)) starts[name] = await digests(make())
  expect(starts).toEqual(whole.layers.starts)
  expect(torch.rand([3]).tolist()).toEqual(whole.layers.rand.map(Math.fround))
})
