import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { bitsOf, collect, convolutional, freshTorch, MB, type Torch, UNLIMITED } from './fresh.js'

/** A map of 8 x 32 x 64 x 64 elements, 4 MB, of images of 384 KB; its operands. */
function operands(torch: Torch) {
  torch.manual_seed(0)
  return {
    x: torch.randn([8, 3, 64, 64], { requires_grad: true }),
    weight: torch.randn([32, 3, 3, 3], { requires_grad: true }),
    bias: torch.randn([32], { requires_grad: true }),
  }
}
const convolve = (torch: Torch, { x, weight, bias }: ReturnType<typeof operands>) =>
  torch.nn.functional.conv2d(x, weight, bias, { padding: 1 })

test('a map that is only pooled is never in memory, nor its gradient', async () => {
  let most = 0
  const torch = await freshTorch(UNLIMITED, () => {
    most = Math.max(most, figures?.().resident_bytes ?? 0)
  })
  const figures: (() => { resident_bytes: number }) | undefined = torch.wasm.memory
  const from = operands(torch)
  const { max_pool2d } = torch.nn.functional
  const train = (pool: (map: Tensor) => Tensor) => {
    most = 0
    const before = torch.wasm.memory().resident_bytes
    torch.scope(() =>
      pool(torch.relu(convolve(torch, from)))
        .sum()
        .backward(),
    )
    return most - before
  }
  // The pooled map, its gradient and places take 1 MB each or less, the workspace 1 MB, one image's map half of one.
  expect(train((map) => max_pool2d(map, 2))).toBeLessThan(5.5 * MB)
  expect(train((map) => max_pool2d(map.mul(1), 2))).toBeGreaterThan(12 * MB)
})

test('200 training steps leave memory as it was', async () => {
  const torch = await freshTorch(UNLIMITED)
  const { model, step } = convolutional(torch)
  const scoped = () => torch.scope(step)
  for (let i = 0; i < 3; i++) scoped()
  await collect()
  const before = torch.wasm.memory()
  for (let i = 0; i < 100; i++) scoped()
  // Gradients that were replaced are the collector's.
  await collect()
  expect(torch.wasm.memory()).toEqual(before)
  for (const { storage } of model.parameters()) expect(storage.isCaptured).toBe(false)
  // And without scopes, where nothing tells that a map is not wanted any more.
  for (let i = 0; i < 100; i++) step()
  await collect()
  expect(torch.wasm.memory()).toEqual({ ...before, heap_bytes: torch.wasm.memory().heap_bytes })
})

describe('dispose', () => {
  test('of all that waits and all that it waits for leaves nothing', async () => {
    const torch = await freshTorch(UNLIMITED)
    const warm = operands(torch)
    bitsOf(convolve(torch, warm))
    for (const operand of Object.values(warm)) operand.dispose()
    await collect()
    const before = torch.wasm.memory()
    for (const order of [0, 1, 2]) {
      const from = operands(torch)
      const tensors = [...Object.values(from), convolve(torch, from)]
      tensors.push(torch.relu(tensors[3]))
      // One of them is changed while two wait for it.
      torch.no_grad(() => {
        from.bias[0] = 2
      })
      if (order === 2) bitsOf(tensors[4])
      if (order === 1) tensors.reverse()
      for (const x of tensors) x.dispose()
      expect(torch.wasm.memory()).toEqual(before)
    }
  })

  test('of a result that nobody asked for frees what was kept for it', async () => {
    const torch = await freshTorch(UNLIMITED)
    const from = operands(torch)
    const before = torch.wasm.memory()
    const map = convolve(torch, from)
    from.x.dispose()
    expect(torch.wasm.memory()).toEqual(before)
    map.dispose()
    expect(torch.wasm.memory()).toMatchObject({
      tensors: before.tensors - 1,
      resident_bytes: before.resident_bytes - 4 * from.x.numel(),
    })
  })
})

test('what the collector finds takes what was kept for it along', async () => {
  const torch = await freshTorch(UNLIMITED)
  const { weight, bias } = operands(torch)
  await collect()
  const before = torch.wasm.memory()
  const leave = () => {
    const x = torch.randn([8, 3, 64, 64])
    const map = convolve(torch, { x, weight, bias })
    x.dispose()
    torch.no_grad(() => weight.mul_(2))
    torch.relu(map)
  }
  for (let i = 0; i < 10; i++) leave()
  expect(torch.wasm.memory().tensors).toBeGreaterThan(before.tensors + 10)
  await collect()
  expect(torch.wasm.memory()).toEqual({ ...before, heap_bytes: torch.wasm.memory().heap_bytes })
})

test('spilled operands come back for what waits, as they were', async () => {
  const torch = await freshTorch(UNLIMITED)
  const from = operands(torch)
  const want = bitsOf(convolve(torch, from))
  const [map, other] = [convolve(torch, from), convolve(torch, from)]
  torch.wasm.set_budget(0)
  torch.no_grad(() => from.weight.mul_(2))
  from.x.dispose()
  torch.wasm.set_budget(0)
  expect(torch.wasm.memory().spilled_bytes).toBeGreaterThan(0)
  expect(bitsOf(torch.relu(map))).toEqual(bitsOf(torch.relu(torch.tensor(other.data()).reshape(map.shape))))
  expect(bitsOf(map)).toEqual(want)
})

describe('running out of memory', () => {
  /** Work on operands and the map that waits for them; each of its allocations fails once. */
  const works: Record<string, (torch: Torch, map: Tensor, from: ReturnType<typeof operands>) => Tensor> = {
    'a map': (_torch, map) => map,
    'what relu makes of it': (torch, map) => torch.relu(map),
    'what pooling leaves of it': (torch, map) => torch.nn.functional.max_pool2d(torch.relu(map), 2),
    'a change of what it waits for': (torch, map, { weight }) => {
      torch.no_grad(() => weight.mul_(2))
      return map
    },
  }
  test.each(Object.entries(works))('for %s changes nothing, and again it works', async (_, work) => {
    let countdown = Number.POSITIVE_INFINITY
    const torch = await freshTorch(UNLIMITED, (kernel) =>
      kernel === 'allocate' && countdown-- <= 0 ? 0 : undefined,
    )
    const held = () => {
      const { resident_bytes, spilled_bytes, tensors } = torch.wasm.memory()
      return { bytes: resident_bytes + spilled_bytes, tensors }
    }
    const want = bitsOf(work(torch, convolve(torch, operands(torch)), operands(torch)))
    let failing = 0
    for (let failed = true; failed; failing++) {
      const from = operands(torch)
      const map = convolve(torch, from)
      const before = Object.values(from).map(bitsOf)
      await collect()
      const figures = held()
      countdown = failing
      failed = false
      try {
        work(torch, map, from).data()
      } catch (error) {
        expect(error).toBeInstanceOf(torch.OutOfMemoryError)
        failed = true
      }
      countdown = Number.POSITIVE_INFINITY
      // Unless it was only the result that could not be read any more.
      if (failed && bitsOf(from.weight)[0] === before[1][0]) {
        await collect()
        expect(held()).toEqual(figures)
        expect(Object.values(from).map(bitsOf)).toEqual(before)
      }
      expect(bitsOf(map)).toEqual(bitsOf(convolve(torch, operands(torch))))
      expect(bitsOf(work(torch, convolve(torch, operands(torch)), operands(torch)))).toEqual(want)
      for (const x of [map, ...Object.values(from)]) x.dispose()
    }
    expect(failing).toBeGreaterThan(1)
  })
})
