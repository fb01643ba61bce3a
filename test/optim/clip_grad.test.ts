import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { errorTypes, type Sentence, untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { clip_grad_norm_, clip_grad_value_ } = torch.nn.utils
type Flat = (number | string)[]
type Numbers = (number | string)[]

interface Norm {
  norm_type: Numbers
  max_norm: number
  total: Numbers
  clipped: Flat[]
}

const { gradients, norms, values, special, errors } = fixture<{
  gradients: Stored[]
  norms: Norm[]
  values: { clip_value: number; clipped: Flat[] }[]
  special: (Norm & { name: string; gradients: Flat[] })[]
  errors: Sentence[]
}>('optim/clip_grad')

function parameter(gradient: Tensor): Tensor {
  const parameter = torch.zeros(gradient.shape, { requires_grad: true })
  parameter.grad = gradient
  return parameter
}

const withoutGradient = () => torch.zeros([2], { requires_grad: true })
const gradientsOf = (parameters: Tensor[]) => parameters.map(({ grad }) => grad?.data() ?? [])

describe('clip_grad_norm_ follows torch', () => {
  test.each(norms)('type $norm_type, at most $max_norm', ({ norm_type, max_norm, total, clipped }) => {
    const parameters = clipped.map((_, i) => parameter(restore(gradients[i])))
    const all = [withoutGradient(), ...parameters]
    const norm = clip_grad_norm_(all, max_norm, { norm_type: Number(norm_type[0]) })
    expect(norm.shape).toEqual([])
    expectClose(norm.data(), total, { relative: 1e-7 })
    gradientsOf(parameters).forEach((got, i) => {
      expectClose(got, clipped[i], { relative: 2e-7 })
    })
  })

  test.each(special)('$name', ({ gradients, norm_type, max_norm, total, clipped }) => {
    const parameters = gradients.map((data) => parameter(restore({ shape: [data.length], data })))
    const norm = clip_grad_norm_(parameters, max_norm, { norm_type: Number(norm_type[0]) })
    expectClose(norm.data(), total, { relative: 1e-6 })
    gradientsOf(parameters).forEach((got, i) => {
      expectClose(got, clipped[i], { relative: 1e-6 })
    })
  })
})

describe('clip_grad_value_ follows torch', () => {
  test.each(values)('within $clip_value', ({ clip_value, clipped }) => {
    const parameters = gradients.map((gradient) => parameter(restore(gradient)))
    clip_grad_value_([withoutGradient(), ...parameters], clip_value)
    gradientsOf(parameters).forEach((got, i) => {
      expect(got).toEqual(Float32Array.from(clipped[i], Number))
    })
  })

  test('NaN stays, infinities are bounded', () => {
    const p = parameter(
      torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5, 9]),
    )
    clip_grad_value_(p, 2)
    expect(p.grad?.tolist()).toEqual([Number.NaN, 2, -2, -0.5, 2])
  })
})

test('gradients whose squares overflow float32 are scaled', () => {
  const p = parameter(torch.tensor([3e30, -4e30]))
  expectClose(clip_grad_norm_(p, 1).data(), [5e30])
  expectClose(p.grad?.data() ?? [], [0.6, -0.8])
})

test('a million gradients, to the last bit of the norm', () => {
  const p = parameter(torch.full([1000, 1001], 0.1))
  expect(clip_grad_norm_([p], 1e9).item()).toBe(Math.fround(Math.fround(0.1) * Math.sqrt(1001000)))
})

test('nothing to clip: 0', () => {
  expect(clip_grad_norm_([], 1).item()).toBe(0)
  expect(clip_grad_norm_([withoutGradient()], 1).item()).toBe(0)
  clip_grad_value_([], 1)
})

test('a model’s parameters; backward notices the change', () => {
  const layer = new torch.nn.Linear(3, 2)
  layer
    .forward(torch.ones([4, 3]))
    .sum()
    .backward()
  clip_grad_norm_(layer.parameters(), 1)
  const squares = [...layer.parameters()].map(({ grad }) => grad?.mul(grad).sum().item() ?? 0)
  expectClose([squares[0] + squares[1]], [1], { relative: 1e-5 })
  const { grad } = layer.weight
  const loss = grad?.requires_grad_().mul(grad).sum()
  clip_grad_value_(layer.parameters(), 0.01)
  expect(() => loss?.backward()).toThrow('modified by an inplace operation')
})

describe('error_if_nonfinite', () => {
  test.each(errors)('$name', ({ name, type, message }) => {
    const p = parameter(torch.tensor([1, Number.POSITIVE_INFINITY]))
    const norm_type = Number(name.replace('norm_type ', '').replace('inf', 'Infinity'))
    const clip = () => clip_grad_norm_(p, 1, { norm_type, error_if_nonfinite: true })
    expect(clip).toThrow(errorTypes[type])
    expect(clip).toThrow(message)
    expect(p.grad?.tolist()).toEqual([1, Number.POSITIVE_INFINITY])
  })
})

describe('bad input: a clear sentence', () => {
  const p = parameter(torch.ones([2]))
  const disposed = parameter(torch.ones([2]))
  disposed.grad?.dispose()
  const cases: [string, () => unknown, string][] = [
    ['max_norm', () => clip_grad_norm_(p, untyped('1')), 'max_norm must be a number, but got string 1'],
    ['norm_type', () => clip_grad_norm_(p, 1, { norm_type: untyped('inf') }), 'norm_type must be a number'],
    ['an array as norm_type', () => clip_grad_norm_(p, 1, untyped([2])), 'norm_type must be a number'],
    ['misspelt', () => clip_grad_norm_(p, 1, untyped({ p: 2 })), "unexpected keyword argument 'p'"],
    [
      'parameters',
      () => clip_grad_norm_(untyped(3), 1),
      'must be a Tensor or an iterable of Tensors, but got 3',
    ],
    [
      'a number among them',
      () => clip_grad_norm_(untyped([p, 3]), 1),
      'parameters must be a Tensor, but got 3',
    ],
    ['clip_value', () => clip_grad_value_(p, untyped(null)), 'clip_value must be a number, but got null'],
    ['disposed', () => clip_grad_value_([p, disposed], 0.5), 'a disposed tensor was used'],
  ]
  test.each(cases)('%s', (_name, action, sentence) => {
    expect(action).toThrow(sentence)
    expect(p.grad?.tolist()).toEqual([1, 1])
  })
})
