import { describe, expect, test } from 'vitest'
import torch, { type Tensor } from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

type Named = 'kthvalue' | 'median' | 'nanmedian' | 'mode' | 'cummax' | 'cummin'
type Method = (options: object) => { values: Tensor; indices: Tensor }

const both = (name: Named) => ({
  [name]: ([x]: Tensor[], options: object) => (x[name] as unknown as Method)(options).values,
  [`indices of ${name}`]: ([x]: Tensor[], options: object) => (x[name] as unknown as Method)(options).indices,
})

const quantile =
  (name: 'quantile' | 'nanquantile') =>
  ([x, q]: Tensor[], { q: number, ...rest }: Record<string, never>) =>
    torch[name](x, q ?? number, rest)

testOperations('sort/places', {
  ...both('kthvalue'),
  ...both('median'),
  ...both('nanmedian'),
  ...both('mode'),
  ...both('cummax'),
  ...both('cummin'),
  quantile: [quantile('quantile'), { absolute: 1e-6 }],
  nanquantile: [quantile('nanquantile'), { absolute: 1e-6 }],
})

test('the median of everything: equal elements share the gradient, NaN without elements', () => {
  const x = torch.tensor([2, 1, 2, 5, 2], { requires_grad: true })
  x.median().backward()
  expect(x.grad?.data()[0]).toBeCloseTo(1 / 3)
  expect(x.grad?.data()[1]).toBe(0)
  expect(torch.zeros([0]).median().item()).toBeNaN()
  expect(torch.tensor([Number.NaN, 3, 1]).nanmedian().item()).toBe(1)
})

test('unique elements, their numbers and counts; every NaN is unique, as in torch', () => {
  const x = torch.tensor([2, Number.NaN, 1, 2, Number.NaN, -0, 0])
  const [values, inverse, counts] = x.unique({ return_inverse: true, return_counts: true })
  expect(values.tolist()).toEqual([-0, 1, 2, Number.NaN, Number.NaN])
  expect(inverse.tolist()).toEqual([2, 3, 1, 2, 4, 0, 0])
  expect(counts.tolist()).toEqual([2, 1, 2, 1, 1])
  expect(torch.unique_consecutive(torch.tensor([1, 1, 2, 1])).tolist()).toEqual([1, 2, 1])
  const rows = torch.tensor([
    [3, 1],
    [0, 2],
    [3, 1],
  ])
  const [different, which] = rows.unique({ dim: 0, return_inverse: true })
  expect(different.tolist()).toEqual([
    [0, 2],
    [3, 1],
  ])
  expect(which.tolist()).toEqual([1, 0, 1])
  expect(torch.zeros([0]).unique().shape).toEqual([0])
  for (const n of [1, 16, 17, 49, 300]) {
    const many = torch.arange(n, { dtype: 'int32' }).mul(7)
    expect(torch.cat([many, many]).unique()).toEqual(many)
  }
})

test('places in sequences, beside NaN as in torch', () => {
  const sequence = torch.tensor([1, 3, 3, Number.NaN])
  const values = torch.tensor([3, 0, 5, Number.NaN])
  expect(torch.searchsorted(sequence, values).tolist()).toEqual([1, 0, 4, 4])
  expect(torch.searchsorted(sequence, values, { right: true }).tolist()).toEqual([4, 0, 4, 4])
  expect(torch.bucketize(2, torch.tensor([1, 2, 3])).item()).toBe(1)
  expect(torch.isin(torch.tensor([1, 5, Number.NaN]), torch.tensor([5, Number.NaN])).tolist()).toEqual([
    false,
    true,
    false,
  ])
})

test('counts: of numbers, of weights, of bins', () => {
  const x = torch.tensor(Int32Array.of(1, 3, 1))
  expect(x.bincount().tolist()).toEqual([0, 2, 0, 1])
  expect(torch.bincount(x, torch.tensor([0.5, 1, 2]), 5).tolist()).toEqual([0, 2.5, 0, 1, 0])
  expect(torch.tensor([1, 2, 1, Number.NaN]).histc(4, 0, 3).tolist()).toEqual([0, 2, 1, 0])
  const { hist, bin_edges } = torch.histogram(torch.tensor([1, 2, 1]), 4, { range: [0, 3] })
  expect([hist.tolist(), bin_edges.tolist()]).toEqual([
    [0, 2, 1, 0],
    [0, 0.75, 1.5, 2.25, 3],
  ])
})

describe('errors', () => {
  const x = torch.ones([2, 3])
  testRefused([
    ['k too great', () => x.kthvalue(4), torch.RuntimeError, 'selected number k out of range'],
    ['k of 0', () => x.kthvalue(0), torch.RuntimeError, 'selected number k out of range'],
    ['no elements', () => torch.zeros([0]).mode(), torch.IndexError, 'to have non-zero size'],
    ['bool', () => x.gt(0).median(), torch.RuntimeError, "not implemented for 'Bool'"],
    ['beyond 1', () => x.quantile(1.5), torch.RuntimeError, 'must be in the range [0, 1]'],
    [
      'no interpolation',
      () => x.quantile(0.5, { interpolation: untyped('cubic') }),
      torch.RuntimeError,
      'cubic',
    ],
    ['floats', () => x.select(0, 0).bincount(), torch.RuntimeError, 'non-negative integral'],
    ['below 0', () => torch.tensor(Int32Array.of(-1)).bincount(), torch.RuntimeError, 'non-negative'],
    [
      'minlength',
      () => torch.zeros([0], { dtype: 'int32' }).bincount(null, 2 ** 40),
      torch.RuntimeError,
      'does not fit',
    ],
    ['too many bins', () => x.histc(2 ** 40), torch.RuntimeError, 'does not fit'],
    ['no bins', () => x.histc(0), torch.RuntimeError, 'must be > 0'],
    ['an infinite range', () => torch.tensor([Infinity]).histc(3), torch.RuntimeError, 'is not finite'],
    [
      'types',
      () => torch.searchsorted(x, torch.ones([2, 1], { dtype: 'int32' })),
      torch.RuntimeError,
      'same dtype',
    ],
    ['rows', () => torch.searchsorted(x, torch.ones([3, 1])), torch.RuntimeError, 'first N-1 dimensions'],
    [
      'both sides',
      () => torch.searchsorted(x.select(0, 0), 1, { right: true, side: 'left' }),
      torch.RuntimeError,
      'opposites',
    ],
  ])
})
