/** What the finalizer is told of cells, when the job that made them ends. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { stream } from '../support/stream.js'
import { distinct, freshTorch, MB, type Torch } from './fresh.js'

interface Cell {
  pointer: number
  bytes: number
}

/** Owners by the cells that were registered for them. */
const watched = new Map<Cell, { cell: Cell }>()

/** Notes what would be freed with its owner, and never frees it. */
class Recorder {
  register(owner: { cell: Cell }, held: Cell | number, token: Cell): void {
    if (typeof held === 'number') return
    expect(watched.has(token)).toBe(false)
    expect(held).toBe(token)
    watched.set(token, owner)
  }
  unregister(token: Cell): boolean {
    return watched.delete(token)
  }
}

const original = globalThis.FinalizationRegistry
beforeEach(() => {
  watched.clear()
  globalThis.FinalizationRegistry = Recorder as unknown as typeof original
})
afterEach(() => {
  globalThis.FinalizationRegistry = original
})

/** Everything that lies in linear memory is watched once, for the storage that has it, and nothing else is. */
function expectAllWatched(torch: Torch): void {
  let bytes = 0
  for (const [cell, owner] of watched) {
    expect(cell.pointer).toBeGreaterThan(0)
    expect(owner.cell).toBe(cell)
    bytes += cell.bytes
  }
  expect(bytes).toBe(torch.wasm.memory().resident_bytes)
}

test('every resident cell is watched for its owner when a job ends, whatever has happened to it', async () => {
  const torch = await freshTorch(24 * MB)
  const random = stream(5)
  const { conv2d, max_pool2d } = torch.nn.functional
  const kernel = torch.ones([1, 1, 3, 3])
  const tensors: Tensor[] = []
  const any = () => tensors[Math.floor(random() * tensors.length)]
  const steps: (() => void)[] = [
    () => void tensors.push(distinct(torch, 1, tensors.length)),
    () => void tensors.push(any().add(1)),
    () => tensors.splice(Math.floor(random() * tensors.length), 1)[0].dispose(),
    () => {
      const x = any()
      tensors.push(torch.scope(() => x.mul(2).add(x)))
    },
    () => torch.wasm.set_budget((4 + Math.floor(24 * random())) * MB),
    // A map that waits for an image which is changed, or disposed and so inherited.
    () => {
      const image = distinct(torch, 1, 7)
      const map = conv2d(image.reshape([1, 1, 512, 512]), kernel)
      if (random() < 0.5) image.fill_(3)
      else image.dispose()
      tensors.push(max_pool2d(map, 2))
      if (random() < 0.5) map.dispose()
    },
  ]
  for (let job = 0; job < 100; job++) {
    const before = new Set(watched.keys())
    for (let step = 0; step < 8; step++) {
      if (tensors.length < 3) tensors.push(distinct(torch, 1, step))
      steps[Math.floor(random() * steps.length)]()
      for (const cell of watched.keys()) expect(before.has(cell)).toBe(true)
    }
    await null
    expectAllWatched(torch)
  }
})
