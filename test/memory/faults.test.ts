import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { bitsOf, convolutional, freshTorch, training, UNLIMITED } from './fresh.js'

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

test('a number as operand is right after memory has grown', async () => {
  const torch = await freshTorch(UNLIMITED, (_kernel, memory) => {
    memory.grow(1)
  })
  const x = torch.tensor([1, 2, 3])
  for (const number of [2, -3]) {
    expect(x.add(number).tolist()).toEqual([1 + number, 2 + number, 3 + number])
    expect(x.gt(number).tolist()).toEqual([1 > number, 2 > number, 3 > number])
  }
})

describe('running out of memory', () => {
  /** A training step, after some others, of which allocation `failing` and all later ones fail; false if it has fewer. */
  async function failsAt(failing: number, stepsBefore: number, make: typeof training): Promise<boolean> {
    let countdown = Number.POSITIVE_INFINITY
    const torch = await freshTorch(UNLIMITED, (kernel) =>
      kernel === 'allocate' && countdown-- <= 0 ? 0 : undefined,
    )
    const { model, inputs, targets, step } = make(torch)
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
      while (await failsAt(failing, before, training)) failing++
      expect(failing).toBeGreaterThan(9)
    },
  )

  test.each([0, 2])('neither does it where maps wait, after %i', async (before) => {
    let failing = 0
    while (await failsAt(failing, before, convolutional)) failing++
    expect(failing).toBeGreaterThan(30)
  })

  test('at any allocation of a backward pass leaves every gradient as it was', async () => {
    let countdown = Number.POSITIVE_INFINITY
    const torch = await freshTorch(UNLIMITED, (kernel) =>
      kernel === 'allocate' && countdown-- <= 0 ? 0 : undefined,
    )
    let failing = 0
    for (let failed = true; failed; failing++) {
      const leaves: Tensor[] = Array.from({ length: 6 }, () =>
        torch.ones([2, 3, 4, 4], { requires_grad: true }),
      )
      leaves[1].sum().backward()
      // One gradient for all of them, and one that waits for the end.
      const pooled = torch.nn.functional.max_pool2d(leaves[5], 2).sum()
      const total = leaves.reduce((sum, leaf) => sum.add(leaf)).sum()
      const gradients = () => leaves.map(({ peekGrad }) => peekGrad?.data())
      const before = gradients()
      countdown = failing
      failed = false
      try {
        total.add(pooled).backward()
      } catch (error) {
        expect(error).toBeInstanceOf(torch.OutOfMemoryError)
        failed = true
      }
      countdown = Number.POSITIVE_INFINITY
      if (failed) expect(gradients()).toEqual(before)
      else expect(gradients().map((x) => x?.[0])).toEqual([1, 2, 1, 1, 1, 2])
    }
    expect(failing).toBeGreaterThan(8)
  })

  test('spills what it can first', async () => {
    const torch = await freshTorch(UNLIMITED)
    const gigabyte = () => torch.full([2 ** 28], 1)
    const held = [gigabyte(), gigabyte(), gigabyte(), gigabyte(), gigabyte()]
    expect(torch.wasm.memory().spilled_bytes).toBeGreaterThanOrEqual(2 ** 30)
    for (const x of held) x.dispose()
  })
})
