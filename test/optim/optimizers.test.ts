import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'
import { leaf } from '../support/tensors.js'
import { revive } from './revive.js'

const { Adagrad, Adam, AdamW, RMSprop, SGD } = torch.optim
type Kind =
  | ('Adadelta' | 'Adagrad' | 'Adam' | 'AdamW' | 'Adamax' | 'ASGD')
  | ('NAdam' | 'RAdam' | 'RMSprop' | 'Rprop' | 'SGD')
type Options = Record<string, unknown>

interface Case {
  name: string
  optimizer: Kind
  options: Options
  groups: Options[] | null
  float64: Record<string, (number | string)[][]>
  halfway: { state: Record<string, Record<string, unknown>>; param_groups: Options[] }
}

interface Training {
  name: string
  layers: [number, number][]
  optimizer: Kind
  options: Options
  scheduler: [name: string, args: never[], options: Options]
  max_norm: number | null
  state_dict: Record<string, Stored>
  losses: number[]
}

const { parameters, gradients, cases, training } = fixture<{
  parameters: Stored[]
  gradients: (number[] | null)[][]
  cases: Case[]
  training: { x: Stored; y: Stored; cases: Training[] }
}>('optim/optimizers')

const tolerance = { relative: 1e-6, absolute: 1e-6 }

function create({ optimizer, options, groups }: Case, tensors: Tensor[]) {
  const params = groups === null ? tensors : tensors.map((params, i) => ({ params, ...groups[i] }))
  return new torch.optim[optimizer](untyped(params), untyped(options))
}

/** Steps `from` to `to` of the fixture. */
function run(optimizer: { step(): void }, tensors: Tensor[], from: number, to: number): void {
  for (const byParameter of gradients.slice(from, to)) {
    for (const [i, tensor] of tensors.entries()) {
      const gradient = byParameter[i]
      tensor.grad = gradient === null ? null : torch.tensor(Float32Array.from(gradient)).reshape(tensor.shape)
    }
    optimizer.step()
  }
}

function expectParameters(tensors: Tensor[], want: (number | string)[][], where: string): void {
  for (const [i, tensor] of tensors.entries()) {
    try {
      expectClose(tensor.data(), want[i], tolerance)
    } catch (error) {
      throw new Error(`${where}, parameter ${i}: ${(error as Error).message}`)
    }
  }
}

const bitsOf = (tensors: Iterable<Tensor>) =>
  Array.from(tensors, (tensor) => [...new Uint32Array(tensor.data().buffer)])

describe('update rules follow torch', () => {
  test.each(cases)('$name', (fixed) => {
    const tensors = parameters.map((parameter) => restore(parameter, true))
    const optimizer = create(fixed, tensors)
    let done = 0
    for (const [step, want] of Object.entries(fixed.float64)) {
      run(optimizer, tensors, done, Number(step))
      done = Number(step)
      expectParameters(tensors, want, `step ${step}`)
    }
    expect(done).toBe(gradients.length)
  })
})

describe('a state_dict has torch’s layout', () => {
  test.each(cases)('$name', (fixed) => {
    const tensors = parameters.map((parameter) => restore(parameter, true))
    const optimizer = create(fixed, tensors)
    run(optimizer, tensors, 0, 5)
    const { state, param_groups } = optimizer.state_dict()
    const want = revive(fixed.halfway) as typeof fixed.halfway
    expect(Object.keys(state)).toEqual(Object.keys(want.state))
    for (const [i, entries] of Object.entries(want.state)) {
      const own = state[Number(i)]
      expect(Object.keys(own), `parameter ${i}`).toEqual(Object.keys(entries))
      for (const [name, value] of Object.entries(entries)) {
        if (typeof value === 'number') expect(own[name], `${i} ${name}`).toBe(value)
        else expectClose((own[name] as Tensor).data(), (value as Tensor).data(), tolerance)
      }
    }
    expect(param_groups.length).toBe(want.param_groups.length)
    for (const [i, group] of param_groups.entries()) {
      // Torch has more options, which choose among its implementations.
      expect(want.param_groups[i]).toMatchObject(group)
      expect(Object.keys(group).at(-1)).toBe('params')
    }
  })
})

describe('training goes on from a state_dict of torch', () => {
  test.each(cases)('$name', (fixed) => {
    const tensors = fixed.float64['5'].map((data, i) => restore({ shape: parameters[i].shape, data }, true))
    const optimizer = new torch.optim[fixed.optimizer](
      untyped(fixed.groups === null ? tensors : tensors.map((params) => ({ params }))),
    )
    optimizer.load_state_dict(revive(fixed.halfway) as never)
    run(optimizer, tensors, 5, 10)
    expectParameters(tensors, fixed.float64['10'], 'step 10')
  })
})

