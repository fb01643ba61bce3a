/** State dicts from before PyTorch 0.4, as torch takes them today. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

const { BatchNorm1d, Sequential } = torch.nn

test('a batch norm without num_batches_tracked loads, and goes on counting', () => {
  const norm = new BatchNorm1d(2)
  const net = new Sequential(norm)
  const { '0.num_batches_tracked': _, ...state } = net.state_dict()
  state['0.weight'] = torch.tensor([3, 4])
  norm.num_batches_tracked?.fill_(7)
  expect(net.load_state_dict(state)).toEqual({ missing_keys: [], unexpected_keys: [] })
  expect(norm.weight?.tolist()).toEqual([3, 4])
  expect(norm.num_batches_tracked?.item()).toBe(7)
  const bare = new BatchNorm1d(2)
  const { num_batches_tracked: __, ...own } = bare.state_dict()
  expect(bare.load_state_dict(own).missing_keys).toEqual([])
  const { running_mean: ___, ...less } = own
  expect(() => bare.load_state_dict(less)).toThrow('Missing key(s) in state_dict: "running_mean".')
})

test('other buffers of that name are missed', () => {
  class Counter extends torch.nn.Module {
    constructor() {
      super()
      this.register_buffer('num_batches_tracked', torch.tensor(0))
    }
  }
  expect(() => new Counter().load_state_dict({})).toThrow(
    'Missing key(s) in state_dict: "num_batches_tracked".',
  )
})

test('[1] loads into a scalar, other shapes do not', () => {
  class Scale extends torch.nn.Module {
    readonly scale = new torch.nn.Parameter(torch.tensor(1))
  }
  const module = new Scale()
  module.load_state_dict({ scale: torch.tensor([2.5]) })
  expect([module.scale.item(), module.scale.shape]).toEqual([2.5, []])
  for (const shape of [[2], [0], [1, 1]]) {
    expect(() => module.load_state_dict({ scale: torch.zeros(shape) })).toThrow('size mismatch for scale')
  }
  expect(module.scale.item()).toBe(2.5)
})

test('only entries that the module has are read', () => {
  const state_dict = new BatchNorm1d(1).state_dict()
  Object.defineProperty(state_dict, 'other', {
    enumerable: true,
    get: () => {
      throw new Error('was read')
    },
  })
  const { unexpected_keys } = new BatchNorm1d(1).load_state_dict(state_dict, { strict: false })
  expect(unexpected_keys).toEqual(['other'])
})
