/** Random programs of views and changes in place, against what torch made of them. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { expectClose, type Tolerance } from './close.js'

/** A step on the registers `at`. */
export interface Step {
  op: string
  at: number[]
  value?: number
  /** The first words of torch's sentence. */
  error?: string
}

export interface Program<S extends Step> {
  steps: S[]
  backward_error: string | null
  passes: number
  tracked: boolean[]
  values: number[][]
  /** Of every register. */
  grads: (number[] | null)[] | null
  /** What each hook saw, by the number of its step. */
  hooks: Record<string, number[][]> | null
}

/** The registers at the start, as `test/graph/in_place.py` and `test/graph/strided.py` make them. */
function start(): Tensor[] {
  const shapes = [[3, 4], [3, 4], [3, 4], [4], [4]]
  const requires = [true, true, false, true, false]
  return shapes.map((shape, register) => {
    const length = shape.reduce((product, size) => product * size)
    const values = Float32Array.from({ length }, (_, i) => (((i + 1) * 7 + 3 * register) % 11) / 8)
    return torch.tensor(values).reshape(shape).detach().requires_grad_(requires[register])
  })
}

type Action = () => unknown

/** Steps that only one kind of program has, by name: those that make a tensor, and those that change the first operand. */
export interface Actions {
  make: Record<string, () => Tensor>
  change: Record<string, Action>
}

/** What the step makes, or nothing where it changes its first operand. */
function perform<S extends Step>(
  step: S,
  registers: Tensor[],
  log: number[][],
  own: (step: S, a: Tensor, b: Tensor) => Actions,
): Tensor | undefined {
  const { op, at, value = 0 } = step
  // A view learns of its base's new history only when it is asked for it.
  for (const register of registers) void register.requires_grad
  const noted = (gradient: Tensor) => {
    log.push([...gradient.data()])
  }
  const [a, b] = at.map((register) => registers[register])
  const further = own(step, a, b)
  const make: Record<string, () => Tensor> = {
    add: () => a.add(b),
    mul: () => a.mul(b),
    sub: () => a.sub(b),
    div: () => a.div(b.detach().pow(2).add(1)),
    neg: () => a.neg(),
    mul_number: () => a.mul(value),
    sigmoid: () => a.sigmoid(),
    clone: () => a.clone(),
    detach: () => a.detach(),
    ...further.make,
  }
  const change: Record<string, Action> = {
    add_: () => a.add_(b),
    mul_: () => a.mul_(b),
    sub_: () => a.sub_(b),
    mul_number_: () => a.mul_(value),
    retain_grad: () => a.retain_grad(),
    hook: () => a.register_hook(noted),
    hook_twice: () =>
      a.register_hook((gradient) => {
        noted(gradient)
        return gradient.mul(2)
      }),
    copy_: () => a.copy_(b),
    fill_: () => a.fill_(value),
    zero_: () => a.zero_(),
    ...further.change,
  }
  if (op in make) return make[op]()
  change[op]()
  return undefined
}

/** Runs every program, and holds values, errors, gradients and what hooks saw to torch's. */
export function testPrograms<S extends Step>(
  title: string,
  programs: readonly Program<S>[],
  own: (step: S, a: Tensor, b: Tensor) => Actions,
  tolerance: Tolerance,
): void {
  describe(title, () => {
    test.each(programs.map((program, i) => [i, program] as const))('program %i', (_, program) =>
      run(program, own, tolerance),
    )
  })
}

function run<S extends Step>(
  program: Program<S>,
  own: (step: S, a: Tensor, b: Tensor) => Actions,
  ofValues: Tolerance,
): void {
  const registers = start()
  const logs: number[][][] = program.steps.map(() => [])
  for (const [number, step] of program.steps.entries()) {
    if (step.error !== undefined) {
      expect(() => perform(step, registers, logs[number], own)).toThrow(step.error)
      continue
    }
    const made = perform(step, registers, logs[number], own)
    if (made !== undefined) registers.push(made)
  }
  for (const [i, register] of registers.entries()) expectClose(register.data(), program.values[i], ofValues)
  expect(registers.map((register) => register.requires_grad)).toEqual(program.tracked)
  const backward = () => {
    const total = registers.map((x, i) => x.mul(i + 1).sum()).reduce((sum, x) => sum.add(x))
    for (let pass = 1; pass <= program.passes; pass++)
      total.backward(null, { retain_graph: pass < program.passes })
  }
  if (program.backward_error !== null) {
    expect(backward).toThrow(program.backward_error)
    return
  }
  backward()
  const tolerance = { relative: 1e-5, absolute: 1e-5 }
  for (const [i, want] of (program.grads ?? []).entries()) {
    if (want === null) expect(registers[i].grad, `register ${i}`).toBeNull()
    else expectClose(registers[i].grad?.data() ?? [], want, tolerance)
  }
  for (const [step, seen] of Object.entries(program.hooks ?? {})) {
    expectClose(logs[Number(step)].flat(), seen.flat(), tolerance)
  }
}
