import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { testRefused, testSentences, untyped } from '../support/errors.js'
import { leaf } from '../support/tensors.js'

const { Adadelta, Adagrad, Adam, Adamax, AdamW, ASGD, LBFGS, NAdam, RAdam, RMSprop, Rprop, SGD } = torch.optim

describe('bad input: torch’s sentence', () => {
  const loading = (change: (saved: { param_groups: { params: unknown[] }[] }) => void) => () => {
    const saved = new SGD([leaf(), leaf()]).state_dict()
    change(saved)
    new SGD([leaf(), leaf()]).load_state_dict(saved)
  }
  const again = () => {
    const p = leaf()
    new SGD([p]).add_param_group({ params: p })
  }
  const actions: Record<string, () => unknown> = {
    'SGD: lr': () => new SGD([leaf()], { lr: -1 }),
    'SGD: momentum': () => new SGD([leaf()], { momentum: -0.5 }),
    'SGD: weight_decay': () => new SGD([leaf()], { weight_decay: -0.5 }),
    'SGD: nesterov': () => new SGD([leaf()], { nesterov: true }),
    'SGD: nesterov, dampening': () => new SGD([leaf()], { nesterov: true, momentum: 0.9, dampening: 0.1 }),
    'Adam: lr': () => new Adam([leaf()], { lr: -1 }),
    'Adam: eps': () => new Adam([leaf()], { eps: -0.5 }),
    'Adam: beta1': () => new Adam([leaf()], { betas: [1.5, 0.9] }),
    'Adam: beta2': () => new Adam([leaf()], { betas: [0.5, -0.5] }),
    'Adam: weight_decay': () => new Adam([leaf()], { weight_decay: -0.5 }),
    'AdamW: lr': () => new AdamW([leaf()], { lr: -1 }),
    'RMSprop: lr': () => new RMSprop([leaf()], { lr: -1 }),
    'RMSprop: eps': () => new RMSprop([leaf()], { eps: -0.5 }),
    'RMSprop: momentum': () => new RMSprop([leaf()], { momentum: -0.5 }),
    'RMSprop: weight_decay': () => new RMSprop([leaf()], { weight_decay: -0.5 }),
    'RMSprop: alpha': () => new RMSprop([leaf()], { alpha: -0.5 }),
    'Adagrad: lr': () => new Adagrad([leaf()], { lr: -1 }),
    'Adagrad: lr_decay': () => new Adagrad([leaf()], { lr_decay: -0.5 }),
    'Adagrad: weight_decay': () => new Adagrad([leaf()], { weight_decay: -0.5 }),
    'Adagrad: initial_accumulator_value': () => new Adagrad([leaf()], { initial_accumulator_value: -0.5 }),
    'Adagrad: eps': () => new Adagrad([leaf()], { eps: -0.5 }),
    'NAdam: momentum_decay': () => new NAdam([leaf()], { momentum_decay: -0.5 }),
    'NAdam: betas': () => new NAdam([leaf()], { betas: [1.5, 0.9] }),
    'RAdam: weight_decay': () => new RAdam([leaf()], { weight_decay: -0.5 }),
    'Adamax: eps': () => new Adamax([leaf()], { eps: -0.5 }),
    'Adadelta: rho': () => new Adadelta([leaf()], { rho: 1.5 }),
    'ASGD: lambd': () => new ASGD([leaf()], { lambd: -0.5 }),
    'ASGD: alpha': () => new ASGD([leaf()], { alpha: -0.5 }),
    'Rprop: etas': () => new Rprop([leaf()], { etas: [0.5, 0.9] }),
    'LBFGS: lr': () => new LBFGS([leaf()], { lr: -1 }),
    'LBFGS: groups': () => new LBFGS([{ params: leaf() }, { params: leaf() }]),
    'no parameters': () => new SGD([]),
    result: () => new SGD([leaf().mul(2)]),
    'two groups': again,
    'load: groups': loading((saved) => saved.param_groups.push({ params: [] })),
    'load: size of a group': loading((saved) => saved.param_groups[0].params.pop()),
    tensor: () => new SGD(untyped(leaf())),
    number: () => new SGD(untyped([1])),
    'group: number': () => new SGD([leaf()]).add_param_group(untyped(1)),
    'unknown option': () => new SGD([leaf()], untyped({ learning_rate: 1 })),
  }

  testSentences('optim/optimizers', actions, (message) => message.replace('.__init__()', '()'))
})

