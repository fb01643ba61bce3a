import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { testRefused, untyped } from '../support/errors.js'
import { expectGradients } from '../support/gradient.js'
import { testOperations } from '../support/operations.js'
import { uniform } from '../support/tensors.js'

const { functional: F } = torch.nn

testOperations('elementwise/activation', {
  // The gradient comes from the rounded result, as torch's.
  tanh: [([x]) => torch.tanh(x), { absolute: 6e-7 }],
  silu: [([x]) => F.silu(x), { absolute: 1e-6 }],
  gelu: [([x], options) => F.gelu(x, options), { absolute: 4e-7 }],
  leaky_relu: ([x], { negative_slope }) => F.leaky_relu(x, negative_slope),
})

describe('gradients are those of central differences', () => {
  const functions: [string, (x: torch.Tensor) => torch.Tensor][] = [
    ['tanh', (x) => torch.tanh(x)],
    ['silu', (x) => F.silu(x)],
    ['gelu', (x) => F.gelu(x)],
    ['gelu, tanh', (x) => F.gelu(x, { approximate: 'tanh' })],
    ['leaky_relu', (x) => F.leaky_relu(x, 0.2)],
  ]
  test.each(functions)('%s', (_, f) => expectGradients(f, [uniform([3, 7], 11)]))
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
})

describe('errors', () => {
  testRefused([
    [
      'gelu',
      () => F.gelu(torch.ones([4, 3]), { approximate: untyped('x') }),
      torch.RuntimeError,
      'approximate argument must be either none or tanh',
    ],
    [
      'leaky_relu',
      () => F.leaky_relu(torch.ones([4, 3]), untyped('x')),
      TypeError,
      'leaky_relu: negative_slope must be a number',
    ],
  ])
})
