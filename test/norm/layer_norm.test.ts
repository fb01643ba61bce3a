import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, untyped } from '../support/errors.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { uniform } from '../support/tensors.js'

const { functional: F } = torch.nn

testOperations('norm/layer_norm', {
  layer_norm: [
    ([x, first, second], { normalized_shape, bias_only, eps }) => {
      const affine = bias_only ? { bias: first } : { weight: first ?? null, bias: second ?? null }
      return F.layer_norm(x, normalized_shape, { ...affine, eps: eps ?? 1e-5 })
    },
    { relative: 2e-6, absolute: 4e-6 },
  ],
})

test('gradients are those of central differences', () =>
  expectGradients(
    (x, weight, bias) => F.layer_norm(x, [7], { weight, bias }),
    [uniform([3, 7], 13), uniform([7], 14), uniform([7], 15)],
  ))

describe('edges', () => {
  test('layer_norm far from 0 keeps what the rows differ by', () => {
    const rows = [5000.25, 5001, 5002.5, 4999.125]
    const mean = rows.reduce((a, b) => a + b) / 4
    const std = Math.sqrt(rows.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4 + 1e-5)
    const got = F.layer_norm(torch.tensor([rows]), [4])
    expectClose(
      got.data(),
      rows.map((x) => (x - mean) / std),
      { relative: 1e-6, absolute: 1e-6 },
    )
  })

  test('layer_norm of single elements is the bias', () => {
    const [x, weight, bias] = [[3, -4], [2], [0.5]].map((values) =>
      torch.tensor(values, { requires_grad: true }),
    )
    const y = F.layer_norm(x.reshape([2, 1]), [1], { weight, bias })
    expect(y.tolist()).toEqual([[0.5], [0.5]])
    y.backward(torch.tensor([[2], [3]]))
    expect([x, weight, bias].map(({ grad }) => grad?.tolist())).toEqual([[0, 0], [0], [5]])
  })

  test('layer_norm gives only the gradients that are asked for', () => {
    const [x, weight, bias] = [torch.ones([2, 3]), torch.ones([3]), torch.zeros([3], { requires_grad: true })]
    F.layer_norm(x, [3], { weight, bias }).sum().backward()
    expect(bias.grad?.tolist()).toEqual([2, 2, 2])
    expect([x.grad, weight.grad]).toEqual([null, null])
  })
})

describe('errors', () => {
  testRefused([
    [
      'layer_norm: size',
      () => F.layer_norm(torch.ones([2, 3]), [4]),
      torch.RuntimeError,
      'Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[2, 3]',
    ],
    [
      'layer_norm: rank',
      () => F.layer_norm(torch.ones([2, 3]), [4, 5, 6]),
      torch.RuntimeError,
      'expected input with shape [*, 4, 5, 6], but got input of size[2, 3]',
    ],
    [
      'layer_norm: no shape',
      () => F.layer_norm(torch.ones([2, 3]), []),
      torch.RuntimeError,
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []',
    ],
    [
      'layer_norm: number',
      () => F.layer_norm(torch.ones([2, 3]), untyped(3)),
      TypeError,
      'layer_norm: normalized_shape must be an array of integers, but got 3',
    ],
    [
      'layer_norm: weight',
      () => F.layer_norm(torch.ones([2, 3]), [3], { weight: torch.ones([2]) }),
      torch.RuntimeError,
      'Expected weight to be of same shape as normalized_shape, but got weight of shape [2] and normalized_shape = [3]',
    ],
    [
      'layer_norm: bias',
      () => F.layer_norm(torch.ones([2, 3]), [3], { bias: torch.ones([2]) }),
      torch.RuntimeError,
      'Expected bias to be of same shape as normalized_shape, but got bias of shape [2] and normalized_shape = [3]',
    ],
    [
      'layer_norm: eps',
      () => F.layer_norm(torch.ones([2, 3]), [3], { eps: untyped('x') }),
      TypeError,
      'layer_norm: eps must be a number',
    ],
  ])
})
