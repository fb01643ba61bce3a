import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { bitsOf, freshTorch, training, UNLIMITED } from './fresh.js'

test('memory may grow between any two calls', async () => {
  const losses = async (grow: boolean) => {
    const torch = await freshTorch(UNLIMITED, (_kernel, memory) => {
      if (grow) memory.grow(1)
    })
    const { model, step } = training(torch)
    const curve = Array.from({ length: 20 }, step)
    return [curve, ...[...model.parameters()].map(bitsOf)]
  }
  expect(await losses(true)).toEqual(await losses(false))
})

describe('running out of memory', () => {
  /** A training step, after some others, of which allocation `failing` and all later ones fail; false if it has fewer. */
  async function failsAt(failing: number, stepsBefore: number): Promise<boolean> {
    let countdown = Number.POSITIVE_INFINITY
    const torch = await freshTorch(UNLIMITED, (kernel) =>
      kernel === 'allocate' && countdown-- <= 0 ? 0 : undefined,
    )
    const { model, inputs, targets, step } = training(torch)
    for (let i = 0; i < stepsBefore; i++) step()
    const other = torch.randn([50, 7])
    const tensors = (): Tensor[] => [...model.parameters(), inputs, targets, other]
    const before = tensors().map(bitsOf)

    countdown = failing
    let error: unknown
    try {
      step()
    } catch (reason) {
      error = reason
    }
    countdown = Number.POSITIVE_INFINITY
    if (error === undefined) return false
    expect(error).toBeInstanceOf(torch.OutOfMemoryError)
    expect(String(error)).toMatch(/linear memory cannot hold .* more; nothing was changed/)
    expect(tensors().map(bitsOf)).toEqual(before)
    // And the work goes on.
    const loss = step()
    expect(Number.isFinite(loss)).toBe(true)
    expect(step()).toBeLessThan(loss)
    return true
  }

  // The first step makes the optimizer's state, later ones have it to lose.
  test.each([0, 2])(
    'at any allocation of a training step after %i leaves every tensor as it was',
    async (before) => {
      let failing = 0
      while (await failsAt(failing, before)) failing++
      expect(failing).toBeGreaterThan(10)
    },
  )

  test('spills what it can first', async () => {
    const torch = await freshTorch(UNLIMITED)
    const gigabyte = () => torch.full([2 ** 28], 1)
    const held = [gigabyte(), gigabyte(), gigabyte(), gigabyte(), gigabyte()]
    expect(torch.wasm.memory().spilled_bytes).toBeGreaterThanOrEqual(2 ** 30)
    for (const x of held) x.dispose()
  })
})
