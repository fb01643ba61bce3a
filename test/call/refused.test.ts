/** What torch refuses is refused, each with a sentence: found by calling it and PyTorch with the same random arguments. */

import { describe, expect, it } from 'vitest'
import torch from '../../ts/index.js'
import { softMarginLossGrad } from '../../ts/loss.js'
import { int32 } from '../support/tensors.js'

const { nn, optim } = torch
const F = nn.functional
const x = torch.ones([2, 3])

describe('a call that torch refuses', () => {
  const never = (value: unknown) => value as never
  const calls: [string, () => unknown, RegExp][] = [
    ['zeros()', () => torch.zeros(), /^zeros\(\) missing required argument 'size'/],
    ['ones({ dtype })', () => torch.ones({ dtype: 'int32', size: never(undefined) }), /ones/],
    ['randn()', () => torch.randn(), /^randn\(\) missing required argument 'size'/],
    ['x.view()', () => torch.tensor(1).view(), /^view\(\) missing required argument 'size'/],
    ['x.permute()', () => torch.tensor(1).permute(), /^permute\(\) missing required argument 'dims'/],
    ['an infinite step', () => torch.arange(0, 5, Infinity), /step must be finite/],
    ['a step of NaN', () => torch.arange(0, 5, Number.NaN), /step must be finite/],
    ['a bool permutation', () => torch.randperm(2, { dtype: 'bool' }), /not implemented for 'Bool'/],
    ['bool classes', () => F.cross_entropy(x, torch.tensor([true, false])), /but got Bool/],
    ['bool labels', () => F.multilabel_margin_loss(x, x.gt(0)), /but got Bool/],
    ['an alpha beyond float32', () => torch.add(x, 1, { alpha: 1e300 }), /without overflow/],
    ['a slope beyond float32', () => F.leaky_relu(x, 1e300), /without overflow/],
    ['one dimension twice', () => x.squeeze([0, -2]), /dim 0 appears multiple times/],
    [
      'a symbol as keyword',
      () => x.sum(never({ [Symbol('dim')]: 1 })),
      /unexpected keyword argument 'Symbol\(dim\)'/,
    ],
    [
      'a symbol as option of the loss on arrays',
      () =>
        softMarginLossGrad(
          new Float32Array(3),
          new Uint8Array(3),
          never({ numClasses: 3, [Symbol('weight')]: new Float32Array(3) }),
        ),
      /unexpected keyword argument 'Symbol\(weight\)'/,
    ],
    ['a dataset without rows', () => new torch.utils.data.DataLoader(never({ length: 3 })), /method get/],
    ['a ModuleDict of a date', () => new nn.ModuleDict(never(new Date())), /iterable of key\/value pairs/],
    ['the state of a Map', () => load(new Map([['weight', x]])), /dict-like/],
    ['the state of a module', () => load(new nn.Linear(3, 2)), /dict-like, got Linear/],
    ['the state of a list', () => load([x]), /dict-like/],
  ]
  const load = (state: unknown) => new nn.Linear(3, 2).load_state_dict(never(state), { strict: false })
  it.each(calls)('%s', (_name, call, message) => {
    expect(call).toThrow(message)
  })

  it('is none where a shape has no dimensions', () => {
    expect(torch.zeros([]).shape).toEqual([])
    expect(torch.tensor(1).view([]).item()).toBe(1)
    expect(torch.ones([2]).at().shape).toEqual([2])
    expect(new optim.SGD([new nn.Parameter(x)], { lr: 0.1 }).param_groups).toHaveLength(1)
  })
})

// torch.result_type(uint8 tensor, 1e30) is float32.
describe('a number that no int64 holds is a float', () => {
  const bytes = torch.tensor([0, 2, 200], { dtype: 'uint8' })
  it('beside bytes', () => {
    expect(bytes.ge(1e30).tolist()).toEqual([false, false, false])
    expect(bytes.gt(-1e30).tolist()).toEqual([true, true, true])
    expect(bytes.ne(-1e30).tolist()).toEqual([true, true, true])
    expect(bytes.mul(1e30).dtype).toBe('float32')
    expect(bytes.pow(1e30).tolist()).toEqual([0, Infinity, Infinity])
  })
  it('beside int32 and bool', () => {
    expect(int32([1, -1]).lt(1e30).tolist()).toEqual([true, true])
    expect(int32([1]).add(1e30).dtype).toBe('float32')
    expect(int32([-2, 0]).pow(1e300).tolist()).toEqual([Infinity, 0])
    expect(torch.tensor([true]).mul(-1e30).dtype).toBe('float32')
    expect(() => int32([1]).add_(1e30)).toThrow("result type Float can't be cast")
  })
  it('below that it is an integer', () => {
    expect(
      int32([1])
        .lt(2 ** 62)
        .tolist(),
    ).toEqual([true])
    expect(() => int32([1]).add(2 ** 62)).toThrow('does not fit int32')
  })
})
