/** Linear memory that runs out at the worst of times: every allocation of a step, one after the other, fails. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'

/** How many allocations are still granted. */
const memory = vi.hoisted(() => ({ granted: Number.POSITIVE_INFINITY }))

vi.mock('../../ts/kernels/heap.js', async (original) => {
  const heap = await original<typeof import('../../ts/kernels/heap.js')>()
  const { OutOfMemoryError } = await import('../../ts/base/errors.js')
  const allocate = (bytes: number) => {
    if (memory.granted-- > 0) return heap.allocate(bytes)
    throw new OutOfMemoryError('no more')
  }
  return { ...heap, allocate }
})

const { compile, install } = await import('../../ts/kernels/instance.js')
install(compile(readFileSync('build/wasm/softmargin_bg.wasm')))
const torch = await import('../../ts/index.js')
const { Adagrad, Adam, AdamW, RMSprop, SGD } = torch.optim

const UNLIMITED = 2 ** 31
const SHAPES = [[5, 3], [7], [2, 2, 9], [1]]
/** A gradient that overlaps its parameter has to be copied. */
const ALIASED = 1

const optimizers = {
  SGD: (params: Tensor[]) => new SGD(params, { lr: 0.1, momentum: 0.9, dampening: 0.5 }),
  Adam: (params: Tensor[]) => new Adam(params, { lr: 0.1, amsgrad: true }),
  AdamW: (params: Tensor[]) => new AdamW(params, { lr: 0.1 }),
  RMSprop: (params: Tensor[]) => new RMSprop(params, { lr: 0.1, momentum: 0.5, centered: true }),
  Adagrad: (params: Tensor[]) => new Adagrad(params, { lr: 0.1 }),
}
const kinds = Object.keys(optimizers) as (keyof typeof optimizers)[]

afterEach(() => {
  memory.granted = Number.POSITIVE_INFINITY
  torch.wasm.set_budget(UNLIMITED)
})

function create(kind: keyof typeof optimizers) {
  const parameters = SHAPES.map((shape, i) => {
    const parameter: Tensor = torch.full(shape, i + 0.5, { requires_grad: true })
    parameter.grad = i === ALIASED ? parameter.detach() : torch.full(shape, 1 / (i + 1))
    return parameter
  })
  return { parameters, optimizer: optimizers[kind](parameters) }
}

type Made = ReturnType<typeof create>

/** What a parameter and its state are. */
function valuesOf({ parameters, optimizer }: Made, i: number) {
  const state = optimizer.state.get(parameters[i]) ?? {}
  const values = Object.entries(state).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.tolist(),
  ])
  return JSON.stringify([parameters[i].tolist(), Object.fromEntries(values)])
}

const allOf = (made: Made) => SHAPES.map((_, i) => valuesOf(made, i))

/** Calls `act` on fresh optimizers with 0, 1, 2, … allocations granted, until that is enough; how many failed. */
function starve(create: () => Made, act: (made: Made) => void, afterFailure: (made: Made) => void): number {
  for (let granted = 0; ; granted++) {
    const made = create()
    memory.granted = granted
    try {
      act(made)
      return granted
    } catch (error) {
      expect(error).toBeInstanceOf(torch.OutOfMemoryError)
    } finally {
      memory.granted = Number.POSITIVE_INFINITY
    }
    afterFailure(made)
  }
}

describe('a first step without memory changes nothing, and can be taken again', () => {
  test.each(kinds)('%s', (kind) => {
    const [before, want] = [create(kind), create(kind)]
    want.optimizer.step()
    const failures = starve(
      () => create(kind),
      ({ optimizer }) => optimizer.step(),
      (made) => {
        expect(allOf(made)).toEqual(allOf(before))
        made.optimizer.step()
        expect(allOf(made)).toEqual(allOf(want))
      },
    )
    // Adagrad has its state already: it copies one gradient.
    expect(failures).toBeGreaterThanOrEqual(kind === 'Adagrad' ? 1 : SHAPES.length)
  })
})

