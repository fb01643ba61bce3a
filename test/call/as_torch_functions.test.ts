/** Calls as torch spells them: by position, by keywords in one object at the end, and by both. */
import { describe, expect, it } from 'vitest'
import torch from '../../ts/index.js'

const F = torch.nn.functional
const x = torch.tensor([
  [1, 2],
  [3, 4],
])
const classes = torch.tensor([0, 1])
const weight = torch.tensor([1, 3])

describe('functions and methods', () => {
  it.each<[string, () => unknown, unknown]>([
    ['x.sum(1)', () => x.sum(1).tolist(), [3, 7]],
    ['x.sum({ dim: 1 })', () => x.sum({ dim: 1 }).tolist(), [3, 7]],
    ['x.sum(null)', () => x.sum(null).item(), 10],
    ['torch.sum({ input })', () => torch.sum({ input: x } as never).item(), 10],
    ['dtype', () => x.sum({ dim: 0, dtype: 'int32' }).dtype, 'int32'],
    ['x.mean(-1, true)', () => x.mean(-1, true).shape, [2, 1]],
    [
      'alpha',
      () => x.add(x, { alpha: 2 }).tolist(),
      [
        [3, 6],
        [9, 12],
      ],
    ],
    [
      'x.sub(1, { alpha: 2 })',
      () => x.sub(1, { alpha: 2 }).tolist(),
      [
        [-1, 0],
        [1, 2],
      ],
    ],
    [
      'x.clamp(2, 3)',
      () => x.clamp(2, 3).tolist(),
      [
        [2, 2],
        [3, 3],
      ],
    ],
    [
      'x.clamp({ max })',
      () => x.clamp({ max: 2 }).tolist(),
      [
        [1, 2],
        [2, 2],
      ],
    ],
    [
      'x.permute(1, 0)',
      () => x.permute(1, 0).tolist(),
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['x.view(-1)', () => x.view(-1).tolist(), [1, 2, 3, 4]],
    ['x.reshape(4, 1)', () => x.reshape(4, 1).shape, [4, 1]],
    ['x.expand(2, 2, 2)', () => x.expand(2, 2, 2).shape, [2, 2, 2]],
    [
      'x.transpose({ … })',
      () => x.transpose({ dim0: 0, dim1: 1 }).tolist(),
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['x.size({ dim })', () => x.size({ dim: 1 }), 2],
    ['x.to(cpu)', () => x.to('cpu') === x, true],
    ['x.to({ dtype })', () => x.to({ dtype: 'int32' }).dtype, 'int32'],
    ['x.to(dtype, false, true)', () => x.to('float32', false, true) === x, false],
    ['dropout(x, p, false)', () => F.dropout(x, 0.5, false) === x, true],
    ['dropout(x, { training })', () => F.dropout(x, { training: false }) === x, true],
    [
      'conv2d(…, stride)',
      () => F.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2), null, 2).shape,
      [1, 1, 2, 2],
    ],
    [
      'max_pool2d({ kernel_size })',
      () => F.max_pool2d(torch.ones(1, 1, 4, 4), { kernel_size: 2 }).shape,
      [1, 1, 2, 2],
    ],
    ['zeros(2, 3, { … })', () => torch.zeros(2, 3, { dtype: 'int32' }).shape, [2, 3]],
    ['rand(2, 3)', () => torch.rand(2, 3).shape, [2, 3]],
    ['ones([])', () => torch.ones([]).tolist(), 1],
    ['full(size, true)', () => torch.full([2], true).dtype, 'bool'],
    ['randint({ … })', () => torch.randint({ low: 0, high: 5, size: [3] }).shape, [3]],
    ['arange(0, 5, { step })', () => torch.arange(0, 5, { step: 2 }).tolist(), [0, 2, 4]],
    ['arange(5, 0, -2)', () => torch.arange(5, 0, -2).tolist(), [5, 3, 1]],
    ['normal(mean, 0)', () => torch.normal(torch.ones(2), 0).tolist(), [1, 1]],
    ['normal({ … })', () => torch.normal({ mean: torch.ones(2), std: 0 }).tolist(), [1, 1]],
    ['uniform_(x, a, b)', () => torch.nn.init.uniform_(torch.zeros(2), 3, 3).tolist(), [3, 3]],
    [
      'names',
      () => [torch.sum.name, torch.zeros.name, torch.gt.name, x.sum.name],
      ['sum', 'zeros', 'gt', 'sum'],
    ],
  ])('%s', (_, act, want) => {
    expect(act()).toEqual(want)
  })

  it('takes the weight of a loss by position', () => {
    const weighted = F.cross_entropy(x, classes, weight).item()
    expect(weighted).toBe(F.cross_entropy(x, classes, { weight }).item())
    expect(weighted).toBe(F.cross_entropy(x, classes, weight, null, -100, null, 'mean', 0).item())
    expect(weighted).not.toBe(F.cross_entropy(x, classes).item())
  })

  it('goes back as torch does', () => {
    const leaf = torch.ones(2).requires_grad_()
    const y = leaf.mul(2)
    y.backward(torch.ones(2), true)
    y.backward({ gradient: torch.ones(2), retain_graph: true })
    expect(leaf.grad?.tolist()).toEqual([4, 4])
  })

  it.each<[string, () => unknown, string]>([
    ['a shape as options', () => torch.tensor([1, 2, 3, 4], [2, 2] as never), 'tensor() takes at most 1'],
    ['alpha by position', () => x.add(x, 2 as never), 'add() takes at most 2'],
    [
      'a fraction of integers',
      () => torch.tensor([1], { dtype: 'int32' }).add(torch.tensor([1], { dtype: 'int32' }), { alpha: 0.5 }),
      'alpha must not be a floating point number',
    ],
    [
      'what is not supported',
      () => y().backward(torch.ones(2), { create_graph: true } as never),
      'backward: create_graph must be',
    ],
    ['in place', () => F.relu(x, 1 as never), 'relu: inplace must be'],
    [
      'a size as a string',
      () => torch.zeros('2' as never),
      'zeros: size must be an integer, but got string 2',
    ],
    [
      'no form',
      () => torch.randint('5' as never, [2]),
      'randint() received an invalid combination of arguments',
    ],
    ['both ways', () => x.sum(1, { dim: 1 } as never), "sum() got multiple values for argument 'dim'"],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(message)
  })
})

const y = () => torch.ones(2).requires_grad_().mul(2)
