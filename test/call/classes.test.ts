/** Classes are called as torch's: what was swallowed does what it says, or throws. */
import { describe, expect, it } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'
import { leaf } from '../support/tensors.js'

const { nn, ones, optim, tensor, utils, zeros } = torch

describe('what was swallowed', () => {
  it('layers take arguments by position', () => {
    const conv = new nn.Conv2d(3, 8, 3, 2, 1)
    expect([conv.stride, conv.padding]).toEqual([
      [2, 2],
      [1, 1],
    ])
    expect(new nn.Linear(3, 4, false).bias).toBeNull()
    expect(new nn.Linear({ in_features: 3, out_features: 4, bias: false }).bias).toBeNull()
    expect(new nn.Dropout({ p: 0.3 }).p).toBe(0.3)
    expect(new nn.MaxPool2d(3, 2, 1).padding).toBe(1)
  })

  it('losses take weights by position, and no other names', () => {
    const w = tensor([1, 3])
    expect(new nn.BCEWithLogitsLoss(w).weight).toBe(w)
    expect(new nn.CrossEntropyLoss(w).weight).toBe(w)
    expect(() => new nn.BCEWithLogitsLoss(untyped({ posWeight: w }))).toThrow("did you mean 'pos_weight'?")
    expect(() => new nn.BCEWithLogitsLoss(w, untyped(true))).toThrow(
      'BCEWithLogitsLoss: size_average must be null, but got true',
    )
    const loss = new nn.BCEWithLogitsLoss() as unknown as { forward(...args: unknown[]): unknown }
    expect(() => loss.forward(w, w, w)).toThrow('BCEWithLogitsLoss.forward() takes at most 2')
  })

  it('loaders make batches of the size that they are given', () => {
    const data = new utils.data.TensorDataset(ones([100, 2]))
    expect(new utils.data.DataLoader(data, 32).length).toBe(4)
    expect([...new utils.data.DataLoader(data, 32, true)].map(([x]) => x.shape[0])).toEqual([32, 32, 32, 4])
    expect(() => new utils.data.DataLoader(data, untyped({ batchSize: 32 }))).toThrow("mean 'batch_size'?")
    expect(() => new utils.data.DataLoader(data, { num_workers: untyped(4) })).toThrow('must be 0, but got 4')
    const list = untyped([[ones([2])], [ones([2])]])
    const sentence = 'dataset must have a method get, which returns a row of Tensors, but got Array'
    expect(() => new utils.data.DataLoader(list, 2)).toThrow(`DataLoader: ${sentence}`)
    expect(() => new utils.data.Subset(list, [0])).toThrow(`Subset: ${sentence}`)
  })

  it('zero_grad sets to 0 where it is told to', () => {
    const x = leaf()
    const optimizer = new optim.SGD([x], 0.1, 0.9)
    for (const call of [
      () => optimizer.zero_grad({ set_to_none: false }),
      () => optimizer.zero_grad(false),
    ]) {
      x.grad = ones([2])
      call()
      expect(x.grad.tolist()).toEqual([0, 0])
    }
    optimizer.zero_grad()
    expect(x.grad).toBeNull()
    const layer = new nn.Linear(1, 1)
    layer
      .forward(ones([1, 1]))
      .sum()
      .backward()
    layer.zero_grad({ set_to_none: false })
    expect(layer.weight.grad?.tolist()).toEqual([[0]])
  })

  it('options that are tensors, strings or arrays are refused', () => {
    for (const given of [ones([2]), 'yes', [1], null])
      for (const make of [
        () => new nn.Linear(3, 4, untyped(given)),
        () => new nn.BatchNorm2d(3, untyped(given)),
        () => new nn.LayerNorm(3, untyped(given)),
        () => new nn.AvgPool2d(2, 2, 0, untyped(given)),
        () => new nn.ReLU(untyped(given)),
        () => new optim.Adam([leaf()], 1e-3, [0.9, 0.999], untyped(given)),
        () => new nn.Embedding(3, 2, 0, untyped(given)).weight && expect(given).toBeNull(),
      ])
        if (given !== null || !/Embedding/.test(String(make))) expect(make, String(make)).toThrow(TypeError)
  })

  it('nothing is drawn for what is refused', () => {
    const before = torch.get_rng_state().tolist()
    expect(() => new nn.Linear(3, 4, untyped('yes'))).toThrow('Linear: bias must be a boolean')
    expect(() => new nn.Conv2d(3, 4, 3, untyped({ strides: 2 }))).toThrow("did you mean 'stride'?")
    expect(() => new nn.Embedding(3, 4, untyped({ sparse: true }))).toThrow('Embedding: sparse must be false')
    expect(torch.get_rng_state().tolist()).toEqual(before)
  })
})

describe('classes of users', () => {
  it('go on extending', () => {
    class Scaled extends nn.Linear {
      readonly scale: number
      constructor(size: number, scale: number) {
        super(size, size, { bias: false })
        this.scale = scale
      }
    }
    class Model extends nn.Module {
      scaled = new Scaled(2, 3)
      override forward(x: torch.Tensor, times: number) {
        return this.scaled.forward(x).mul(times)
      }
    }
    expect(new Model().forward(ones([1, 2]), 2).shape).toEqual([1, 2])
    expect([...new Model().named_parameters('model')].map(([name]) => name)).toEqual(['model.scaled.weight'])
  })

  it('give Module nothing', () => {
    class Model extends nn.Module {}
    expect(() => Reflect.construct(Model, [3])).toThrow(
      'Module() takes no positional arguments, but 1 was given',
    )
    expect(() => Reflect.construct(nn.Module, [{ name: 1 }])).toThrow("unexpected keyword argument 'name'")
  })
})

describe('inplace', () => {
  it('changes the input, as torch does', () => {
    const x = tensor([-1, 2])
    expect(new nn.ReLU(true).forward(x)).toBe(x)
    expect(x.tolist()).toEqual([0, 2])
    const y = leaf()
    new nn.ReLU({ inplace: true }).forward(y.mul(3)).sum().backward()
    expect(y.grad?.tolist()).toEqual([3, 0])
    expect(() => new nn.ReLU(true).forward(y)).toThrow('a leaf Variable that requires grad')
    const kept = zeros([3])
    expect(new nn.Dropout(0.5, true).eval().forward(kept)).toBe(kept)
  })
})
