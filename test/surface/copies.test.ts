import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { freshTorch } from '../memory/fresh.js'

describe('another installed copy', () => {
  test('says so', async () => {
    const other = await freshTorch(null)
    const mine = torch.tensor([
      [1, 2],
      [3, 4],
    ])
    const theirs = other.tensor([
      [1, 2],
      [3, 4],
    ]) as unknown as torch.Tensor
    const layer = new other.nn.Linear(2, 2) as unknown as torch.nn.Linear
    const message = 'of another copy of softmargin'
    expect(() => mine.add(theirs)).toThrow(message)
    expect(() => torch.matmul(mine, theirs)).toThrow(message)
    expect(() => new torch.nn.Sequential(layer)).toThrow(message)
    expect(() => new torch.optim.SGD([theirs], { lr: 1 })).toThrow(message)
    expect(() => new torch.nn.Parameter(theirs)).toThrow(message)
    expect(() => new torch.nn.Linear(2, 2).load_state_dict(layer.state_dict())).toThrow(message)
    expect(() =>
      torch.randn([2], { generator: new other.Generator() as unknown as torch.Generator }),
    ).toThrow(message)
    const optimizer = new other.optim.SGD(layer.parameters() as never, { lr: 1 })
    expect(() => new torch.optim.lr_scheduler.StepLR(optimizer as never, 1)).toThrow(message)
    const schedule = new other.optim.lr_scheduler.StepLR(optimizer, 1)
    const own = new torch.optim.SGD([torch.ones([1])], { lr: 1 })
    expect(() => new torch.optim.lr_scheduler.SequentialLR(own, [schedule as never], [])).toThrow(message)
    expect(() => mine.add('a' as never)).not.toThrow(message)
    // As a mere field it would be no child, and its parameters would not learn.
    class Field extends torch.nn.Module {
      readonly layer = layer
    }
    expect(() => new Field()).toThrow(`cannot assign to field 'layer': a Linear ${message}`)
    const parent = Object.assign(new torch.nn.Sequential(), { note: 1 })
    expect(() => Object.assign(parent, { note: layer.weight })).toThrow(message)
    expect(parent.note).toBe(1)
  })
})