describe('training goes on from a state_dict of ours, bit by bit', () => {
  test.each(cases)('$name', (fixed) => {
    const whole = parameters.map((parameter) => restore(parameter, true))
    run(create(fixed, whole), whole, 0, 10)
    const first = parameters.map((parameter) => restore(parameter, true))
    const saved = create(fixed, first)
    run(saved, first, 0, 5)
    const second = first.map((tensor) => tensor.detach().clone().requires_grad_())
    const fresh = create({ ...fixed, options: {} }, second)
    fresh.load_state_dict(saved.state_dict() as never)
    // What was loaded is a copy: the other may go on.
    run(saved, first, 5, 10)
    run(fresh, second, 5, 10)
    expect(bitsOf(second)).toEqual(bitsOf(whole))
    expect(bitsOf(first)).toEqual(bitsOf(whole))
  })
})

describe('50 steps of training follow torch', () => {
  test.each(training.cases)('$name', (fixed) => {
    const { Linear, MultiLabelSoftMarginLoss, ReLU, Sequential, utils } = torch.nn
    const linear = fixed.layers.map(([inputs, outputs]) => new Linear(inputs, outputs))
    const model = linear.length === 1 ? linear[0] : new Sequential(linear[0], new ReLU(), linear[1])
    model.load_state_dict(revive(fixed.state_dict) as never)
    const optimizer = new torch.optim[fixed.optimizer](model.parameters(), untyped(fixed.options))
    const [name, args, options] = fixed.scheduler
    const Schedule = Reflect.get(torch.optim.lr_scheduler, name)
    const scheduler = new Schedule(optimizer, ...args, options)
    const criterion = new MultiLabelSoftMarginLoss()
    const [inputs, targets] = [restore(training.x), restore(training.y)]
    const curve = fixed.losses.map(() => {
      optimizer.zero_grad()
      const loss = criterion.forward(model.forward(inputs), targets)
      loss.backward()
      if (fixed.max_norm !== null) utils.clip_grad_norm_(model.parameters(), fixed.max_norm)
      optimizer.step()
      scheduler.step(...(name === 'ReduceLROnPlateau' ? [loss] : []))
      return loss.item()
    })
    expectClose(curve, fixed.losses, { relative: 1e-5 })
  })
})

describe('groups', () => {
  test('may be added later, and have state of their own', () => {
    const [a, b] = [leaf(), leaf()]
    const optimizer = new Adam([a], { lr: 0.5, betas: [0.5, 0.5] })
    ;[a.grad, b.grad] = [torch.ones([2]), torch.ones([2])]
    optimizer.step()
    optimizer.add_param_group({ params: b, lr: 0.25 })
    optimizer.step()
    expect(optimizer.param_groups[1]).toMatchObject({ lr: 0.25, betas: [0.5, 0.5], params: [b] })
    expectClose(a.data(), [0, -3], { relative: 1e-6 })
    expectClose(b.data(), [0.75, -2.25], { relative: 1e-6 })
    const { state, param_groups } = optimizer.state_dict()
    expect([state[0].step, state[1].step]).toEqual([2, 1])
    expect(param_groups.map(({ params }) => params)).toEqual([[0], [1]])
  })

  test('share nothing but the defaults, which stay', () => {
    const optimizer = new Adam([{ params: [leaf()] }, { params: [leaf()] }])
    untyped(optimizer.param_groups[0].betas)[0 as never] = 0.5 as never
    optimizer.state_dict().param_groups[1].lr = 7
    expect(optimizer.param_groups[1]).toMatchObject({ lr: 1e-3, betas: [0.9, 0.999] })
    expect(new Adam([leaf()]).param_groups[0].betas).toEqual([0.9, 0.999])
  })

  test('of no tensors are allowed, options that are undefined are defaults', () => {
    const optimizer = new SGD([{ params: [], lr: 1 }, { params: leaf() }], { momentum: untyped(undefined) })
    optimizer.step()
    expect(optimizer.param_groups.map(({ lr, momentum }) => [lr, momentum])).toEqual([
      [1, 0],
      [1e-3, 0],
    ])
  })
})

describe('options that change between steps', () => {
  test('amsgrad, momentum and centered may come later', () => {
    for (const optimizer of [new Adam([leaf()]), new RMSprop([leaf()]), new SGD([leaf()])]) {
      const [group] = optimizer.param_groups
      group.params[0].grad = torch.ones([2])
      optimizer.step()
      Object.assign(group, { amsgrad: true, momentum: 0.5, centered: true })
      optimizer.step()
      expect(group.params[0].data().every(Number.isFinite)).toBe(true)
    }
  })

  test('a momentum of 0 for a while keeps the buffer, as torch does', () => {
    const p = leaf([0])
    const optimizer = new SGD([p], { lr: 1, momentum: 0.5, dampening: 0.5 })
    const at = (momentum: number) => {
      optimizer.param_groups[0].momentum = momentum
      p.grad = torch.ones([1])
      optimizer.step()
      return p.item()
    }
    // 0.5 · 1 + 0.5 · 1 with the buffer of the first step.
    expect([at(0.5), at(0), at(0.5)]).toEqual([-1, -2, -3])
  })
})

