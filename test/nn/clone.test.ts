import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { BatchNorm1d, Dropout, Linear, Module, ModuleDict, Parameter, ReLU, Sequential } = torch.nn

class Tied extends Module {
  encoder = new Linear(3, 3)
  decoder = new Linear(3, 3)
  norm = new BatchNorm1d(3)
  scale = new Parameter(torch.ones([1]), false)
  heads = new ModuleDict({ one: new Sequential(new Linear(3, 2), new ReLU(), new Dropout(0.5)) })
  sizes = [1, 2]

  constructor() {
    super()
    this.decoder.register_parameter('weight', this.encoder.weight)
  }

  override forward(x: torch.Tensor): torch.Tensor {
    const hidden = this.norm.forward(this.decoder.forward(this.encoder.forward(x)))
    return (this.heads.get('one') as torch.nn.Sequential).forward(hidden.mul(this.scale)) as torch.Tensor
  }
}

test('a clone computes the same, and shares nothing', () => {
  const model = new Tied().eval()
  const copy = model.clone()
  const x = torch.randn([4, 3])
  expect(copy).toBeInstanceOf(Tied)
  expect(String(copy)).toBe(String(model))
  expect(copy.training).toBe(false)
  expect(copy.forward(x)).toEqual(model.forward(x))
  expect(Object.keys(copy.state_dict())).toEqual(Object.keys(model.state_dict()))
  expect([...copy.parameters()].map(({ requires_grad }) => requires_grad)).toEqual(
    [...model.parameters()].map(({ requires_grad }) => requires_grad),
  )
  copy.train().forward(x)
  torch.no_grad(() => copy.encoder.weight.fill_(0))
  expect(copy.decoder.weight).toBe(copy.encoder.weight)
  expect(model.encoder.weight.abs().sum().item()).toBeGreaterThan(0)
  expect(model.norm.num_batches_tracked?.item()).toBe(0)
  expect(copy.norm.num_batches_tracked?.item()).toBe(1)
  copy.sizes.push(3)
  expect(model.sizes).toEqual([1, 2])
  // Its fields are guarded too.
  expect(() => Object.assign(copy, { encoder: 1 })).toThrow('cannot assign')
})

test('a clone of a layer keeps the names that are reserved', () => {
  const copy = new Linear(2, 2, { bias: false }).clone()
  expect(copy.bias).toBe(null)
  copy.register_parameter('bias', new Parameter(torch.zeros([2])))
  expect(Object.keys(copy.state_dict())).toEqual(['weight', 'bias'])
})
