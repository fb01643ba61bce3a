import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

const NEAR = { absolute: 2e-6, relative: 2e-6 }

/** Infinity is a string in fixtures. */
const withOrd = ({ ord, ...rest }: Record<string, unknown>) => ({ ...rest, ord: Number(ord ?? 2) })

testOperations('reduce/summaries', {
  std: [([x], options) => torch.std(x, options), NEAR],
  var: [([x], options) => torch.var(x, options), NEAR],
  vector_norm: [([x], options) => torch.linalg.vector_norm(x, withOrd(options)), NEAR],
  prod: [([x], options) => torch.prod(x, options), NEAR],
  cumsum: [([x], options) => torch.cumsum(x, options.dim), NEAR],
  cumprod: [([x], options) => torch.cumprod(x, options.dim), NEAR],
  logcumsumexp: [([x], options) => torch.logcumsumexp(x, options.dim), NEAR],
  logsumexp: [([x], options) => torch.logsumexp(x, options.dim, options.keepdim), NEAR],
  nansum: [([x], options) => torch.nansum(x, options), NEAR],
  nanmean: [([x], options) => torch.nanmean(x, options), NEAR],
  svdvals: [([x]) => torch.linalg.svdvals(x), { absolute: 1e-5, relative: 1e-5 }],
})

test('integers are exact to int32, and a product with 0 is 0 however great the others are', () => {
  const x = torch.tensor(Int32Array.of(2 ** 20, 2 ** 20, 0, 7))
  expect([x.prod().item(), x.prod().dtype]).toEqual([0, 'int32'])
  expect(
    torch
      .tensor(Int32Array.of(2 ** 30, 2 ** 30, -(2 ** 30)))
      .cumsum(0, { dtype: 'float32' })
      .tolist(),
  ).toEqual([2 ** 30, 2 ** 31, 2 ** 30])
  expect(torch.ones([3], { dtype: 'bool' }).cumsum(0).tolist()).toEqual([1, 2, 3])
  expect(torch.full([2, 300, 2], 255, { dtype: 'uint8' }).sum(1).tolist()).toEqual([
    [76500, 76500],
    [76500, 76500],
  ])
  expect(torch.full([70_000], 255, { dtype: 'uint8' }).sum().item()).toBe(17_850_000)
})

test('any and all, over several dimensions, of all types, without elements too', () => {
  const x = torch.tensor([
    [0, 1, 0],
    [0, 0, 0],
  ])
  expect([x.any().item(), x.all().item(), x.any(1).tolist()]).toEqual([1, 0, [true, false]])
  expect(torch.full([2], Number.NaN).all().dtype).toBe('bool')
  expect(torch.tensor(Uint8Array.of(2, 3)).all().dtype).toBe('uint8')
  expect([torch.zeros([0]).all().item(), torch.zeros([0]).any().item()]).toEqual([1, 0])
  expect(torch.ones([2, 3, 2]).all([0, 2], true).shape).toEqual([1, 3, 1])
  for (const n of [1, 15, 16, 17, 1025, 3000]) {
    const late = torch.zeros([n])
    late[n - 1] = 1
    expect([late.any().item(), late.eq(0).all().item()]).toEqual([1, 0])
  }
})

test('results in pairs come by position and by name', () => {
  const { std, mean } = torch.std_mean(torch.tensor([1, 2, 3]))
  expect([std.item(), mean.item()]).toEqual([1, 2])
  const [min, max] = torch.aminmax(torch.tensor([3, 1, 2]))
  expect([min.item(), max.item()]).toEqual([1, 3])
})

test('differences, areas and running sums in place', () => {
  const x = torch.tensor([1, 4, 9])
  expect(x.diff({ prepend: torch.zeros([1]) }).tolist()).toEqual([1, 3, 5])
  expect(torch.trapezoid(x, { dx: 2 }).item()).toBe(18)
  expect(torch.cumulative_trapezoid(x, torch.tensor([0, 1, 3])).tolist()).toEqual([2.5, 15.5])
  expect(x.cumsum_(0).tolist()).toEqual([1, 5, 14])
})

describe('errors', () => {
  const x = torch.ones([2, 3])
  const int = torch.ones([2], { dtype: 'int32' })
  testRefused([
    ['std of integers', () => int.std(), torch.RuntimeError, 'only support floating point'],
    ['both corrections', () => x.std({ correction: 1, unbiased: true }), TypeError, 'but got both'],
    ['norm of integers', () => int.norm(), torch.RuntimeError, 'Got Int'],
    ['inf of nothing', () => torch.zeros([0]).norm(Infinity), torch.RuntimeError, 'no'],
    ['a product beyond int32', () => int.mul(2 ** 20).prod(), torch.RuntimeError, 'does not fit int32'],
    ['no dim', () => x.cumsum(untyped(undefined)), TypeError, 'dim must be an integer'],
    ['no such dim', () => x.cumprod(2), torch.IndexError, 'Dimension out of range'],
    ['no sizes', () => x.sum_to_size(2, 2), torch.RuntimeError, 'is not expandable'],
    ['no order', () => torch.linalg.norm(x, 3), torch.RuntimeError, 'Order 3 not supported'],
    ['NaN', () => torch.linalg.svdvals(torch.full([2, 2], Number.NaN)), torch.RuntimeError, 'non-finite'],
  ])
})
