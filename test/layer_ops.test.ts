/** Activations, softmax, layer normalisation and embeddings: numbers, gradients and errors. */
import { describe, expect, test } from 'vitest'
import torch from '../ts/index.js'
import { checkOp, expectClose, numericGradient, stream, unchecked } from './helpers.js'

const { functional: F } = torch.nn
const { IndexError, RuntimeError, ValueError } = torch
const int32 = (values: number[]) => torch.tensor(Int32Array.from(values))

describe('operations and their gradients equal torch', () => {
  // The gradient comes from the rounded result, as torch's.
  test('tanh', () => checkOp('tanh', ([x]) => torch.tanh(x), { absolute: 6e-7 }))
  test('silu', () => checkOp('silu', ([x]) => F.silu(x), { absolute: 1e-6 }))
  test('gelu', () => checkOp('gelu', ([x], options) => F.gelu(x, options), { absolute: 4e-7 }))
  test('leaky_relu', () =>
    checkOp('leaky_relu', ([x], { negative_slope }) => F.leaky_relu(x, negative_slope)))
  test('softmax', () => checkOp('softmax', ([x], { dim }) => torch.softmax(x, dim), { absolute: 3e-7 }))
  test('log_softmax', () =>
    checkOp('log_softmax', ([x], { dim }) => torch.log_softmax(x, dim), { absolute: 1e-6 }))
  test('layer_norm', () =>
    checkOp(
      'layer_norm',
      ([x, first, second], { normalized_shape, bias_only, eps }) => {
        const affine = bias_only ? { bias: first } : { weight: first ?? null, bias: second ?? null }
        return F.layer_norm(x, normalized_shape, { ...affine, eps: eps ?? 1e-5 })
      },
      { relative: 2e-6, absolute: 4e-6 },
    ))
  test('embedding', () =>
    checkOp('embedding', ([indices, weight], options) => F.embedding(indices, weight, options)))
  test('embedding_bag', () =>
    checkOp(
      'embedding_bag',
      ([indices, weight, ...rest], { per_sample, ...options }) => {
        const offsets = rest[0]?.dtype === 'int32' ? rest[0] : null
        return F.embedding_bag(indices, weight, offsets, {
          ...(options as object),
          per_sample_weights: per_sample ? (rest.at(-1) ?? null) : null,
        })
      },
      { absolute: 4e-7 },
    ))
})

test('every fixture is run', () => expect(unchecked('fixtures/nn_ops')).toEqual([]))

describe('gradients are those of central differences', () => {
  const random = stream(11)
  const values = (...shape: number[]) =>
    torch
      .tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random() * 4 - 2))
      .reshape(shape)
  const factors = values(3, 7)
  const weight = values(7)
  const bags = int32([0, 2, 3])
  const words = int32([1, 2, 0, 2, 2, 1])
  const functions: [string, (x: torch.Tensor) => torch.Tensor][] = [
    ['tanh', (x) => torch.tanh(x)],
    ['silu', (x) => F.silu(x)],
    ['gelu', (x) => F.gelu(x)],
    ['gelu, tanh', (x) => F.gelu(x, { approximate: 'tanh' })],
    ['leaky_relu', (x) => F.leaky_relu(x, 0.2)],
    ['softmax of rows', (x) => torch.softmax(x, 1)],
    ['softmax of columns', (x) => torch.softmax(x, 0)],
    ['log_softmax of rows', (x) => torch.log_softmax(x, 1)],
    ['log_softmax of columns', (x) => torch.log_softmax(x, 0)],
    ['layer_norm', (x) => F.layer_norm(x, [7], { weight, bias: weight })],
    ['embedding', (x) => F.embedding(int32([2, 0, 2]), x)],
    ['embedding_bag, sum', (x) => F.embedding_bag(words, x, bags, { mode: 'sum' })],
    ['embedding_bag, mean', (x) => F.embedding_bag(words, x, bags)],
    ['embedding_bag, max', (x) => F.embedding_bag(words, x, bags, { mode: 'max' })],
  ]
  test.each(functions)('%s', (_, f) => {
    const x = values(3, 7)
    const total = (point: torch.Tensor) => f(point).mul(factors).sum()
    const leaf = x.clone().detach().requires_grad_()
    total(leaf).backward()
    expectClose(leaf.grad?.data() ?? [], numericGradient(total, x), { relative: 1e-2, absolute: 1e-2 })
  })
})

