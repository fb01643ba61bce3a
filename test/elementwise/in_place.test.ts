/** Arithmetic in place gives the bits of the operation that makes a new tensor. */
import { expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'

type Change = (x: Tensor, other: Tensor) => Tensor

const changes: Record<string, readonly [inPlace: Change, anew: Change]> = {
  'a tensor added': [(x, y) => x.add_(y), (x, y) => x.add(y)],
  'a multiple added': [(x, y) => x.add_(y, { alpha: -0.75 }), (x, y) => x.add(y, { alpha: -0.75 })],
  'a factor that is no float32': [(x, y) => x.sub_(y, { alpha: 0.1 }), (x, y) => x.sub(y, { alpha: 0.1 })],
  'a tensor subtracted': [(x, y) => x.sub_(y), (x, y) => x.sub(y)],
  'a tensor as factor': [(x, y) => x.mul_(y), (x, y) => x.mul(y)],
  'a tensor as divisor': [(x, y) => x.div_(y), (x, y) => x.div(y)],
  'a number added': [(x) => x.add_(0.1), (x) => x.add(0.1)],
  'a number subtracted': [(x) => x.sub_(0.1), (x) => x.sub(0.1)],
  'a number times a factor': [(x) => x.sub_(0.1, { alpha: 3 }), (x) => x.sub(0.1, { alpha: 3 })],
  'a number as factor': [(x) => x.mul_(0.1), (x) => x.mul(0.1)],
  'a number as divisor': [(x) => x.div_(0.3), (x) => x.div(0.3)],
  itself: [(x) => x.add_(x), (x) => x.add(x)],
  'a row': [(x, y) => x.add_(y[0]), (x, y) => x.add(y[0])],
  'a transposed tensor': [(x, y) => x.add_(y.t().clone().t()), (x, y) => x.add(y)],
  integers: [(x, y) => x.add_(y.to('int32')), (x, y) => x.add(y.to('int32'))],
}

test.each(Object.entries(changes))('%s', (_name, [inPlace, anew]) => {
  const [start, other] = [torch.randn([7, 9]), torch.randn([7, 9])]
  const x = start.clone()
  const want = anew(start, other)
  expect(inPlace(x, other)).toBe(x)
  expect(x.tolist()).toEqual(want.tolist())
  // A contiguous part of a tensor is changed, and nothing around it.
  const whole = torch.zeros([9, 9])
  const part = whole.narrow(0, 1, 7)
  part.copy_(start)
  inPlace(part, other)
  expect(part.tolist()).toEqual(want.tolist())
  for (const row of [0, 8]) expect(whole[row].tolist()).toEqual(Array(9).fill(0))
})

test('a change is recorded', () => {
  const leaf = torch.ones([3]).requires_grad_()
  const x = leaf.mul(2)
  x.add_(leaf, { alpha: 3 }).mul_(4)
  x.sum().backward()
  expect(leaf.grad?.tolist()).toEqual([20, 20, 20])
  // What is not recorded still counts as a change of what was saved.
  const factor = torch.ones([3])
  const product = leaf.mul(factor)
  factor.add_(1)
  expect(() => product.sum().backward()).toThrow('modified by an inplace operation')
})

test('a change that fails changes nothing', () => {
  const x = torch.ones([2, 2])
  expect(() => x.add_(torch.ones([3, 2, 2]))).toThrow("doesn't match the broadcast shape")
  expect(() => x.add_(1, { alpha: true as never })).toThrow('Boolean alpha')
  const gone = torch.ones([2, 2])
  gone.dispose()
  expect(() => x.mul_(gone)).toThrow('disposed')
  expect(x.tolist()).toEqual([
    [1, 1],
    [1, 1],
  ])
})
