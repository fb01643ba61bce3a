/** Random programs of views and changes in place, against what torch made of them. */
import { describe, expect, test } from 'vitest'
import torch from '../ts/index.js'
import type { Tensor } from '../ts/tensor/tensor.js'
import { expectClose, fixture } from './helpers.js'

interface Step {
  op: string
  at: number[]
  index?: number
  value?: number
  /** The first words of torch's sentence. */
  error?: string
}

interface Program {
  steps: Step[]
  backward_error: string | null
  tracked: boolean[]
  values: number[][]
  grads: (number[] | null)[] | null
}

/** The registers at the start, as `test/fixtures/in_place.py` makes them. */
function start(): Tensor[] {
  const shapes = [[3, 4], [3, 4], [3, 4], [4], [4]]
  const requires = [true, true, false, true, false]
  return shapes.map((shape, register) => {
    const length = shape.reduce((product, size) => product * size)
    const values = Float32Array.from({ length }, (_, i) => (((i + 1) * 7 + 3 * register) % 11) / 8)
    return torch.tensor(values).reshape(shape).detach().requires_grad_(requires[register])
  })
}

/** What the step makes, or nothing where it changes its first operand. */
function perform({ op, at, index = 0, value = 0 }: Step, registers: Tensor[]): Tensor | undefined {
  const [a, b] = at.map((register) => registers[register])
  const make: Record<string, () => Tensor> = {
    add: () => a.add(b),
    mul: () => a.mul(b),
    sigmoid: () => a.sigmoid(),
    clone: () => a.clone(),
    detach: () => a.detach(),
    row: () => a[index],
    rows: () => a.slice(0, index, index + 2),
    flat: () => a.reshape([-1]),
  }
  const change: Record<string, () => void> = {
    assign: () => {
      a[index] = b
    },
    assign_number: () => {
      a[index] = value
    },
    assign_no_grad: () =>
      torch.no_grad(() => {
        a[index] = b
      }),
    add_: () => a.add_(b),
    mul_: () => a.mul_(b),
    copy_: () => a.copy_(b),
    fill_: () => a.fill_(value),
    zero_: () => a.zero_(),
  }
  if (op in make) return make[op]()
  change[op]()
  return undefined
}

const { programs } = fixture<{ programs: Program[] }>('in_place')

describe('views and changes in place are those of torch', () => {
  test.each(programs.map((program, i) => [i, program] as const))('program %i', (_, program) => {
    const registers = start()
    for (const step of program.steps) {
      if (step.error !== undefined) {
        expect(() => perform(step, registers)).toThrow(step.error)
        continue
      }
      const made = perform(step, registers)
      if (made !== undefined) registers.push(made)
    }
    for (const [i, register] of registers.entries()) expectClose(register.data(), program.values[i])
    expect(registers.map((register) => register.requires_grad)).toEqual(program.tracked)
    const backward = () => {
      const total = registers.map((x, i) => x.mul(i + 1).sum()).reduce((sum, x) => sum.add(x))
      total.backward()
    }
    if (program.backward_error !== null) {
      expect(backward).toThrow(program.backward_error)
      return
    }
    backward()
    const leaves = [registers[0], registers[1], registers[3]]
    for (const [i, want] of (program.grads ?? []).entries()) {
      if (want === null) expect(leaves[i].grad).toBeNull()
      else expectClose(leaves[i].grad?.data() ?? [], want, { relative: 1e-5, absolute: 1e-5 })
    }
  })
})
