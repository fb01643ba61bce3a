import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'
import { leaf } from '../support/tensors.js'

const { LBFGS } = torch.optim

interface Case {
  options: torch.optim.LBFGSOptions
  losses: number[]
  parameters: number[][][]
  evaluations: number
}

const { cases, ...stored } = fixture<Record<'x' | 'y' | 'weight' | 'bias', Stored> & { cases: Case[] }>(
  'optim/lbfgs',
)

/** The parameters, an optimizer, and one step of it. */
function problem(options: object) {
  const [x, y] = [restore(stored.x), restore(stored.y)]
  const parameters = [restore(stored.weight, true), restore(stored.bias, true)]
  const optimizer = new LBFGS(parameters, options)
  const step = () =>
    optimizer
      .step(() => {
        optimizer.zero_grad()
        const [weight, bias] = parameters
        const error = x.matmul(weight).add(bias).sub(y).pow(2).mean()
        const loss = error.add(weight.pow(4).mean()).mul('maximize' in options ? -1 : 1)
        loss.backward()
        return loss
      })
      .item()
  return { parameters, optimizer, step }
}

const evaluationsOf = (optimizer: torch.optim.LBFGS) => optimizer.state_dict().state[0].func_evals

describe('steps follow torch', () => {
  test.each(cases.map((fixed) => ({ ...fixed, name: JSON.stringify(fixed.options) })))('$name', (fixed) => {
    const { parameters, optimizer, step } = problem(fixed.options)
    for (const [i, loss] of fixed.losses.entries()) {
      expectClose([step()], [loss], { relative: 2e-4, absolute: 1e-4 })
      for (const [k, want] of fixed.parameters[i].entries()) {
        expectClose(parameters[k].data(), want, { relative: 1e-3, absolute: 1e-3 })
      }
    }
    expect(evaluationsOf(optimizer)).toBe(fixed.evaluations)
  })
})

test('a step goes on from a state_dict, bit by bit', () => {
  const options = { max_iter: 3, line_search_fn: 'strong_wolfe' }
  const [whole, other] = [problem(options), problem(options)]
  whole.step()
  for (const [i, parameter] of other.parameters.entries()) {
    torch.no_grad(() => parameter.copy_(whole.parameters[i]))
  }
  other.optimizer.load_state_dict(whole.optimizer.state_dict() as never)
  expect([other.step(), other.step()]).toEqual([whole.step(), whole.step()])
  expect(evaluationsOf(other.optimizer)).toBe(evaluationsOf(whole.optimizer))
})

test('at an optimum nothing changes', () => {
  const p = leaf([0, 0])
  const optimizer = new LBFGS([p])
  const loss = optimizer.step(() => {
    optimizer.zero_grad()
    const squares = p.mul(p).sum()
    squares.backward()
    return squares
  })
  expect([loss.item(), ...p.data()]).toEqual([0, 0, 0])
})

test('what is wrong is said', () => {
  expect(() => (new LBFGS([leaf()]) as unknown as { step(): void }).step()).toThrow(
    "missing required argument 'closure'",
  )
  const optimizer = new LBFGS([leaf([3])], { line_search_fn: untyped('golden') })
  const closure = () => {
    const [p] = optimizer.param_groups[0].params
    const loss = p.mul(p).sum()
    loss.backward()
    return loss
  }
  expect(() => optimizer.step(closure)).toThrow("only 'strong_wolfe' is supported")
  const saved = { ...optimizer.state_dict(), state: { 0: { d: 'x' } } }
  expect(() => optimizer.load_state_dict(saved as never)).toThrow('does not fit LBFGS')
})

test('line_search_fn is checked before anything moves', () => {
  const p = leaf([3])
  const optimizer = new LBFGS([p], { line_search_fn: untyped('golden') })
  let calls = 0
  expect(() => optimizer.step(() => ++calls)).toThrow("only 'strong_wolfe' is supported")
  expect([calls, ...p.data()]).toEqual([0, 3])
})

test.each([
  ['d', { d: torch.zeros([3]) }, 'd has shape torch.Size([3]), but the parameters have 2 elements'],
  ['prev_flat_grad', { prev_flat_grad: torch.zeros([2, 1]) }, 'prev_flat_grad has shape torch.Size([2, 1])'],
  ['old_dirs', { old_dirs: [torch.zeros([1])] }, 'old_dirs has shape torch.Size([1])'],
  ['lists', { old_dirs: [torch.zeros([2])], ro: [1] }, 'old_dirs, old_stps, ro have 1, 0, 1 entries'],
])('a state whose %s does not fit is refused whole', (_name, wrong, message) => {
  const p = leaf([3, 4])
  const optimizer = new LBFGS([p])
  optimizer.step(() => {
    optimizer.zero_grad()
    const loss = p.mul(p).sum()
    loss.backward()
    return loss
  })
  const before = optimizer.state_dict()
  const [state] = Object.values(before.state)
  const saved = { ...before, state: { 0: { ...state, old_dirs: [], old_stps: [], ro: [], ...wrong } } }
  expect(() => optimizer.load_state_dict(saved as never)).toThrow(`does not fit LBFGS: ${message}`)
  expect(optimizer.state_dict()).toEqual(before)
})

test.each([null, 'strong_wolfe'] as const)(
  'a closure that throws leaves all as it was: %s',
  (line_search_fn) => {
    const made = () => {
      const x = torch.tensor([1, -2, 3]).requires_grad_()
      const optimizer = new torch.optim.LBFGS([x], { lr: 0.1, max_iter: 4, line_search_fn })
      let calls = 0
      const step = (failing = 0) => {
        calls = 0
        return optimizer.step(() => {
          if (++calls === failing) throw new Error('once')
          optimizer.zero_grad()
          const loss = x.pow(4).sum().add(x.sum())
          loss.backward()
          return loss
        })
      }
      const digits = () => JSON.stringify([x.tolist(), optimizer.state_dict()])
      return { step, digits }
    }
    const [failing, whole] = [made(), made()]
    for (let i = 0; i < 3; i++) {
      const before = failing.digits()
      for (const call of [1, 2, 3]) {
        expect(() => failing.step(call)).toThrow('once')
        expect(failing.digits()).toBe(before)
      }
      failing.step()
      whole.step()
      expect(failing.digits()).toBe(whole.digits())
    }
  },
)
