import { describe, expect, test } from 'vitest'
import { collect, distinct, freshTorch, MB, UNLIMITED } from './fresh.js'

describe('live tensors of 300 MB in a budget of 128 MB', () => {
  const BUDGET = 128 * MB
  const COUNT = 300

  test('keep every value through further work', async () => {
    const torch = await freshTorch(BUDGET)
    const tensors = Array.from({ length: COUNT }, (_, i) => distinct(torch, 1, i))
    expect(torch.wasm.memory().spilled_bytes).toBeGreaterThanOrEqual(COUNT * MB - BUDGET)
    let sum = torch.zeros(tensors[0].shape)
    for (const x of tensors) sum = sum.add(x)
    expect(sum.data().every((value) => value === (COUNT * COUNT) / 2)).toBe(true)
    for (const [i, x] of tensors.entries()) expect(x.data().every((value) => value === i + 0.5)).toBe(true)
    expect(torch.wasm.memory()).toMatchObject({ budget_bytes: BUDGET })
    expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * BUDGET)
  })

  test('keep what backward needs', async () => {
    const torch = await freshTorch(BUDGET)
    const leaves = Array.from({ length: COUNT / 2 }, (_, i) => distinct(torch, 1, i).requires_grad_())
    const squares = leaves.map((x) => x.mul(x))
    for (const square of squares) square.sum().backward()
    for (const [i, { grad }] of leaves.entries()) {
      expect(grad?.data().every((slope) => slope === 2 * i + 1)).toBe(true)
    }
    expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * BUDGET)
  })
})

test('live tensors may total more than 4 GiB', async () => {
  const torch = await freshTorch(256 * MB)
  const tensors = Array.from({ length: 18 }, (_, i) => distinct(torch, 256, i))
  const { resident_bytes, spilled_bytes, heap_bytes } = torch.wasm.memory()
  expect(resident_bytes + spilled_bytes).toBeGreaterThan(4096 * MB)
  expect(heap_bytes).toBeLessThanOrEqual(1024 * MB)
  // Where the greatest is the mean, all are the same.
  for (const [i, x] of tensors.entries()) {
    const element = i + 0.5
    expect([x.amax().item(), x.mean().item()]).toEqual([element, element])
  }
})

test('small tensors, more than stay in linear memory, keep their values and are counted', async () => {
  const torch = await freshTorch(UNLIMITED)
  const before = torch.wasm.memory()
  const makeAndDrop = () => {
    const tensors = Array.from({ length: 3000 }, (_, i) => torch.full([1 + (i % 40)], i))
    expect(torch.wasm.memory().spilled_bytes).toBeGreaterThan(0)
    for (const pass of [1, 2]) {
      expect(torch.wasm.memory().tensors).toBe(before.tensors + 3000)
      for (const [i, x] of tensors.entries()) {
        const sum = x.add(pass)
        expect(sum.data()[0]).toBe(i + pass)
        sum.dispose()
      }
    }
    // What comes back makes room for itself.
    expect(torch.wasm.memory()).toMatchObject({ spilled_bytes: 0 })
    for (const x of tensors.slice(0, 100)) x.dispose()
    expect(torch.wasm.memory().tensors).toBe(before.tensors + 2900)
  }
  makeAndDrop()
  await collect(() => torch.wasm.memory().tensors === before.tensors)
  expect(torch.wasm.memory()).toEqual({
    ...before,
    heap_bytes: torch.wasm.memory().heap_bytes,
    budget_bytes: torch.wasm.memory().budget_bytes,
  })
})

describe('the budget', () => {
  test('may shrink and grow', async () => {
    const torch = await freshTorch(UNLIMITED)
    const tensors = Array.from({ length: 64 }, (_, i) => distinct(torch, 1, i))
    torch.wasm.set_budget(16 * MB)
    expect(torch.wasm.memory().resident_bytes).toBeLessThanOrEqual(16 * MB)
    for (const [i, x] of tensors.entries()) expect(x.data()[MB / 4 - 1]).toBe(i + 0.5)
    torch.wasm.set_budget(UNLIMITED)
    for (const [i, x] of tensors.entries()) expect(x.add(0).data()[MB / 4 - 1]).toBe(i + 0.5)
    expect(torch.wasm.memory()).toMatchObject({ spilled_bytes: 0 })
  })

  test('may be 0: one operation may exceed it', async () => {
    const torch = await freshTorch(0)
    const [a, b] = [distinct(torch, 1, 1), distinct(torch, 1, 2)]
    const x = a.clone().requires_grad_()
    x.mul(b).sum().backward()
    expect(x.grad?.data().every((slope) => slope === 2.5)).toBe(true)
    const product = a.matmul(b).data()
    expect(product.every((value) => value === 1.5 * 2.5 * 512)).toBe(true)
  })

  test('follows work that comes back to more than it holds, unless it was set', async () => {
    const torch = await freshTorch(UNLIMITED)
    const { setBudget } = await import('../../ts/memory/residency.js')
    setBudget(16 * MB, 64 * MB)
    const tensors = Array.from({ length: 32 }, (_, i) => distinct(torch, 1, i))
    expect(torch.wasm.memory()).toMatchObject({ budget_bytes: 16 * MB })
    for (let pass = 0; pass < 3; pass++) for (const x of tensors) x.add(0).dispose()
    const { budget_bytes } = torch.wasm.memory()
    expect(budget_bytes).toBeGreaterThanOrEqual(32 * MB)
    expect(budget_bytes).toBeLessThanOrEqual(64 * MB)
    for (const x of tensors) x.add(0).dispose()
    expect(torch.wasm.memory()).toMatchObject({ budget_bytes, spilled_bytes: 0 })
    torch.wasm.set_budget(16 * MB)
    for (const x of tensors) x.add(0).dispose()
    expect(torch.wasm.memory()).toMatchObject({ budget_bytes: 16 * MB })
  })
})
