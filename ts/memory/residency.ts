/**
 * Linear memory as a cache over collectable buffers.
 *
 * JavaScript's collector cannot see linear memory, and finalizers do not run inside a synchronous
 * loop. So when the budget is exceeded, the least recently used cells are evicted to plain buffers
 * (`host`). If the Storage of a cell is garbage, so is that buffer, and the collector can free it. A cell that is
 * used again moves back, and the budget grows by its size.
 */
import {
  allocate,
  bytesAt,
  checkBytes,
  copyAside,
  copyAt,
  copyInto,
  copyOf,
  free,
  setReclaim,
} from '../kernels/heap.js'
import { type Batch, batchesCountedBy, MAX_BATCH } from './batch.js'

/** One buffer: in linear memory (`pointer`), outside (`host`), or gone (neither). */
export interface Cell {
  pointer: number
  host: Uint8Array | null
  readonly bytes: number
  /** Time of the last use: the order of eviction, and inside a launch the pin. */
  lastUsed: number
  /** Its index in {@link resident}. */
  index: number
  /** The object whose collection releases the cell, until the finalizer is told. */
  owner: object | null
  /** The batch with which it was evicted. */
  batch: Batch | null
}

/** The most resident cells, so that a synchronous loop over small tensors does not fill the budget with garbage. */
const MAX_CELLS = 16384

/** How far the budget grows automatically: the rest of 4 GiB is for the operands of one operation. */
const MAX_BUDGET = 2560 * 2 ** 20

/** Resident cells in the order of their arrival; null for those that have left. */
const resident: (Cell | null)[] = []
let residentCells = 0
let residentBytes = 0
/** The current limit, lower at first: garbage collection is faster with fewer live cells. It grows with cells that move back. */
let cellLimit = MAX_CELLS / 16
/** Index of the first cell that is not registered with the finalizer. */
let firstUnwatched = 0
let budgetBytes = 512 * 2 ** 20
let budgetLimit = MAX_BUDGET
let spilledBytes = 0
let live = 0

let clock = 0
let depth = 0
let launchStart = 0

/** Frees a cell whose owner was collected while it was resident. Some runtimes have no finalizers. */
const finalizer =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Cell>((cell) => release(cell))

const createBatch = batchesCountedBy(({ cells, bytes }) => {
  spilledBytes -= bytes
  live -= cells
})

let willWatch = false

/**
 * Makes the finalizer release the cell, which was just placed, when `owner` is collected. Finalizers only run between jobs, and
 * registering takes as long as a small operation: so cells are registered at the end of the job, if they are still alive.
 */
function watch(cell: Cell, owner: object): void {
  if (finalizer === undefined) return
  cell.owner = owner
  if (!willWatch) watchLater()
}

function watchLater(): void {
  willWatch = true
  void Promise.resolve().then(watchAll)
}

function watchAll(): void {
  willWatch = false
  for (; firstUnwatched < resident.length; firstUnwatched++) {
    const cell = resident[firstUnwatched]
    if (cell === null || cell.owner === null) continue
    finalizer?.register(cell.owner, cell, cell)
    cell.owner = null
  }
}

function unwatch(cell: Cell): void {
  if (cell.owner === null) finalizer?.unregister(cell)
  else cell.owner = null
}

/** A new resident cell with uninitialised bytes, released when `owner` is collected. */
export function createCell(owner: object, bytes: number): Cell {
  const cell: Cell = {
    pointer: 0,
    host: null,
    bytes,
    lastUsed: ++clock,
    index: 0,
    owner: finalizer === undefined ? null : owner,
    batch: null,
  }
  place(cell)
  // As `watch` does.
  if (!willWatch && finalizer !== undefined) watchLater()
  live++
  return cell
}

/** Address of the cell's bytes. Inside a {@link launch} it stays valid until the launch ends. */
export function pin(cell: Cell, owner: object): number {
  cell.lastUsed = ++clock
  if (cell.pointer === 0) {
    // A cell that moves back was not garbage, so the work needs more than the budget.
    budgetBytes = Math.max(budgetBytes, Math.min(budgetBytes + cell.bytes, budgetLimit))
    cellLimit = Math.min(cellLimit + 1, MAX_CELLS)
    place(cell)
    if (cell.host !== null) bytesAt(cell.pointer, cell.bytes).set(cell.host)
    dropHost(cell)
    watch(cell, owner)
  }
  return cell.pointer
}

/** A copy of some of the cell's bytes, wherever they are. */
export function readCell(cell: Cell, offset: number, length: number): Uint8Array<ArrayBuffer> {
  if (cell.host === null) return copyAt(cell.pointer + offset, length)
  return copyOf(cell.host.subarray(offset, offset + length))
}

/** Copies a few of the cell's bytes to `target`. */
export function copyCell(cell: Cell, offset: number, target: Uint8Array): void {
  if (cell.host === null) copyInto(target, cell.pointer + offset)
  else target.set(cell.host.subarray(offset, offset + target.length))
}

/** Overwrites some of the cell's bytes, wherever they are. */
export function writeCell(cell: Cell, offset: number, bytes: Uint8Array): void {
  if (cell.host === null) bytesAt(cell.pointer + offset, bytes.length).set(bytes)
  else cell.host.set(bytes, offset)
}

/** Runs `work`, usually one kernel; cells that it pins stay in linear memory until it returns. */
export function launch<T>(work: () => T): T {
  beginLaunch()
  try {
    return work()
  } finally {
    endLaunch()
  }
}

