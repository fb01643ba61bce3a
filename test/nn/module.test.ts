import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testModules } from '../support/modules.js'

const { Linear, MultiLabelSoftMarginLoss, ReLU, Sequential, Sigmoid } = torch.nn

class Tagger extends torch.nn.Module {
  features = new Sequential(new Linear(20, 16), new ReLU())
  head = new Linear(16, 6)
  criterion = new MultiLabelSoftMarginLoss({ weight: torch.ones([6]) })

  override forward(x: torch.Tensor): torch.Tensor {
    return this.head.forward(this.features.forward(x))
  }
}

testModules('nn/module', {
  Linear: () => new Linear(3, 2),
  'Linear without bias': () => new Linear(3, 2, { bias: false }),
  ReLU: () => new ReLU(),
  'ReLU inplace': () => new ReLU({ inplace: true }),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new torch.nn.Tanh(),
  Flatten: () => new torch.nn.Flatten(),
  Identity: () => new torch.nn.Identity(),
  MultiLabelSoftMarginLoss: () => new MultiLabelSoftMarginLoss(),
  'MultiLabelSoftMarginLoss with weight': () => new MultiLabelSoftMarginLoss({ weight: torch.ones([2]) }),
  'empty Sequential': () => new Sequential(),
  Sequential: () => new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2)),
  'nested Sequential': () =>
    new Sequential(
      new Sequential(new Linear(4, 3), new ReLU()),
      new Sequential(new Sequential(new Linear(3, 3), new Sigmoid()), new Linear(3, 2)),
    ),
  'custom class': () => new Tagger(),
  Dropout: () => new torch.nn.Dropout(0.25),
  Conv2d: () => new torch.nn.Conv2d(3, 8, 3, { padding: 1 }),
  'Conv2d without bias': () => new torch.nn.Conv2d(3, 8, [3, 5], { stride: 2, bias: false }),
  MaxPool2d: () => new torch.nn.MaxPool2d(2),
  ModuleList: () => new torch.nn.ModuleList([new Linear(4, 3), new Linear(3, 2)]),
  'ModuleList of equals': () =>
    new torch.nn.ModuleList([new Linear(4, 4), new Linear(4, 4), new Linear(4, 4)]),
  'empty ModuleList': () => new torch.nn.ModuleList(),
})

describe('Module', () => {
  test('train and eval reach every child', () => {
    const model = new Tagger().eval()
    expect([...model.modules()].map(({ training }) => training)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ])
    expect(model.train().features.training).toBe(true)
  })

  test('a shared module is learned once and saved under both names', () => {
    const layer = new Linear(2, 2)
    const model = new Sequential(layer, layer)
    expect([...model.parameters()].length).toBe(2)
    expect(Object.keys(model.state_dict())).toEqual(['0.weight', '0.bias', '1.weight', '1.bias'])
  })

  test('what has no names of entries is no state_dict, strict or not', () => {
    const layer = new Linear(2, 1)
    const before = layer.weight.tolist()
    const others = [
      new Map([['weight', torch.ones([1, 2])]]),
      [torch.ones([1, 2])],
      new Float32Array(2),
      new DataView(new ArrayBuffer(8)),
      torch.ones([1, 2]),
      Promise.resolve({ weight: torch.ones([1, 2]) }),
      new Linear(2, 1),
    ]
    for (const other of others) {
      expect(() => layer.load_state_dict(other as never, { strict: false })).toThrow(
        /^Expected state_dict to be dict-like, got /,
      )
    }
    expect(() => layer.load_state_dict(new Linear(2, 1) as never)).toThrow('load its state_dict()')
    expect(layer.weight.tolist()).toEqual(before)
  })

  test('state_dict goes from one model to another', () => {
    const [a, b] = [new Tagger(), new Tagger()]
    expect(b.load_state_dict(a.state_dict())).toEqual({ missing_keys: [], unexpected_keys: [] })
    const x = torch.ones([1, 20])
    expect(b.forward(x).tolist()).toEqual(a.forward(x).tolist())
  })

  test('strict: false reports what did not fit by name', () => {
    const layer = new Linear(2, 1)
    const result = layer.load_state_dict(
      { weight: torch.ones([1, 2]), extra: torch.ones([1]) },
      { strict: false },
    )
    expect(result).toEqual({ missing_keys: ['bias'], unexpected_keys: ['extra'] })
    expect(layer.weight.tolist()).toEqual([[1, 1]])
  })

  test('zero_grad drops gradients', () => {
    const layer = new Linear(2, 1)
    layer
      .forward(torch.ones([1, 2]))
      .sum()
      .backward()
    expect(layer.bias?.grad?.tolist()).toEqual([1])
    layer.zero_grad(false)
    expect(layer.bias?.grad?.tolist()).toEqual([0])
    layer.zero_grad()
    expect(layer.bias?.grad).toBeNull()
  })

  test('a weight that is given to the loss is a buffer, not a parameter', () => {
    const loss = new MultiLabelSoftMarginLoss({ weight: torch.ones([3]) })
    expect([...loss.parameters()]).toEqual([])
    expect([...loss.named_buffers()].map(([name]) => name)).toEqual(['weight'])
  })
})
