import { describe, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { uniform } from '../support/tensors.js'

testOperations('reduce/softmax', {
  softmax: [([x], { dim }) => torch.softmax(x, dim), { absolute: 3e-7 }],
  log_softmax: [([x], { dim }) => torch.log_softmax(x, dim), { absolute: 1e-6 }],
})

describe('gradients are those of central differences', () => {
  const functions: [string, (x: torch.Tensor) => torch.Tensor][] = [
    ['softmax of rows', (x) => torch.softmax(x, 1)],
    ['softmax of columns', (x) => torch.softmax(x, 0)],
    ['log_softmax of rows', (x) => torch.log_softmax(x, 1)],
    ['log_softmax of columns', (x) => torch.log_softmax(x, 0)],
  ]
  test.each(functions)('%s', (_, f) => expectGradients(f, [uniform([3, 7], 12)]))
})

describe('errors', () => {
  const W = torch.ones([4, 3])
  testRefused([
    [
      'softmax: dim',
      () => torch.softmax(W, 2),
      torch.IndexError,
      'Dimension out of range (expected to be in range of [-2, 1], but got 2)',
    ],
    [
      'softmax: no dim',
      () => W.softmax(untyped(undefined)),
      TypeError,
      'softmax: dim must be an integer, but got undefined',
    ],
  ])
})