test.each([
  ['SGD', { momentum: 0.9, weight_decay: 0.1 }],
  ['Adam', { amsgrad: true }],
  ['Adam', { maximize: true }],
  ['RMSprop', { centered: true, momentum: 0.9, eps: 1 }],
  ['Adagrad', {}],
] as const)('%s treats every element alike, at every length', (kind, options) => {
  const element = (i: number) => [Math.sin(i + 1), 3 * Math.cos(i)]
  const after = (elements: number[][]) => {
    const p = leaf(elements.map(([value]) => value))
    const optimizer = new torch.optim[kind]([p], options)
    for (let step = 1; step < 4; step++) {
      p.grad = torch.tensor(elements.map(([, slope]) => slope / step)).reshape(p.shape)
      optimizer.step()
    }
    return [...p.data()]
  }
  const alone = Array.from({ length: 40 }, (_, i) => after([element(i)])[0])
  for (let length = 0; length <= 40; length++) {
    expect(after(Array.from({ length }, (_, i) => element(i)))).toEqual(alone.slice(0, length))
  }
})

test('a parameter without elements, and one without a gradient', () => {
  for (const Kind of [Adagrad, Adam, AdamW, RMSprop, SGD]) {
    const [none, still] = [torch.zeros([0], { requires_grad: true }), leaf()]
    none.grad = torch.zeros([0])
    const optimizer = new Kind([none, still] as Tensor[])
    optimizer.step()
    expect(still.tolist()).toEqual([1, -2])
  }
})

test('a gradient that is the parameter itself, or the optimizer’s own state', () => {
  const p = leaf([2, 4])
  const optimizer = new SGD([p], { lr: 0.5, momentum: 1 })
  p.grad = p.detach()
  optimizer.step()
  expect(p.tolist()).toEqual([1, 2])
  p.grad = optimizer.state_dict().state[0].momentum_buffer as Tensor
  optimizer.step()
  expect(p.tolist()).toEqual([-1, -2])
})

test('an infinite parameter does not enter the moments where nothing decays', () => {
  const p = leaf([Number.POSITIVE_INFINITY, 1])
  const optimizer = new Adam([p])
  p.grad = torch.ones([2])
  optimizer.step()
  expectClose((optimizer.state_dict().state[0].exp_avg as Tensor).data(), [0.1, 0.1])
})

test('gradients whose square overflows are NaN nowhere', () => {
  const p = leaf([1])
  const optimizer = new Adam([p], { lr: 0.5 })
  p.grad = torch.tensor([1e20])
  optimizer.step()
  expectClose(p.data(), [0.5])
})

test('with beta1 = 0 the mean is the gradient, whatever it was', () => {
  const p = leaf([1])
  const optimizer = new Adam([p], { betas: [0, 0.9] })
  for (const gradient of [1e8, 1]) {
    p.grad = torch.tensor([gradient])
    optimizer.step()
  }
  expect((optimizer.state_dict().state[0].exp_avg as Tensor).item()).toBe(1)
})

test('step takes a closure, which records', () => {
  const p = leaf([3])
  const optimizer = new SGD([p], { lr: 0.5 })
  const loss = torch.no_grad(() =>
    optimizer.step(() => {
      optimizer.zero_grad()
      const result = p.mul(p).sum()
      result.backward()
      return result
    }),
  )
  expect(loss.item()).toBe(9)
  expect(p.item()).toBe(0)
  expect(optimizer.step()).toBeUndefined()
  expect(() => optimizer.step(untyped(3))).toThrow('Optimizer.step: closure must be a function, but got 3')
})

test('backward notices that a step changed what it saved', () => {
  const p = leaf([3])
  const optimizer = new SGD([p])
  const loss = p.mul(p).sum()
  p.grad = torch.ones([1])
  optimizer.step()
  expect(() => loss.backward()).toThrow('modified by an inplace operation')
})

test('AdamW takes the state of an Adam and stays decoupled', () => {
  const [a, b] = [leaf(), leaf()]
  const adam = new Adam([a])
  a.grad = torch.ones([2])
  adam.step()
  const adamW = new AdamW([b])
  adamW.load_state_dict(adam.state_dict())
  expect(adamW.param_groups[0]).toMatchObject({ decoupled_weight_decay: true, weight_decay: 0 })
})
