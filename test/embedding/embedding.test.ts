import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { testRefused, untyped } from '../support/errors.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { int32, uniform } from '../support/tensors.js'

const { functional: F } = torch.nn

testOperations('embedding/embedding', {
  embedding: ([indices, weight], options) => F.embedding(indices, weight, options),
  embedding_bag: [
    ([indices, weight, ...rest], { per_sample, ...options }) => {
      const offsets = rest[0]?.dtype === 'int32' ? rest[0] : null
      return F.embedding_bag(indices, weight, offsets, {
        ...(options as object),
        per_sample_weights: per_sample ? (rest.at(-1) ?? null) : null,
      })
    },
    { absolute: 4e-7 },
  ],
})

describe('gradients are those of central differences', () => {
  const bags = int32([0, 2, 3])
  const words = int32([1, 2, 0, 2, 2, 1])
  const functions: [string, (x: torch.Tensor) => torch.Tensor][] = [
    ['embedding', (x) => F.embedding(int32([2, 0, 2]), x)],
    ['embedding_bag, sum', (x) => F.embedding_bag(words, x, bags, { mode: 'sum' })],
    ['embedding_bag, mean', (x) => F.embedding_bag(words, x, bags)],
    ['embedding_bag, max', (x) => F.embedding_bag(words, x, bags, { mode: 'max' })],
  ]
  test.each(functions)('%s', (_, f) => expectGradients(f, [uniform([3, 7], 16)]))
})

describe('edges', () => {
  test('a bag past the end of a long list of offsets', () => {
    const offsets = torch.zeros([200_001], { dtype: 'int32' })
    expect(F.embedding_bag(int32([1]), torch.ones([2, 3]), offsets).shape).toEqual([200_001, 3])
  })

  test('indices that change after they were used are noticed', () => {
    const [indices, weight] = [int32([0, 1]), torch.ones([2, 2], { requires_grad: true })]
    const result = F.embedding(indices, weight).sum()
    indices[0] = 7
    expect(() => result.backward()).toThrow('modified by an inplace operation')
  })
})

describe('errors', () => {
  const W = torch.ones([4, 3])
  const words = int32([1, 2])
  testRefused([
    [
      'embedding: dtype',
      () => F.embedding(torch.ones([2]), W),
      torch.RuntimeError,
      "Expected tensor for argument #1 'indices' to have scalar type int32, but got float32 instead (while checking arguments for embedding)",
    ],
    ['embedding: range', () => F.embedding(int32([1, 5]), W), torch.IndexError, 'index out of range in self'],
    [
      'embedding: negative',
      () => F.embedding(int32([-1]), W),
      torch.IndexError,
      'index out of range in self',
    ],
    [
      'embedding: weight',
      () => F.embedding(words, torch.ones([3])),
      torch.RuntimeError,
      "'weight' must be 2-D",
    ],
    [
      'embedding: array',
      () => F.embedding(untyped([1, 2]), W),
      TypeError,
      'embedding: input must be a Tensor, but got Array',
    ],
    [
      'embedding: padding',
      () => F.embedding(words, W, { padding_idx: 4 }),
      torch.ValueError,
      'Padding_idx must be within num_embeddings',
    ],
    [
      'embedding_bag: offsets',
      () => F.embedding_bag(words, W),
      torch.ValueError,
      'offsets has to be a 1D Tensor but got null',
    ],
    [
      'embedding_bag: 2-D',
      () => F.embedding_bag(words.reshape([1, 2]), W, int32([0])),
      torch.ValueError,
      'if input is 2D, then offsets has to be None',
    ],
    [
      'embedding_bag: first',
      () => F.embedding_bag(words, W, int32([1])),
      torch.RuntimeError,
      'offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got 1',
    ],
    [
      'embedding_bag: last',
      () => F.embedding_bag(words, W, int32([0, 3])),
      torch.RuntimeError,
      "offsets[-1] can not be greater than input's length 2 but got offsets[-1] of 3",
    ],
    [
      'embedding_bag: order',
      () => F.embedding_bag(int32([1, 2, 3]), W, int32([0, 2, 1])),
      torch.RuntimeError,
      'offsets must not fall, but got offsets[2] = 1 after 2',
    ],
    [
      'embedding_bag: negative offset',
      () => F.embedding_bag(words, W, int32([0, -1])),
      torch.RuntimeError,
      'offsets must not fall',
    ],
    [
      'embedding_bag: offsets of floats',
      () => F.embedding_bag(words, W, torch.zeros([1])),
      torch.ValueError,
      'offsets has to be a 1D Tensor of int32, but got float32 of shape [1]',
    ],
    [
      'embedding_bag: offsets of rows',
      () => F.embedding_bag(words, W, int32([0]).reshape([1, 1])),
      torch.ValueError,
      'offsets has to be a 1D Tensor',
    ],
    [
      'embedding_bag: no last offset',
      () => F.embedding_bag(words, W, int32([]), { include_last_offset: true }),
      torch.RuntimeError,
      'include_last_offset: number of offset should be at least 1',
    ],
    [
      'embedding_bag: range',
      () => F.embedding_bag(int32([1, 7]), W, int32([0])),
      torch.RuntimeError,
      'Index 1 of input takes value 7 which is not in the valid range [0, 4)',
    ],
    [
      'embedding_bag: 3-D',
      () => F.embedding_bag(int32([1]).reshape([1, 1, 1]), W),
      torch.ValueError,
      'input has to be 1D or 2D Tensor, but got Tensor of dimension 3',
    ],
    [
      'embedding_bag: mode',
      () => F.embedding_bag(words, W, null, { mode: untyped('foo') }),
      torch.ValueError,
      'mode has to be one of sum, mean or max',
    ],
    [
      'embedding_bag: weight',
      () => F.embedding_bag(words, torch.ones([4])),
      torch.ValueError,
      'weight has to be a 2D Tensor, but got Tensor of dimension 1',
    ],
    [
      'embedding_bag: factors',
      () => F.embedding_bag(words.reshape([1, 2]), W, null, { per_sample_weights: torch.ones([1, 2]) }),
      torch.RuntimeError,
      "per_sample_weights is only supported for mode='sum' (got mode='mean')",
    ],
    [
      'embedding_bag: factors shape',
      () =>
        F.embedding_bag(words.reshape([1, 2]), W, null, { mode: 'sum', per_sample_weights: torch.ones([2]) }),
      torch.ValueError,
      'it must have the same shape as the input',
    ],
    [
      'embedding_bag: padding',
      () => F.embedding_bag(words.reshape([1, 2]), W, null, { padding_idx: 9 }),
      torch.ValueError,
      '-4 through 3, but got 9',
    ],
  ])
})
