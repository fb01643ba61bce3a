import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { bitsOf, freshTorch, UNLIMITED } from './fresh.js'

describe('random programs give the same bits under any budget', async () => {
  const torch = await freshTorch(UNLIMITED)
  const SIDE = 8

  /** A step takes two tensors of the pool, by number, and gives one more. */
  const operations: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
    add: (a, b) => a.add(b),
    sub: (a, b) => a.sub(b),
    mul: (a, b) => a.mul(b),
    matmul: (a, b) => a.matmul(b),
    transposed: (a) => a.t(),
    sigmoid: (a) => a.sigmoid(),
    relu: (a) => a.relu(),
    broadcast: (a, b) => a.mul(b.sum({ dim: 0, keepdim: true })),
    // Views: their parents' storage may not lie in linear memory any more.
    rows: (a, b) => torch.cat([a.narrow(0, 2, 3), b.narrow(0, 0, SIDE - 3)]),
    loss: (a, b) => a.sub(torch.multilabel_soft_margin_loss(a, b.detach().gt(0).float())),
    // Written through a view, read through the whole.
    in_place: (a, b) => {
      const whole = b.detach().clone()
      whole.narrow(0, 3, 2).add_(a.detach().narrow(0, 0, 2))
      return whole
    },
    // The same with gradients.
    assigned: (a, b) => {
      const whole = b.clone()
      whole[2] = a[5]
      whole[-1] = 0.5
      return whole
    },
    element: (a, b) => {
      const whole = b.detach().clone()
      whole[1][3] = a[4][2]
      return whole
    },
    masked: (a, b) => a.masked_fill(b.detach().gt(0), 0.25),
  }
  const instruction = fc.record({
    name: fc.constantFrom(...Object.keys(operations)),
    a: fc.nat(),
    b: fc.nat(),
    // Where to put the result; what was there is garbage from then on.
    into: fc.nat(),
  })
  const program = fc.record({ seed: fc.nat(1000), steps: fc.array(instruction, { maxLength: 40 }) })
  type Program = typeof program extends fc.Arbitrary<infer P> ? P : never

  /** The bits of the whole pool, and of the gradients, after the program. */
  function outcome(budget: number, { seed, steps }: Program) {
    torch.wasm.set_budget(budget)
    torch.manual_seed(seed)
    const leaves = Array.from({ length: 4 }, () => torch.randn([SIDE, SIDE], { requires_grad: true }))
    const pool: Tensor[] = [...leaves]
    for (const { name, a, b, into } of steps) {
      const result = operations[name](pool[a % pool.length], pool[b % pool.length])
      pool[Math.min(into % 8, pool.length)] = result
    }
    const total = pool.reduce((sum, x) => sum.add(x), torch.zeros([SIDE, SIDE])).sum()
    if (total.requires_grad) total.backward()
    const gradients = leaves.map(({ grad }) => grad ?? torch.zeros([1]))
    const { spilled_bytes } = torch.wasm.memory()
    const bits = [total, ...pool, ...gradients].map(bitsOf)
    return { bits, spilled_bytes }
  }

  const matrix = 4 * SIDE * SIDE
  test.each([0, 2 * matrix, 7 * matrix])('%i bytes', (budget) => {
    let spilled = 0
    fc.assert(
      fc.property(program, (chosen) => {
        const limited = outcome(budget, chosen)
        spilled += limited.spilled_bytes
        expect(limited.bits).toEqual(outcome(UNLIMITED, chosen).bits)
      }),
      { numRuns: 60, seed: 1 },
    )
    // Otherwise the budget was never felt.
    expect(spilled).toBeGreaterThan(0)
  })
})
