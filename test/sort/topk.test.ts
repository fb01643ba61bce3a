import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

testOperations('sort/topk', {
  topk: ([x], options) => x.topk(options as unknown as { k: number }).values,
  'indices of topk': ([x], options) => x.topk(options as unknown as { k: number }).indices,
})

test('of equal elements those with lower indices come first', () => {
  const x = torch.tensor([2, 0, 2, -0, 2, 1])
  expect(x.topk(3).indices.tolist()).toEqual([0, 2, 4])
  expect(x.topk(3, -1, false).indices.tolist()).toEqual([1, 3, 5])
})

test('int32 and uint8 keep their type, exact beyond float32', () => {
  const x = torch.tensor(Int32Array.of(16777216, 16777217, -(2 ** 31), 2 ** 31 - 1))
  const { values, indices } = x.topk(3)
  expect([values.dtype, values.tolist()]).toEqual(['int32', [2 ** 31 - 1, 16777217, 16777216]])
  expect(indices.tolist()).toEqual([3, 1, 0])
  expect(
    torch
      .tensor(Uint8Array.of(3, 200, 7))
      .topk(2)
      .values.tolist(),
  ).toEqual([200, 7])
})

test('a shape without elements may have any sizes', () => {
  expect(torch.zeros([0, 536870896]).topk(536870896).values.shape).toEqual([0, 536870896])
  expect(torch.zeros([536870896, 0]).topk(0, 1).indices.shape).toEqual([536870896, 0])
  expect(torch.zeros([0, 536870896]).sort().indices.shape).toEqual([0, 536870896])
})

test('its two results come by name, in order, and as torch prints them', () => {
  const result = torch.topk(torch.tensor([1, 5, 3]), 2)
  const [values, indices] = result
  expect([values, indices]).toEqual([result.values, result.indices])
  expect([result[0], result[1]]).toEqual([values, indices])
  expect(String(result)).toBe(
    'torch.return_types.topk(\nvalues=tensor([5., 3.]),\nindices=tensor([1, 2], dtype=torch.int32))',
  )
})

test('gradients reach the elements that were taken, also through views of both results', () => {
  const x = torch.tensor([[1, 4, 2, 3]], { requires_grad: true })
  const { values, indices } = x.mul(2).topk(2)
  expect([values.requires_grad, indices.requires_grad]).toEqual([true, false])
  values
    .mul(torch.tensor([10, 1]))
    .sum()
    .backward()
  expect(x.grad?.tolist()).toEqual([[0, 20, 0, 2]])
})

describe('errors', () => {
  const x = torch.ones([2, 3])
  testRefused([
    ['k too great', () => x.topk(4), torch.RuntimeError, 'selected index k out of range'],
    ['k below 0', () => x.topk(-1), torch.RuntimeError, 'selected index k out of range'],
    ['no integer', () => x.topk(1.5), TypeError, 'topk: k must be an integer, but got 1.5'],
    ['no such dimension', () => x.topk(1, 2), torch.IndexError, 'Dimension out of range'],
    ['bool', () => x.gt(0).topk(1), torch.RuntimeError, 'topk does not support bool dtypes on CPU'],
    ['no k', () => x.topk(untyped(undefined)), TypeError, 'k must be an integer'],
  ])
})