describe('edges', () => {
  test('gelu and silu at infinity', () => {
    const x = torch.tensor([Infinity, -Infinity])
    expect(F.gelu(x).tolist()).toEqual([Infinity, NaN])
    expect(F.gelu(x, { approximate: 'tanh' }).tolist()).toEqual([Infinity, NaN])
    expect(F.silu(x).tolist()).toEqual([Infinity, NaN])
    for (const f of [F.gelu, F.silu, (x: torch.Tensor) => F.gelu(x, { approximate: 'tanh' })]) {
      const leaf = torch.tensor([1e10, -1e10], { requires_grad: true })
      f(leaf).sum().backward()
      expect(leaf.grad?.abs().tolist()).toEqual([1, 0])
    }
  })

  test('the tail of gelu keeps its digits', () => {
    // x P(X < x) in float64.
    const wanted = [
      -1, -0.15865525393145707, -2, -0.04550026389635842, -5, -1.4332578593958685e-6, -10,
      -7.619853024160493e-23,
    ]
    for (let i = 0; i < wanted.length; i += 2)
      expectClose(F.gelu(torch.tensor([wanted[i]])).data(), [wanted[i + 1]], { relative: 3e-7 })
  })

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
  const untyped = (value: unknown) => value as never
  const cases: [string, () => unknown, new (message: string) => Error, string][] = [
    [
      'gelu',
      () => F.gelu(W, { approximate: untyped('x') }),
      RuntimeError,
      'approximate argument must be either none or tanh',
    ],
    [
      'leaky_relu',
      () => F.leaky_relu(W, untyped('x')),
      TypeError,
      'leaky_relu: negative_slope must be a number',
    ],
    [
      'softmax: dim',
      () => torch.softmax(W, 2),
      IndexError,
      'Dimension out of range (expected to be in range of [-2, 1], but got 2)',
    ],
    [
      'softmax: no dim',
      () => W.softmax(untyped(undefined)),
      TypeError,
      'softmax: dim must be an integer, but got undefined',
    ],
    [
      'layer_norm: size',
      () => F.layer_norm(torch.ones([2, 3]), [4]),
      RuntimeError,
      'Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[2, 3]',
    ],
    [
      'layer_norm: rank',
      () => F.layer_norm(torch.ones([2, 3]), [4, 5, 6]),
      RuntimeError,
      'expected input with shape [*, 4, 5, 6], but got input of size[2, 3]',
    ],
    [
      'layer_norm: no shape',
      () => F.layer_norm(torch.ones([2, 3]), []),
      RuntimeError,
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
      RuntimeError,
      'Expected weight to be of same shape as normalized_shape, but got weight of shape [2] and normalized_shape = [3]',
    ],
    [
      'layer_norm: bias',
      () => F.layer_norm(torch.ones([2, 3]), [3], { bias: torch.ones([2]) }),
      RuntimeError,
      'Expected bias to be of same shape as normalized_shape, but got bias of shape [2] and normalized_shape = [3]',
    ],
    [
      'layer_norm: eps',
      () => F.layer_norm(torch.ones([2, 3]), [3], { eps: untyped('x') }),
      TypeError,
      'layer_norm: eps must be a number',
    ],
    [
      'embedding: dtype',
      () => F.embedding(torch.ones([2]), W),
      RuntimeError,
      "Expected tensor for argument #1 'indices' to have scalar type int32, but got float32 instead (while checking arguments for embedding)",
    ],
    ['embedding: range', () => F.embedding(int32([1, 5]), W), IndexError, 'index out of range in self'],
    ['embedding: negative', () => F.embedding(int32([-1]), W), IndexError, 'index out of range in self'],
    ['embedding: weight', () => F.embedding(words, torch.ones([3])), RuntimeError, "'weight' must be 2-D"],
    [
      'embedding: array',
      () => F.embedding(untyped([1, 2]), W),
      TypeError,
      'embedding: input must be a Tensor, but got Array',
    ],
    [
      'embedding: padding',
      () => F.embedding(words, W, { padding_idx: 4 }),
      ValueError,
      'Padding_idx must be within num_embeddings',
    ],
    [
      'embedding_bag: offsets',
      () => F.embedding_bag(words, W),
      ValueError,
      'offsets has to be a 1D Tensor but got null',
    ],
    [
      'embedding_bag: 2-D',
      () => F.embedding_bag(words.reshape([1, 2]), W, int32([0])),
      ValueError,
      'if input is 2D, then offsets has to be None',
    ],
    [
      'embedding_bag: first',
      () => F.embedding_bag(words, W, int32([1])),
      RuntimeError,
      'offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got 1',
    ],
    [
      'embedding_bag: last',
      () => F.embedding_bag(words, W, int32([0, 3])),
      RuntimeError,
      "offsets[-1] can not be greater than input's length 2 but got offsets[-1] of 3",
    ],
    [
      'embedding_bag: order',
      () => F.embedding_bag(int32([1, 2, 3]), W, int32([0, 2, 1])),
      RuntimeError,
      'offsets must not fall, but got offsets[2] = 1 after 2',
    ],
    [
      'embedding_bag: negative offset',
      () => F.embedding_bag(words, W, int32([0, -1])),
      RuntimeError,
      'offsets must not fall',
    ],
    [
      'embedding_bag: offsets of floats',
      () => F.embedding_bag(words, W, torch.zeros([1])),
      ValueError,
      'offsets has to be a 1D Tensor of int32, but got float32 of shape [1]',
    ],
    [
      'embedding_bag: offsets of rows',
      () => F.embedding_bag(words, W, int32([0]).reshape([1, 1])),
      ValueError,
      'offsets has to be a 1D Tensor',
    ],
    [
      'embedding_bag: no last offset',
      () => F.embedding_bag(words, W, int32([]), { include_last_offset: true }),
      RuntimeError,
      'include_last_offset: number of offset should be at least 1',
    ],
    [
      'embedding_bag: range',
      () => F.embedding_bag(int32([1, 7]), W, int32([0])),
      RuntimeError,
      'Index 1 of input takes value 7 which is not in the valid range [0, 4)',
    ],
    [
      'embedding_bag: 3-D',
      () => F.embedding_bag(int32([1]).reshape([1, 1, 1]), W),
      ValueError,
      'input has to be 1D or 2D Tensor, but got Tensor of dimension 3',
    ],
    [
      'embedding_bag: mode',
      () => F.embedding_bag(words, W, null, { mode: untyped('foo') }),
      ValueError,
      'mode has to be one of sum, mean or max',
    ],
    [
      'embedding_bag: weight',
      () => F.embedding_bag(words, torch.ones([4])),
      ValueError,
      'weight has to be a 2D Tensor, but got Tensor of dimension 1',
    ],
    [
      'embedding_bag: factors',
      () => F.embedding_bag(words.reshape([1, 2]), W, null, { per_sample_weights: torch.ones([1, 2]) }),
      RuntimeError,
      "per_sample_weights is only supported for mode='sum' (got mode='mean')",
    ],
    [
      'embedding_bag: factors shape',
      () =>
        F.embedding_bag(words.reshape([1, 2]), W, null, { mode: 'sum', per_sample_weights: torch.ones([2]) }),
      ValueError,
      'it must have the same shape as the input',
    ],
    [
      'embedding_bag: padding',
      () => F.embedding_bag(words.reshape([1, 2]), W, null, { padding_idx: 9 }),
      ValueError,
      '-4 through 3, but got 9',
    ],
  ]
  test.each(cases)('%s', (_, run, type, message) => {
    expect(run).toThrow(type)
    expect(run).toThrow(message)
  })
})
