/** Optimizers that know the names of what they learn, and states whose options are tensors, as torch's. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { untyped } from '../support/errors.js'

const { Linear, Sequential } = torch.nn
const model = () => new Sequential(new Linear(2, 3), new Linear(3, 1))
const names = ['0.weight', '0.bias', '1.weight', '1.bias']

const optimizers = {
  Adagrad: torch.optim.Adagrad,
  Adam: torch.optim.Adam,
  AdamW: torch.optim.AdamW,
  RMSprop: torch.optim.RMSprop,
  SGD: torch.optim.SGD,
}

describe.each(Object.entries(optimizers))('%s of named_parameters()', (_name, Optimizer) => {
  test('learns as one of parameters(), and saves the names', () => {
    const [named, plain] = [model(), model()]
    plain.load_state_dict(named.state_dict())
    const [a, b] = [new Optimizer(named.named_parameters()), new Optimizer(plain.parameters())]
    for (const [net, optimizer] of [
      [named, a],
      [plain, b],
    ] as const) {
      net
        .forward(torch.ones([1, 2]))
        .sum()
        .backward()
      optimizer.step()
    }
    for (const [key, value] of Object.entries(named.state_dict())) {
      expect(value.tolist()).toEqual(plain.state_dict()[key].tolist())
    }
    const [group] = a.state_dict().param_groups
    expect(group.param_names).toEqual(names)
    expect(group.params).toEqual([0, 1, 2, 3])
    expect('param_names' in b.state_dict().param_groups[0]).toBe(false)
  })

  test('groups', () => {
    const net = model()
    const last = new Linear(3, 1)
    const optimizer = new Optimizer([
      { params: net[0].named_parameters({ prefix: 'first' }) },
      { params: [['w', last.weight] as const], lr: 0.5 },
    ])
    expect(optimizer.param_groups.map((group) => group.param_names)).toEqual([
      ['first.weight', 'first.bias'],
      ['w'],
    ])
    const sentence = 'all optimizer param groups should be with/without names. cannot add param group'
    expect(() => optimizer.add_param_group({ params: last.weight })).toThrow(
      `${sentence} without names to the optimizer`,
    )
    expect(optimizer.param_groups.length).toBe(2)
    const other = new Optimizer([torch.ones([1])])
    expect(() => other.add_param_group({ params: net.named_parameters() })).toThrow(`${sentence} with names`)
  })

  test('names that are missing, or no names', () => {
    const x = torch.ones([1])
    expect(() => new Optimizer(untyped([['x', x], torch.ones([2])]))).toThrow(
      'all optimizer params should be with/without names. Some param names are missing',
    )
    expect(() => new Optimizer(untyped([[x, 'x']]))).toThrow(
      'named parameters must be [name, parameter] pairs',
    )
    expect(() => new Optimizer(untyped([['x', 1]]))).toThrow('optimizer can only optimize Tensors')
  })

  test('names that are loaded take the place of those that were, which otherwise stay', () => {
    const net = model()
    const optimizer = new Optimizer(net.named_parameters())
    optimizer.load_state_dict(new Optimizer(net.parameters()).state_dict())
    expect(optimizer.param_groups[0].param_names).toEqual(names)
    const renamed = [...net.named_parameters()].map(
      ([name, parameter]) => [`net.${name}`, parameter] as const,
    )
    const state = new Optimizer(renamed).state_dict()
    optimizer.load_state_dict(state)
    expect(optimizer.param_groups[0].param_names).toEqual(names.map((name) => `net.${name}`))
    expect(optimizer.param_groups[0].param_names).not.toBe(state.param_groups[0].param_names)
  })
})

test('rates, betas and steps that are tensors are numbers once loaded', () => {
  const x = torch.ones([2]).requires_grad_()
  const optimizer = new torch.optim.Adam([x])
  x.sum().backward()
  optimizer.step()
  const { state, param_groups } = optimizer.state_dict()
  const asTensors = {
    state: { 0: { ...state[0], step: torch.tensor(1) } },
    param_groups: [
      { ...param_groups[0], lr: torch.tensor(0.25), betas: [torch.tensor(0.5), torch.tensor([0.75])] },
    ],
  }
  optimizer.load_state_dict(asTensors as never)
  const [group] = optimizer.param_groups
  expect([group.lr, group.betas]).toEqual([0.25, [0.5, 0.75]])
  optimizer.step()
  expect(optimizer.state_dict().state[0].step).toBe(2)
  const many = { ...asTensors, param_groups: [{ ...param_groups[0], lr: torch.ones([2]) }] }
  expect(() => optimizer.load_state_dict(many as never)).toThrow('Invalid learning rate: Tensor')
})
