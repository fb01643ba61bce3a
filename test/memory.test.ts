import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Tensor } from '../ts/tensor/tensor.js'

type Torch = typeof import('../ts/index.js')

const MB = 2 ** 20
const UNLIMITED = 2 ** 31
const kernels = readFileSync('build/wasm/softmargin_bg.wasm')

/** The library with a linear memory of its own: how far that has grown is then this test's doing. */
async function freshTorch(budget: number): Promise<Torch> {
  vi.resetModules()
  const { compile, install } = await import('../ts/wasm/instance.js')
  install(compile(kernels))
  const torch = await import('../ts/index.js')
  torch.wasm.set_budget(budget)
  return torch
}

/** A square matrix of so many megabytes, unlike any other. */
function distinct(torch: Torch, megabytes: number, seed: number): Tensor {
  const side = 512 * Math.sqrt(megabytes)
  return torch.full([side, side], seed + 0.5)
}

/** Lets finalizers run: they do so after a turn of the event loop. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.()
    await setImmediate()
  }
}

/** JavaScript's side of the memory: objects, and the buffers that spilled tensors move to. */
function javaScriptBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function dropsFourGigabytes(): Promise<void> {
  const budget = 64 * MB
  const torch = await freshTorch(budget)
  const before = javaScriptBytes()
  let last: Tensor = torch.zeros([1])
  for (let i = 0; i < 1024; i++) last = distinct(torch, 4, i)
  expect(last.data()[0]).toBe(1023.5)
  expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * budget)
  expect(javaScriptBytes() - before).toBeLessThan(2 * budget)
}

test('a synchronous loop that drops 4 GB stays within twice the budget', dropsFourGigabytes)

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

describe('live tensors of 64 MB in a budget of 16 MB', () => {
  test('keep every value through further work', async () => {
    const torch = await freshTorch(16 * MB)
    const tensors = Array.from({ length: 64 }, (_, i) => distinct(torch, 1, i))
    expect(torch.wasm.memory().spilled_bytes).toBeGreaterThanOrEqual(48 * MB)
    let sum = torch.zeros(tensors[0].shape)
    for (const x of tensors) sum = sum.add(x)
    expect(sum.data().every((value) => value === (64 * 63) / 2 + 32)).toBe(true)
    for (const [i, x] of tensors.entries()) expect(x.data().every((value) => value === i + 0.5)).toBe(true)
    expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * 16 * MB)
  })

  test('keep what backward needs', async () => {
    const torch = await freshTorch(16 * MB)
    const leaves = Array.from({ length: 32 }, (_, i) => distinct(torch, 1, i).requires_grad_())
    const squares = leaves.map((x) => x.mul(x))
    for (const square of squares) square.sum().backward()
    for (const [i, { grad }] of leaves.entries()) {
      expect(grad?.data().every((slope) => slope === 2 * i + 1)).toBe(true)
    }
    expect(torch.wasm.memory().heap_bytes).toBeLessThanOrEqual(2 * 16 * MB)
  })

  test('follow a budget that shrinks and one that grows', async () => {
    const torch = await freshTorch(UNLIMITED)
    const tensors = Array.from({ length: 64 }, (_, i) => distinct(torch, 1, i))
    torch.wasm.set_budget(16 * MB)
    expect(torch.wasm.memory().resident_bytes).toBeLessThanOrEqual(16 * MB)
    torch.wasm.set_budget(UNLIMITED)
    for (const [i, x] of tensors.entries()) expect(x.data()[MB / 4 - 1]).toBe(i + 0.5)
    expect(torch.wasm.memory()).toMatchObject({ resident_bytes: 64 * MB, spilled_bytes: 0 })
  })
})

test('one operation may exceed the budget, even one of 0', async () => {
  const torch = await freshTorch(0)
  const [a, b] = [distinct(torch, 1, 1), distinct(torch, 1, 2)]
  const x = a.clone().requires_grad_()
  x.mul(b).sum().backward()
  expect(x.grad?.data().every((slope) => slope === 2.5)).toBe(true)
  expect(
    a
      .matmul(b)
      .data()
      .every((value) => value === 1.5 * 2.5 * 512),
  ).toBe(true)
})

test('5,000 training steps in one synchronous loop leave memory as it was', async () => {
  const torch = await freshTorch(8 * MB)
  torch.manual_seed(0)
  const { Linear, ReLU, Sequential, MultiLabelSoftMarginLoss } = torch.nn
  const model = new Sequential(new Linear(30, 20), new ReLU(), new Linear(20, 10))
  const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.01 })
  const criterion = new MultiLabelSoftMarginLoss()
  const inputs = torch.randn([32, 30])
  const targets = torch.rand([32, 10]).gt(0.7).float()
  const train = (steps: number) => {
    let loss = Number.NaN
    for (let step = 0; step < steps; step++) {
      optimizer.zero_grad()
      const output = criterion.forward(model.forward(inputs), targets)
      output.backward()
      optimizer.step()
      loss = output.item()
    }
    return loss
  }
  // The warm-up is as long: the heap's high-water mark depends on when garbage is spilled.
  const first = train(5000)
  await collect()
  const [before, javaScriptBefore] = [torch.wasm.memory(), javaScriptBytes()]
  const last = train(5000)
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

  test('the loop over 4 GB stays within twice the budget all the same', async () => {
    Reflect.deleteProperty(globalThis, 'FinalizationRegistry')
    await dropsFourGigabytes()
  })

  test('spilled tensors keep their values', async () => {
    Reflect.deleteProperty(globalThis, 'FinalizationRegistry')
    const torch = await freshTorch(4 * MB)
    const tensors = Array.from({ length: 16 }, (_, i) => distinct(torch, 1, i))
    for (const [i, x] of tensors.entries()) expect(x.data()[0]).toBe(i + 0.5)
  })
})

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
    const bits = [total, ...pool, ...gradients].map((x) => [...new Uint32Array(x.data().buffer)])
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
