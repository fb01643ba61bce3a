import { expect, test } from 'vitest'
import torch, { type Tensor } from '../../ts/index.js'
import { untyped } from '../support/errors.js'

const { optim } = torch

/** A parameter of 1 and 2 whose gradient is 1. */
function parameter() {
  const x = new torch.nn.Parameter(torch.tensor([1, 2]))
  x.grad = torch.ones([2])
  return x
}

/** Three digits. */
const rounded = (x: { data(): ArrayLike<number> }) =>
  Array.from(x.data(), (value) => Math.round(value * 1000) / 1000)

test('is read at each step, and schedules write into it', () => {
  const [lr, p, q] = [torch.tensor(0.1), parameter(), parameter()]
  const optimizer = new optim.SGD([{ params: [p] }, { params: [q], lr: 0.5 }], { lr })
  const schedule = new optim.lr_scheduler.StepLR(optimizer, { step_size: 1, gamma: 0.5 })
  optimizer.step()
  expect([p, q].map(rounded)).toEqual([
    [0.9, 1.9],
    [0.5, 1.5],
  ])
  schedule.step()
  expect(lr.item()).toBe(Math.fround(0.05))
  expect(schedule.get_last_lr()).toEqual([Math.fround(0.05), 0.25])
  optimizer.step()
  expect([p, q].map(rounded)).toEqual([
    [0.85, 1.85],
    [0.25, 1.25],
  ])
  lr.fill_(1)
  optimizer.step()
  expect([p, q].map(rounded)).toEqual([
    [-0.15, 0.85],
    [0, 1],
  ])
  optimizer.param_groups[0].lr = 2
  expect(lr.item()).toBe(2)
  expect(optimizer.state_dict().param_groups.map((group) => group.lr)).toEqual([2, 0.25])
})

test('of a group alone, and of one that is added', () => {
  const lr = torch.tensor([0.25]).requires_grad_()
  const [p, q] = [parameter(), parameter()]
  const optimizer = new optim.Adam([{ params: p, lr }], { lr: 0.5 })
  optimizer.add_param_group({ params: q, lr })
  expect(optimizer.param_groups.map((group) => group.lr)).toEqual([0.25, 0.25])
  optimizer.param_groups[1].lr = 0.125
  expect(optimizer.param_groups[0].lr).toBe(0.125)
})

const { Adadelta, Adagrad, Adam, AdamW, Adamax, ASGD, LBFGS, NAdam, RAdam, RMSprop, Rprop } = optim

/** What all constructors have in common: the union of their types takes the compiler minutes. */
type Make = new (params: Tensor[], lr: Tensor) => { step(closure: () => Tensor): unknown; zero_grad(): void }

test.each<[string, Make, number]>([
  ['Adadelta', Adadelta, 0.9997],
  ['Adagrad', Adagrad, 0.9],
  ['Adam', Adam, 0.9],
  ['AdamW', AdamW, 0.899],
  ['Adamax', Adamax, 0.9],
  ['ASGD', ASGD, 0.9],
  ['NAdam', NAdam, 0.8944],
  ['RAdam', RAdam, 0.9],
  ['RMSprop', RMSprop, 0],
  ['Rprop', Rprop, 0.9],
  ['LBFGS', LBFGS, 0.1306],
])('%s', (_name, Optimizer, want) => {
  const p = parameter()
  const optimizer = new Optimizer([p], torch.tensor(0.1))
  optimizer.step(() => {
    optimizer.zero_grad()
    const loss = Optimizer === LBFGS ? p.mul(p).sum() : p.sum()
    loss.backward()
    return loss
  })
  expect(p.data()[0]).toBeCloseTo(want, 4)
})

test('refused', () => {
  const make = (lr: unknown) => () => new optim.SGD([parameter()], { lr: untyped(lr) })
  expect(make(torch.tensor([0.1, 0.2]))).toThrow('Tensor lr must be 1-element')
  expect(make(torch.tensor(-0.5))).toThrow('Invalid learning rate: -0.5')
})