describe('bad input: a clear sentence', () => {
  testRefused([
    [
      'lr: a tensor of several elements',
      () => new SGD([leaf()], untyped(leaf())),
      'Tensor lr must be 1-element',
    ],
    [
      'lr: a string',
      () => new SGD([leaf()], { lr: untyped('0.1') }),
      'SGD: lr must be a number or a Tensor, but got string 0.1',
    ],
    [
      'an option of a group that is misspelt',
      () => new Adam([{ params: leaf(), lrr: 1 } as never]),
      "Adam() got an unexpected keyword argument 'lrr'; did you mean 'lr'?",
    ],
    [
      'another',
      () => new SGD([leaf()]).add_param_group({ params: leaf(), weigthDecay: 1 } as never),
      "SGD() got an unexpected keyword argument 'weigthDecay'; did you mean 'weight_decay'?",
    ],
    [
      'the type of an option of a group',
      () => new SGD([{ params: leaf(), nesterov: untyped('no') }]),
      'SGD: nesterov must be a boolean, but got string no',
    ],
    [
      'capturable',
      () => new NAdam([leaf()], { capturable: untyped(true) }),
      'NAdam: capturable must be false',
    ],
    [
      'keywords by position',
      () => new Adam([leaf()], 0.1, [0.9, 0.99], 1e-8, 0, false, untyped(true)),
      'Adam() takes at most 6 positional arguments, but 7 were given',
    ],
    ['lr: NaN', () => new Adagrad([leaf()], { lr: Number.NaN }), 'Invalid learning rate: NaN'],
    ['dampening', () => new SGD([leaf()], { dampening: untyped(1n) }), 'dampening must be a number'],
    ['betas', () => new Adam([leaf()], { betas: untyped(0.9) }), 'Invalid betas: they must be an array'],
    ['option of a group', () => new Adam([{ params: leaf(), eps: -1 }]), 'Invalid epsilon value: -1'],
    [
      'twice in a group',
      () => {
        const p = leaf()
        new SGD([p, p])
      },
      'optimizer contains a parameter group with duplicate parameters',
    ],
    ['a string', () => new SGD(untyped('ab')), 'should be an iterable of Tensors'],
    ['a group without params', () => new SGD([leaf()]).add_param_group(untyped({ lr: 1 })), 'with params'],
  ])

  test('a step with an option out of range changes nothing', () => {
    const [a, b] = [leaf(), leaf()]
    const optimizer = new SGD([{ params: a }, { params: b }], { lr: 0.5, momentum: 0.9 })
    ;[a.grad, b.grad] = [torch.ones([2]), torch.ones([2])]
    optimizer.param_groups[1].lr = Number.NaN
    expect(() => optimizer.step()).toThrow('Invalid learning rate: NaN')
    expect(a.tolist()).toEqual([1, -2])
    expect(optimizer.state_dict().state).toEqual({})
  })
})

describe('options are read once, and checked, before a kernel runs', () => {
  const optimizers = {
    SGD: (p: Tensor) => new SGD([p], { lr: 0.1, momentum: 0.9 }),
    Adam: (p: Tensor) => new Adam([p], { lr: 0.1 }),
    RMSprop: (p: Tensor) => new torch.optim.RMSprop([p], { lr: 0.1, momentum: 0.9 }),
    Adagrad: (p: Tensor) => new torch.optim.Adagrad([p], { lr: 0.1 }),
  }
  const names = Object.entries(optimizers).flatMap(([name, make]) => {
    const { params: _, ...options } = make(leaf()).param_groups[0] as unknown as Record<string, unknown>
    return Object.entries(options)
      .filter(([, value]) => typeof value === 'number')
      .map(([option]) => [name, option] as const)
  })

  test.each(names)('%s: %s', (name, option) => {
    const make = optimizers[name as keyof typeof optimizers]
    for (const value of [
      '0.1',
      null,
      {},
      [1],
      true,
      1n,
      { valueOf: () => expect.fail('asked in a launch') },
    ]) {
      const p = leaf()
      const optimizer = make(p)
      p.grad = torch.ones([2])
      Object.assign(optimizer.param_groups[0], { [option]: value })
      expect(() => optimizer.step()).toThrow()
      expect(p.tolist()).toEqual(leaf().tolist())
    }
    // A getter may do what it likes: everything is as it was, or the step is that of the value.
    const [p, q] = [leaf(), leaf()]
    const [optimizer, plain] = [make(p), make(q)]
    p.grad = torch.ones([2])
    q.grad = torch.ones([2])
    const group: Record<string, unknown> = optimizer.param_groups[0] as never
    const given = group[option]
    let asked = 0
    Object.defineProperty(group, option, {
      enumerable: true,
      configurable: true,
      get() {
        asked++
        torch.ones([1000]).add(1)
        return asked === 1 ? given : 'another'
      },
    })
    optimizer.step()
    plain.step()
    expect(asked).toBe(1)
    expect(p.tolist()).toEqual(q.tolist())
  })

  test('betas', () => {
    for (const betas of [
      null,
      0.9,
      [0.9],
      [0.9, '0.9'],
      [{ valueOf: () => 0.9 }, 0.9],
      [Number.NaN, 0.9],
      [1, 0.9],
    ]) {
      const p = leaf()
      const optimizer = new Adam([p])
      p.grad = torch.ones([2])
      Object.assign(optimizer.param_groups[0], { betas })
      expect(() => optimizer.step()).toThrow('Invalid beta')
      expect(p.tolist()).toEqual(leaf().tolist())
    }
  })
})

