/** Views in memory: shapes, strides, offsets, what they share, and what is refused, as torch has it. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { fixture } from '../support/fixture.js'

type Call = [method: string, ...args: unknown[]]

interface View {
  base: number[]
  calls: Call[]
  error?: string
  shape: number[]
  stride: number[]
  offset: number
  contiguous: boolean
  values: number[]
  /** The base, once every element of the view is -1. */
  written: number[]
}

type Methods = Record<string, (...args: unknown[]) => Tensor>

const { views } = fixture<{ views: View[] }>('tensor/views')

const counting = (shape: number[]): Tensor =>
  torch
    .arange(
      shape.reduce((product, size) => product * size, 1),
      { dtype: 'float32' },
    )
    .reshape(shape)

const called = (x: Tensor, [method, ...args]: Call): Tensor => (x as unknown as Methods)[method](...args)

describe('views are those of torch', () => {
  test.each(views.map((view) => [JSON.stringify([view.base, ...view.calls]), view] as const))(
    '%s',
    (_, view) => {
      const base = counting(view.base)
      if (view.error !== undefined) {
        const last = view.calls.at(-1) as Call
        const before = view.calls.slice(0, -1).reduce(called, base)
        expect(() => called(before, last)).toThrow(view.error)
        return
      }
      const result = view.calls.reduce(called, base)
      expect(result.shape).toEqual(view.shape)
      expect(result.stride()).toEqual(view.stride)
      expect(result.storage_offset()).toBe(view.offset)
      expect(result.is_contiguous()).toBe(view.contiguous)
      expect([...result.data()]).toEqual(view.values)
      expect([...result.contiguous().clone().data()]).toEqual(view.values)
      result.fill_(-1)
      expect([...base.data()]).toEqual(view.written)
    },
  )
})

test('every type of element is written where it lies', () => {
  for (const dtype of ['float32', 'int32', 'uint8', 'bool'] as const) {
    const base = torch.zeros([3, 4], { dtype })
    base.t()[1].fill_(1)
    base.select(1, 3).copy_(torch.tensor([1, 0, 1], { dtype }))
    expect([...base.data()]).toEqual([0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1])
    expect(base.select(1, 3).tolist().toString()).toBe(dtype === 'bool' ? 'true,false,true' : '1,0,1')
  }
})

test('elements are read and assigned by their index', () => {
  const column = torch.arange(12).reshape(3, 4).select(1, 2)
  expect([column[1], column[-1]]).toEqual([6, 10])
  column[1] = 60
  expect([...column].map(Number)).toEqual([2, 60, 10])
  expect(column[Symbol.iterator]().next().value).toBe(2)
})

test('a product takes a transposed matrix as it is', () => {
  const [a, b] = [torch.randn([5, 7]), torch.randn([5, 3])]
  const copied = torch.matmul(a.t().contiguous(), b)
  expect([...torch.matmul(a.t(), b).data()]).toEqual([...copied.data()])
  const [x, weight] = [a.t().detach().requires_grad_(), b.t().detach().requires_grad_()]
  torch.nn.functional.linear(x, weight).sum().backward()
  const [y, plain] = [a.t().contiguous().requires_grad_(), b.t().contiguous().requires_grad_()]
  torch.nn.functional.linear(y, plain).sum().backward()
  for (const [strided, dense] of [
    [x, y],
    [weight, plain],
  ])
    expect([...(strided.grad as Tensor).data()]).toEqual([...(dense.grad as Tensor).data()])
})

test('optimizers, clipping and files take strided parameters', () => {
  const table = torch.ones([2, 3])
  const parameter = new torch.nn.Parameter(table.t())
  parameter.mul(torch.arange(6).reshape(3, 2)).sum().backward()
  parameter.grad = (parameter.grad as Tensor).t().contiguous().t()
  torch.nn.utils.clip_grad_value_([parameter], 3)
  new torch.optim.SGD([parameter], { lr: 1 }).step()
  expect(parameter.tolist()).toEqual([
    [1, 0],
    [-1, -2],
    [-2, -2],
  ])
  expect(table.tolist()).toEqual([
    [1, -1, -2],
    [0, -2, -2],
  ])
  const state = torch.load(torch.save({ parameter })) as Record<string, Tensor>
  expect(state.parameter.tolist()).toEqual(parameter.tolist())
})

test('what overlaps in memory is not written', () => {
  const repeated = torch.tensor(1).expand([3])
  const sentence = 'more than one element of the written-to tensor refers to a single memory location'
  for (const change of [
    () => repeated.add_(1),
    () => repeated.copy_(torch.ones([3])),
    () => repeated.uniform_(),
    () => repeated.normal_(),
    () => repeated.bernoulli_(),
    () => repeated.random_(),
  ])
    expect(change).toThrow(sentence)
  expect(repeated.fill_(2).tolist()).toEqual([2, 2, 2])
  const x = torch.arange(12).reshape(3, 4)
  expect(() => x.slice(0, 1).add_(x.slice(0, 0, 2))).toThrow(
    'some elements of the input tensor and the written-to tensor refer to a single memory location',
  )
})
