import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

testOperations('sort/sort', {
  sort: ([x], options) => x.sort(options).values,
  'indices of sort': ([x], options) => x.sort(options).indices,
})

test('a long line, of four bytes that differ, is in order', () => {
  const x = torch.randn([5000], { generator: new torch.Generator().manual_seed(1) })
  const { values, indices } = torch.sort(x, 0, true)
  expect(Array.from(values.data())).toEqual(Array.from(x.data().sort().reverse()))
  expect(x.index_select(0, indices)).toEqual(values)
})

test('integers and bool keep their type', () => {
  const x = torch.tensor(Int32Array.of(16777217, -5, 16777216, -(2 ** 31), 2 ** 31 - 1))
  expect(x.sort().values.tolist()).toEqual([-(2 ** 31), -5, 16777216, 16777217, 2 ** 31 - 1])
  expect(torch.tensor([true, false, true]).sort().indices.tolist()).toEqual([1, 0, 2])
  expect(
    torch
      .tensor(Uint8Array.of(3, 200, 7))
      .sort({ descending: true })
      .values.tolist(),
  ).toEqual([200, 7, 3])
})

describe('errors', () => {
  const x = torch.ones([2, 3])
  testRefused([
    ['no such dimension', () => x.sort(2), torch.IndexError, 'Dimension out of range'],
    ['stable by position', () => x.sort(0, false, untyped(true)), TypeError, 'positional arguments'],
    ['no keyword', () => x.sort(untyped({ decending: true })), TypeError, "did you mean 'descending'"],
  ])
})