/** Begins what {@link launch} does, for the everyday path, where a closure is not free. {@link endLaunch} must follow, whatever happens. */
export function beginLaunch(): void {
  if (depth++ === 0) launchStart = clock
}

export function endLaunch(): void {
  depth--
}

/** An operand of a kernel. */
export interface Operand {
  readonly storage: { readonly bytes: number; checkAlive(): void; pointer(): number }
}

/**
 * Runs `work` for every item, with its operands in linear memory. All operands of all items are brought in before the
 * first item runs, so that nothing has changed if one does not fit. Only if they together exceed
 * the budget, they are brought in item by item, the largest first: if that fits, so do the others.
 */
export function launchEach<T extends { readonly operands: readonly Operand[] }>(
  items: readonly T[],
  work: (item: T) => void,
): void {
  let bytes = 0
  let cells = 0
  for (const item of items) {
    bytes += bytesOf(item)
    cells += item.operands.length
  }
  const fits = bytes <= budgetBytes && cells <= MAX_CELLS / 4
  const launches = fits ? [items] : [...items].sort((a, b) => bytesOf(b) - bytesOf(a)).map((item) => [item])
  for (const together of launches) {
    launch(() => {
      for (const { operands } of together) for (const { storage } of operands) storage.pointer()
      for (const item of together) work(item)
    })
  }
}

function bytesOf({ operands }: { readonly operands: readonly Operand[] }): number {
  let bytes = 0
  for (const { storage } of operands) {
    storage.checkAlive()
    bytes += storage.bytes
  }
  return bytes
}

/** Makes another object the cell's owner, whose collection releases it. */
export function transfer(cell: Cell, owner: object): void {
  if (cell.pointer === 0) return
  unwatch(cell)
  if (cell.index < firstUnwatched) finalizer?.register(owner, cell, cell)
  else watch(cell, owner)
}

/** Frees the cell's bytes, resident or evicted. */
export function release(cell: Cell): void {
  if (cell.pointer !== 0) {
    unwatch(cell)
    evict(cell)
  }
  dropHost(cell)
  live--
}

/** Figures for `torch.wasm.memory()`. */
export function residency() {
  return {
    resident_bytes: residentBytes,
    spilled_bytes: spilledBytes,
    budget_bytes: budgetBytes,
    tensors: live,
  }
}

/** Sets the budget and the limit up to which it may grow, and evicts cells down to the budget. */
export function setBudget(bytes: number, limit = bytes): void {
  budgetBytes = bytes
  budgetLimit = limit
  spill(residentBytes - budgetBytes)
}

function place(cell: Cell): void {
  const excess = residentBytes + cell.bytes - budgetBytes
  if (excess > 0) {
    // Before evicting anything.
    checkBytes(cell.bytes)
    // More than necessary, so that a full cache does not sort its cells at every allocation.
    spill(excess + budgetBytes / 10)
  } else if (residentCells >= cellLimit) spill(1, cellLimit / 2)
  if (resident.length >= 2 * residentCells + MAX_BATCH) closeUp()
  cell.pointer = allocate(cell.bytes)
  cell.index = resident.push(cell) - 1
  residentCells++
  residentBytes += cell.bytes
}

/** Removes the gaps from the list. */
function closeUp(): void {
  let kept = 0
  let watched = 0
  for (let i = 0; i < resident.length; i++) {
    if (i === firstUnwatched) watched = kept
    const cell = resident[i]
    if (cell === null) continue
    cell.index = kept
    resident[kept++] = cell
  }
  firstUnwatched = firstUnwatched === resident.length ? kept : watched
  resident.length = kept
}

function dropHost(cell: Cell): void {
  if (cell.batch === null) return
  cell.batch.counts.cells--
  cell.batch.counts.bytes -= cell.bytes
  cell.batch = null
  spilledBytes -= cell.bytes
  cell.host = null
}

/** Evicts at least `bytes` bytes and `cells` cells, least recently used first; false if there was nothing to evict. */
function spill(bytes: number, cells = 0): boolean {
  if (bytes <= 0) return false
  closeUp()
  const unpinned = resident.filter(
    (cell): cell is Cell => cell !== null && (depth === 0 || cell.lastUsed <= launchStart),
  )
  unpinned.sort((a, b) => a.lastUsed - b.lastUsed)
  const batchSize = cells > 0 ? MAX_BATCH : 1
  let moved = 0
  let batch: Batch | null = null
  for (let i = 0; i < unpinned.length && (moved < bytes || i < cells); i++) {
    const cell = unpinned[i]
    cell.host = copyAside(cell.pointer, cell.bytes)
    // One that has outlived a job is counted alone: garbage that shared its batch would count for as long as it lives.
    const isYoung = cell.owner !== null
    if (!isYoung) cell.batch = createBatch()
    else if (batch === null || batch.counts.cells === batchSize) cell.batch = batch = createBatch()
    else cell.batch = batch
    cell.batch.counts.cells++
    cell.batch.counts.bytes += cell.bytes
    spilledBytes += cell.bytes
    // The held value of a finalizer is a strong reference, which would keep the copy alive.
    unwatch(cell)
    evict(cell)
    moved += cell.bytes
  }
  return moved > 0
}

function evict(cell: Cell): void {
  free(cell.pointer, cell.bytes)
  cell.pointer = 0
  residentBytes -= cell.bytes
  residentCells--
  resident[cell.index] = null
}

setReclaim(spill)
