/** What hands out linear memory, in an instance of its own without the TypeScript layer. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { instantiate } from '../support/kernels.js'
import { stream } from '../support/stream.js'

interface Heap {
  memory: WebAssembly.Memory
  allocate(bytes: number): number
  free(pointer: number, bytes: number): void
}

const bytes = readFileSync('build/wasm/softmargin_bg.wasm')

function newHeap(): Heap {
  return instantiate(bytes) as unknown as Heap
}

const bytesOf = ({ memory }: Heap) => memory.buffer.byteLength

/** Every byte is told by where it lies: whoever wrote into it is found out. */
interface Cell {
  pointer: number
  bytes: number
  mark: number
}

function fill({ memory }: Heap, { pointer, bytes, mark }: Cell): void {
  new Uint8Array(memory.buffer, pointer, bytes).fill(mark)
}

function expectUntouched({ memory }: Heap, { pointer, bytes, mark }: Cell): void {
  expect(new Uint8Array(memory.buffer, pointer, bytes).every((byte) => byte === mark)).toBe(true)
}

const sizes: Record<string, (random: number) => number> = {
  'of a few bytes': (random) => Math.floor(100 * random),
  'of all magnitudes': (random) => Math.floor(10 ** (6 * random)),
  'of nearly the same size': (random) => 1000 + Math.floor(60 * random),
}

test.each(Object.entries(sizes))(
  'cells %s stay apart, and leave one piece when all are freed',
  (_name, size) => {
    const heap = newHeap()
    const random = stream(3)
    const cells: Cell[] = []
    for (let i = 0; i < 3000; i++) {
      if (cells.length > 100 || (cells.length > 0 && random() < 0.4)) {
        const [cell] = cells.splice(Math.floor(random() * cells.length), 1)
        expectUntouched(heap, cell)
        heap.free(cell.pointer, cell.bytes)
      } else {
        const bytes = size(random())
        const cell = { pointer: heap.allocate(bytes) >>> 0, bytes, mark: i % 256 }
        expect(cell.pointer).toBeGreaterThan(0)
        expect(cell.pointer % 16).toBe(0)
        fill(heap, cell)
        cells.push(cell)
      }
    }
    for (const cell of cells) {
      expectUntouched(heap, cell)
      heap.free(cell.pointer, cell.bytes)
    }
    const before = bytesOf(heap)
    const fresh = bytesOf(newHeap())
    expect(heap.allocate(before - fresh - 32)).toBeGreaterThan(0)
    expect(bytesOf(heap)).toBe(before)
  },
)

test('what was freed is used again, to the byte', () => {
  const heap = newHeap()
  const cells = [5_000_000, 16, 48, 1000, 16, 70_000].map((bytes) => ({
    pointer: heap.allocate(bytes),
    bytes,
  }))
  const before = bytesOf(heap)
  for (let step = 0; step < 100; step++) {
    for (const cell of cells.filter((_, i) => i % 2 === 0)) {
      heap.free(cell.pointer, cell.bytes)
      expect(heap.allocate(cell.bytes)).toBe(cell.pointer)
    }
  }
  expect(bytesOf(heap)).toBe(before)
})

test('a block that fits is found behind many that do not, before memory grows', () => {
  const heap = newHeap()
  // In one list; a cell between each two keeps them apart.
  const cells = [102_000, ...new Array<number>(20).fill(100_000)].map((bytes) => {
    const pointer = heap.allocate(bytes)
    heap.allocate(16)
    return { pointer, bytes }
  })
  // Nothing is left at the end but a page.
  const full = bytesOf(heap)
  while (bytesOf(heap) === full) heap.allocate(16)
  for (const { pointer, bytes } of cells) heap.free(pointer, bytes)
  const before = bytesOf(heap)
  expect(heap.allocate(102_000)).toBe(cells[0].pointer)
  expect(bytesOf(heap)).toBe(before)
})

test('a block at the end counts when memory grows', () => {
  const heap = newHeap()
  heap.free(heap.allocate(50_000_000), 50_000_000)
  const before = bytesOf(heap)
  heap.allocate(60_000_000)
  expect(bytesOf(heap) - before).toBeLessThan(11_000_000)
})

test('memory that someone else adds is left alone', () => {
  const heap = newHeap()
  const first = { pointer: heap.allocate(1000), bytes: 1000, mark: 1 }
  fill(heap, first)
  const others = { pointer: 65_536 * heap.memory.grow(1), bytes: 65_536, mark: 2 }
  fill(heap, others)
  const second = { pointer: heap.allocate(200_000), bytes: 200_000, mark: 3 }
  fill(heap, second)
  for (const cell of [first, others, second]) expectUntouched(heap, cell)
  for (const { pointer, bytes } of [first, second]) heap.free(pointer, bytes)
  expectUntouched(heap, others)
})

test('more than the engine has is null, and leaves everything as it was', () => {
  const heap = newHeap()
  const cell = { pointer: heap.allocate(1000), bytes: 1000, mark: 7 }
  fill(heap, cell)
  const cells: number[] = []
  for (let pointer = heap.allocate(2 ** 30); pointer !== 0; pointer = heap.allocate(2 ** 30))
    cells.push(pointer)
  expect(cells).toHaveLength(3)
  for (const bytes of [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) expect(heap.allocate(bytes)).toBe(0)
  for (const pointer of cells) heap.free(pointer, 2 ** 30)
  expect(heap.allocate(2 ** 31 - 64)).not.toBe(0)
  expectUntouched(heap, cell)
})