describe('a later step, of which the operands have left linear memory', () => {
  /** One step done, and everything outside of linear memory. */
  const second = (kind: keyof typeof optimizers) => () => {
    const made = create(kind)
    made.optimizer.step()
    torch.wasm.set_budget(0)
    torch.wasm.set_budget(UNLIMITED)
    return made
  }

  test.each(kinds)('%s', (kind) => {
    const [before, want] = [second(kind)(), second(kind)()]
    want.optimizer.step()
    const failures = starve(
      second(kind),
      ({ optimizer }) => optimizer.step(),
      (made) => {
        expect(allOf(made)).toEqual(allOf(before))
        made.optimizer.step()
        expect(allOf(made)).toEqual(allOf(want))
      },
    )
    expect(failures).toBeGreaterThan(2 * SHAPES.length)
  })
})

describe('over the budget, each parameter is updated or not, with all of its state', () => {
  test.each(kinds)('%s', (kind) => {
    const step = () => {
      const made = create(kind)
      made.optimizer.step()
      torch.wasm.set_budget(0)
      return made
    }
    const [before, after] = [step(), step()]
    after.optimizer.step()
    const [old, updated] = [allOf(before), allOf(after)]
    let largest = 0
    const failures = starve(
      step,
      ({ optimizer }) => optimizer.step(),
      (made) => {
        const got = allOf(made)
        for (const [i, values] of got.entries()) expect([old[i], updated[i]]).toContain(values)
        // The others are smaller: where it found room, so do they.
        const isUpdated = got.map((values, i) => values === updated[i])
        expect(isUpdated[2]).toBe(isUpdated.includes(true))
        if (isUpdated[2]) largest++
      },
    )
    expect(failures).toBeGreaterThan(2 * SHAPES.length)
    expect(largest).toBeGreaterThan(0)
  })
})

test('a first step over the budget', () => {
  for (const kind of kinds) {
    const want = create(kind)
    want.optimizer.step()
    torch.wasm.set_budget(0)
    const made = create(kind)
    made.optimizer.step()
    expect(allOf(made)).toEqual(allOf(want))
    torch.wasm.set_budget(UNLIMITED)
  }
})

describe('load_state_dict without memory changes nothing', () => {
  test.each(kinds)('%s', (kind) => {
    const saved = create(kind)
    saved.optimizer.step()
    saved.optimizer.step()
    const state_dict = saved.optimizer.state_dict()
    const once = () => {
      const made = create(kind)
      made.optimizer.step()
      return made
    }
    const before = allOf(once())
    const failures = starve(
      once,
      ({ optimizer }) => optimizer.load_state_dict(state_dict),
      (made) => expect(allOf(made)).toEqual(before),
    )
    expect(failures).toBeGreaterThanOrEqual(SHAPES.length)
  })
})

test('clipping without memory changes nothing', () => {
  const spilled = () => {
    const made = create('SGD')
    torch.wasm.set_budget(0)
    torch.wasm.set_budget(UNLIMITED)
    return made
  }
  const gradients = ({ parameters }: Made) => parameters.map(({ grad }) => grad?.tolist())
  const before = gradients(spilled())
  for (const clip of [
    ({ parameters }: Made) => torch.nn.utils.clip_grad_norm_(parameters, 0.5),
    ({ parameters }: Made) => torch.nn.utils.clip_grad_value_(parameters, 0.1),
  ]) {
    const failures = starve(spilled, clip, (made) => expect(gradients(made)).toEqual(before))
    expect(failures).toBeGreaterThanOrEqual(SHAPES.length)
  }
})

test('a disposed gradient or state fails before anything changes, over the budget too', () => {
  for (const budget of [UNLIMITED, 0]) {
    torch.wasm.set_budget(budget)
    const made = create('Adam')
    made.optimizer.step()
    const before = valuesOf(made, 2)
    made.parameters[3].grad?.dispose()
    expect(() => made.optimizer.step()).toThrow('a disposed tensor was used')
    expect(valuesOf(made, 2)).toBe(before)
  }
})

test('more parameters than may lie in linear memory at once', () => {
  const parameters = Array.from({ length: 6000 }, () => {
    const parameter: Tensor = torch.zeros([1], { requires_grad: true })
    parameter.grad = torch.ones([1])
    return parameter
  })
  const optimizer = new Adam(parameters, { lr: 0.5 })
  for (let step = 0; step < 3; step++) optimizer.step()
  expect(parameters.every((parameter) => Math.abs(parameter.item() + 1.5) < 1e-5)).toBe(true)
})