describe('a state_dict that does not fit changes nothing', () => {
  type Saved = { state: Record<string, unknown>; param_groups: Record<string, unknown>[] }
  const ones = (shape: number[]) => torch.ones(shape)
  const moments = { step: 1, exp_avg: ones([2]), exp_avg_sq: ones([2]) }
  const cases: [string, unknown, string][] = [
    ['null', null, 'Expected state_dict to be dict-like, got null.'],
    ['a string', 'x', 'Expected state_dict to be dict-like, got string x.'],
    ['nothing', {}, 'an object state and an array param_groups, got undefined and undefined'],
    ['a list of numbers', { state: {}, param_groups: [3] }, "doesn't match the size of optimizer's group"],
    [
      'an option',
      { state: {}, param_groups: [{ params: [0], lr: 'fast' }] },
      'Invalid learning rate: string fast',
    ],
    ['a state', { state: { 0: 3 } }, 'does not fit parameter 0: state must be an object, but got 3'],
    ['another rule', { state: { 0: { momentum_buffer: ones([2]) } } }, 'parameter 0: there is no exp_avg'],
    ['no step', { state: { 0: { ...moments, step: undefined } } }, 'step must be a number of at least 0'],
    [
      'a step of NaN',
      { state: { 0: { ...moments, step: Number.NaN } } },
      'step must be a number of at least 0',
    ],
    ['a negative step', { state: { 0: { ...moments, step: -1 } } }, 'step must be a number of at least 0'],
    [
      'an array',
      { state: { 0: { ...moments, exp_avg: [1, 2] } } },
      'exp_avg must be a Tensor, but got Array',
    ],
    [
      'a shape',
      { state: { 0: { ...moments, exp_avg_sq: ones([3]) } } },
      'exp_avg_sq has shape torch.Size([3]), but the parameter has torch.Size([2])',
    ],
  ]
  test.each(cases)('%s', (_name, saved, sentence) => {
    const p = leaf()
    const optimizer = new Adam([p], { lr: 0.5 })
    p.grad = torch.ones([2])
    optimizer.step()
    const before = JSON.stringify(optimizer.state_dict())
    const [group] = optimizer.param_groups
    const whole = saved as Saved | null
    const given =
      whole?.state !== undefined && whole.param_groups === undefined
        ? { ...whole, param_groups: [{ params: [0] }] }
        : whole
    expect(() => optimizer.load_state_dict(untyped(given))).toThrow(sentence)
    expect(JSON.stringify(optimizer.state_dict())).toBe(before)
    expect(optimizer.param_groups[0]).toBe(group)
  })

  test('a disposed tensor', () => {
    const optimizer = new SGD([leaf()], { momentum: 0.9 })
    const buffer = ones([2])
    buffer.dispose()
    const saved = { state: { 0: { momentum_buffer: buffer } }, param_groups: [{ params: [0] }] }
    expect(() => optimizer.load_state_dict(untyped(saved))).toThrow('a disposed tensor was used')
    expect(optimizer.state_dict().state).toEqual({})
  })

  test('torch’s tensors of other types, steps and missing buffers are taken', () => {
    const optimizer = new RMSprop([leaf()], { momentum: 0.5 })
    const state = {
      step: torch.tensor(7),
      square_avg: torch.tensor([1, 2], { dtype: 'int32' }),
      momentum_buffer: null,
    }
    optimizer.load_state_dict(
      untyped({ state: { 5: state }, param_groups: [{ params: [5], foreach: null }] }),
    )
    const loaded = optimizer.state_dict().state[0]
    expect(loaded.step).toBe(7)
    expect((loaded.square_avg as Tensor).dtype).toBe('float32')
    expect((loaded.square_avg as Tensor).tolist()).toEqual([1, 2])
    optimizer.step()
  })
})

test.each([[null], [3], ['a'], [{}]])('a group whose params became %s', (params) => {
  const parameter = torch.ones([2], { requires_grad: true })
  const optimizer = new torch.optim.SGD([parameter], { lr: 0.1 })
  parameter.grad = torch.ones([2])
  Object.assign(optimizer.param_groups[0], { params })
  expect(() => optimizer.step()).toThrow('params must be an array of Parameters')
})
