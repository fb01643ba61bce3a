import { copyWithin } from '../kernels/heap.js'
import { Capture } from './capture.js'
import {
  type Cell,
  copyCell,
  createCell,
  launch,
  launchEach,
  type Operand,
  pin,
  readCell,
  release,
  transfer,
  writeCell,
} from './residency.js'
import { track, unscoped } from './scope.js'

/** Work that computes the bytes of a storage when they are first needed. */
export interface Deferred {
  /** Fills the bytes at `pointer`. Runs inside a launch. */
  compute(pointer: number): void
  /** Releases its operands, after the work is done or will never be needed. */
  release(): void
}

/** A kernel's call that changes some of its operands in place. */
export interface Change {
  /** All tensors whose pointers the kernel gets. */
  readonly operands: readonly Operand[]
  readonly results: readonly { readonly storage: Storage }[]
}

/**
 * The bytes of a tensor and of all its views. Kernels get a {@link pointer} inside a launch;
 * JavaScript reads and writes copies. Pointers and views of linear memory must not be kept.
 */
export class Storage {
  // Declared and assigned, as class fields are made by a function of their own.
  declare readonly bytes: number
  /** Counts changes in place, so that backward can tell that a saved tensor was changed. */
  declare version: number
  /** The pending work, for callers that can use it without its result. */
  declare deferred: Deferred | null
  /** Whether the bytes were freed by {@link dispose}. */
  declare isDisposed: boolean
  /** Whether it survives the scope that it was made in. */
  declare isKept: boolean
  declare private cell: Cell | null
  declare private captured: Capture | null

  /** With uninitialised bytes, or with `deferred` work that fills them when they are needed. */
  constructor(bytes: number, deferred: Deferred | null = null) {
    this.bytes = bytes
    this.version = 0
    this.deferred = deferred
    this.isDisposed = false
    this.isKept = false
    this.captured = null
    this.cell = deferred === null ? createCell(this, bytes) : null
    track(this)
  }

  /**
   * Changes the bytes in place, after copying them for captures. `work` runs inside a
   * launch; it may only throw before it changes anything.
   */
  change(work: () => void): void {
    this.preserve()
    launch(work)
    this.version++
  }

  /**
   * Changes the `results` of every item, all or none: everything that may fail, for lack of memory, comes before the
   * first change. The exception is that of {@link launchEach}: items that together exceed the budget.
   */
  static changeEach<T extends Change>(items: readonly T[], work: (item: T) => void): void {
    for (const { results } of items) for (const { storage } of results) storage.preserve()
    launchEach(items, (item) => {
      work(item)
      for (const { storage } of item.results) storage.version++
    })
  }

  /**
   * The same for several tensors and one piece of work, which may run several kernels: all tensors are in linear memory
   * before it starts.
   */
  static changeAll(results: Change['results'] & Change['operands'], work: () => void): void {
    Storage.changeEach([{ operands: results, results }], work)
  }

  /** Address in linear memory, valid until the launch that asks for it ends. */
  pointer(): number {
    return pin(this.cell ?? this.materialize(), this)
  }

  /** Makes it survive the scope that it was made in. */
  keep(): this {
    this.isKept = true
    return this
  }

  /** A copy of `length` bytes. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.checkRange(offset, length)
    return readCell(this.materialize(), offset, length)
  }

  /** Copies few bytes into `target`. */
  copyInto(target: Uint8Array, offset: number): void {
    this.checkRange(offset, target.length)
    copyCell(this.materialize(), offset, target)
  }

  /** Overwrites bytes from `offset` on. */
  write(offset: number, bytes: Uint8Array): void {
    this.checkRange(offset, bytes.length)
    writeCell(this.materialize(), offset, bytes)
  }

  /** A snapshot of the bytes for deferred work. Computes them first if they are deferred themselves. */
  capture(): Capture {
    this.materialize()
    this.captured ??= new Capture(this)
    return this.captured
  }

  /** Whether deferred work holds a snapshot of the bytes. */
  get isCaptured(): boolean {
    return this.captured?.isHeld === true
  }

  /** Copies the bytes for their capture, if it is held. */
  private preserve(): void {
    const { captured } = this
    if (captured?.isHeld) {
      launch(() => {
        const source = this.pointer()
        const copy = unscoped(() => new Storage(this.bytes))
        copyWithin(copy.pointer(), source, this.bytes)
        captured.moveTo(copy)
      })
    }
    this.captured = null
  }

  /** Throws if the bytes were freed. */
  checkAlive(): void {
    if (this.isDisposed) throw new ReferenceError('a disposed tensor was used')
  }

  /** Frees the bytes now instead of after garbage collection. */
  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    if (this.cell !== null && this.captured?.isHeld) this.captured.moveTo(this.handOver(this.cell))
    else if (this.cell !== null) release(this.cell)
    this.deferred?.release()
    this.cell = null
    this.deferred = null
    this.captured = null
  }

  /** Moves the bytes to a new storage. */
  private handOver(cell: Cell): Storage {
    const owner = unscoped(() => new Storage(this.bytes, NOTHING))
    transfer(cell, owner)
    owner.cell = cell
    owner.deferred = null
    return owner
  }

  /** The cell of the bytes, which deferred work fills first. */
  private materialize(): Cell {
    this.checkAlive()
    if (this.cell === null) this.compute()
    return this.cell as Cell
  }

  private compute(): void {
    const cell = createCell(this, this.bytes)
    try {
      launch(() => this.deferred?.compute(pin(cell, this)))
    } catch (error) {
      release(cell)
      throw error
    }
    this.cell = cell
    this.deferred?.release()
    this.deferred = null
  }

  private checkRange(offset: number, length: number): void {
    this.checkAlive()
    if (!(offset >= 0 && offset + length <= this.bytes)) {
      throw new RangeError(`bytes ${offset} to ${offset + length} do not lie in a storage of ${this.bytes}`)
    }
  }
}

const NOTHING: Deferred = { compute: () => {}, release: () => {} }
