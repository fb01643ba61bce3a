import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { testOperations } from '../support/operations.js'

testOperations('reduce/extreme', {
  max: ([x], options) => x.max(options as unknown as torch.DimOptions).values,
  'indices of max': ([x], options) => x.max(options as unknown as torch.DimOptions).indices,
  min: ([x], options) => x.min(options as unknown as torch.DimOptions).values,
  'indices of min': ([x], options) => x.min(options as unknown as torch.DimOptions).indices,
  'max of all': ([x]) => torch.max(x),
  'min of all': ([x]) => torch.min(x),
  'amin of all': ([x]) => torch.amin(x),
  amin: ([x], options) => x.amin(options),
  argmax: ([x], options) => x.argmax(options),
  argmin: ([x], options) => x.argmin(options),
})

test('integers and bool keep their type', () => {
  const x = torch.tensor(Int32Array.of(16777216, 16777217, -(2 ** 31)))
  expect(x.max().tolist()).toBe(16777217)
  expect(x.max(0).values.tolist()).toBe(16777217)
  expect(
    torch
      .tensor(Uint8Array.of(3, 200, 7))
      .max(0)
      .indices.tolist(),
  ).toBe(1)
  expect(x.min().item()).toBe(-(2 ** 31))
  expect(x.min(0).indices.item()).toBe(2)
  expect(
    torch
      .tensor(Uint8Array.of(3, 200, 0))
      .amin()
      .item(),
  ).toBe(0)
  expect(torch.tensor([[true, false]]).min(1).values).toEqual(torch.tensor([false]))
  expect(torch.tensor([[true, false]]).max(1).values).toEqual(torch.tensor([true]))
})

testRefused([
  [
    'nothing',
    () => torch.zeros([0]).max(),
    torch.RuntimeError,
    'max(): Expected reduction dim to be specified',
  ],
  [
    'an empty dimension',
    () => torch.zeros([2, 0]).max(1),
    torch.IndexError,
    'max(): Expected reduction dim 1 to have non-zero size.',
  ],
  ['no such dimension', () => torch.zeros([2]).max(1), torch.IndexError, 'Dimension out of range'],
  ['no dimension', () => torch.zeros([2]).max(untyped(true)), TypeError, 'invalid combination of arguments'],
])
