import { afterEach, describe, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import {
  collect,
  distinct,
  freshTorch,
  javaScriptBytes,
  MB,
  type Torch,
  training,
  UNLIMITED,
} from './fresh.js'

/** Drops so many gigabytes in one synchronous loop, and holds what lies where to twice the budget. */
function drops(torch: Torch, gigabytes: number): void {
  const budget = torch.wasm.memory().budget_bytes
  const before = javaScriptBytes()
  let last: Tensor = torch.zeros([1])
  let resident = 0
  const count = gigabytes * 256
  for (let i = 0; i < count; i++) {
    last = distinct(torch, 4, i)
    if (i % 16 === 0) resident = Math.max(resident, process.memoryUsage.rss())
  }
  expect(last.data()[0]).toBe(count - 0.5)
  expect(torch.wasm.memory()).toMatchObject({ budget_bytes: budget })
  expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * budget)
  expect(javaScriptBytes() - before).toBeLessThan(2 * budget)
  expect(resident).toBeLessThan(2048 * MB)
}

test('a synchronous loop that drops 20 GB stays within twice the budget and 2 GB of resident set', async () => {
  drops(await freshTorch(64 * MB), 20)
})

test('the budget that nobody set bounds garbage too', async () => {
  drops(await freshTorch(null), 4)
})

test('the event loop frees dropped tensors below the budget too', async () => {
  const torch = await freshTorch(UNLIMITED)
  const kept = distinct(torch, 1, 0)
  const before = torch.wasm.memory()
  for (let i = 0; i < 32; i++) distinct(torch, 1, i)
  expect(torch.wasm.memory().resident_bytes).toBe(before.resident_bytes + 32 * MB)
  await collect()
  expect(torch.wasm.memory()).toEqual({ ...before, heap_bytes: torch.wasm.memory().heap_bytes })
  expect(kept.data()[0]).toBe(0.5)
})

test('10,000 training steps in one synchronous loop leave memory as it was', async () => {
  const torch = await freshTorch(8 * MB)
  const { step } = training(torch)
  const train = (steps: number) => {
    let loss = Number.NaN
    for (let i = 0; i < steps; i++) loss = step()
    return loss
  }
  // The warm-up is long: the heap's high-water mark depends on when garbage is spilled.
  const first = train(5000)
  await collect()
  const [before, javaScriptBefore] = [torch.wasm.memory(), javaScriptBytes()]
  const last = train(10_000)
  await collect()
  expect(last).toBeLessThan(first)
  expect(torch.wasm.memory()).toEqual(before)
  expect(javaScriptBytes() - javaScriptBefore).toBeLessThan(MB)
})

describe('without FinalizationRegistry', () => {
  const original = globalThis.FinalizationRegistry
  afterEach(() => {
    globalThis.FinalizationRegistry = original
  })

  test('the loop over 20 GB stays within twice the budget all the same', async () => {
    Reflect.deleteProperty(globalThis, 'FinalizationRegistry')
    drops(await freshTorch(64 * MB), 20)
  })

  test('spilled tensors keep their values', async () => {
    Reflect.deleteProperty(globalThis, 'FinalizationRegistry')
    const torch = await freshTorch(4 * MB)
    const tensors = Array.from({ length: 16 }, (_, i) => distinct(torch, 1, i))
    for (const [i, x] of tensors.entries()) expect(x.data()[0]).toBe(i + 0.5)
  })
})
