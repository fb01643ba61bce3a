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
import { record, unscoped } from './scope.js'

/** How the bytes of a storage come to be, if somebody asks for them. */
export interface Deferred {
  /** Fills the bytes at `pointer`. Runs inside a launch. */
  compute(pointer: number): void
  /** Lets go of what it would compute from: that is done, or nobody wants it any more. */
  release(): void
}

/** A kernel's call that changes some of its operands in place. */
export interface Change {
  /** All that the kernel takes pointers of. */
  readonly operands: readonly Operand[]
  readonly results: readonly { readonly storage: Storage }[]
}

/**
 * The bytes of a tensor and of all its views. Kernels ask for a {@link pointer} inside a launch;
 * JavaScript reads and writes copies. Nobody keeps a pointer or a view of linear memory.
 */
export class Storage {
  private changes = 0
  private cell: Cell | null
  private work: Deferred | null
  private captured: Capture | null = null
  private disposed = false
  private kept = false

  /** Of uninitialised bytes, or of those that `deferred` work will fill in when they are needed. */
  constructor(
    readonly bytes: number,
    deferred: Deferred | null = null,
  ) {
    this.work = deferred
    this.cell = deferred === null ? createCell(this, bytes) : null
    record(this)
  }

  /** Counts changes in place, so that backward can tell that a saved tensor was changed. */
  get version(): number {
    return this.changes
  }

  /**
   * Changes the bytes in place: whoever wants them as they are now gets a copy first. `work` runs inside a
   * launch; what it throws it must throw before it changes anything.
   */
  change(work: () => void): void {
    this.preserve()
    launch(work)
    this.changes++
  }

  /**
   * Changes the `results` of every item, all or none: what may fail, for want of memory, comes before the
   * first item's turn. The exception is {@link launchEach}'s: items that exceed the budget together.
   */
  static changeEach<T extends Change>(items: readonly T[], work: (item: T) => void): void {
    for (const { results } of items) for (const { storage } of results) storage.preserve()
    launchEach(items, (item) => {
      work(item)
      for (const { storage } of item.results) storage.changes++
    })
  }

  /**
   * The same for several tensors and one piece of work, however many kernels that runs: all of them lie in linear memory
   * before it starts.
   */
  static changeAll(results: Change['results'] & Change['operands'], work: () => void): void {
    Storage.changeEach([{ operands: results, results }], work)
  }

  /** Address in linear memory, valid until the launch that asks for it ends. */
  pointer(): number {
    return pin(this.place(), this)
  }

  /** The work that is still to be done, for those who can do with less than its result. */
  get deferred(): Deferred | null {
    return this.work
  }

  /** Makes it outlive a scope that it was made in. */
  keep(): this {
    this.kept = true
    return this
  }

  get isKept(): boolean {
    return this.kept
  }

  /** A copy of `length` bytes. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.checkRange(offset, length)
    return readCell(this.place(), offset, length)
  }

  /** Copies few bytes into `target`. */
  copyInto(target: Uint8Array, offset: number): void {
    this.checkRange(offset, target.length)
    copyCell(this.place(), offset, target)
  }

  /** Overwrites bytes from `offset` on. */
  write(offset: number, bytes: Uint8Array): void {
    this.checkRange(offset, bytes.length)
    writeCell(this.place(), offset, bytes)
  }

  /** The bytes as they are now, for work that is done later; work that they wait for is done at once. */
  capture(): Capture {
    this.place()
    this.captured ??= new Capture(this)
    return this.captured
  }

  /** Whether work that is done later wants the bytes as they are now. */
  get isCaptured(): boolean {
    return this.captured?.isHeld === true
  }

  /** Copies the bytes for whoever wants them as they are now. */
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

  /** Whether the bytes were freed by {@link dispose}. */
  get isDisposed(): boolean {
    return this.disposed
  }

  /** Throws if the bytes were freed. */
  checkAlive(): void {
    if (this.disposed) throw new ReferenceError('a disposed tensor was used')
  }

  /** Frees the bytes now instead of when the collector finds out. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    if (this.cell !== null && this.captured?.isHeld) this.captured.moveTo(this.heir(this.cell))
    else if (this.cell !== null) release(this.cell)
    this.work?.release()
    this.cell = null
    this.work = null
    this.captured = null
  }

  /** A storage that takes over the bytes. */
  private heir(cell: Cell): Storage {
    const heir = unscoped(() => new Storage(this.bytes, NOTHING))
    transfer(cell, heir)
    heir.cell = cell
    heir.work = null
    return heir
  }

  /** The bytes' place, once they are there. */
  private place(): Cell {
    this.checkAlive()
    if (this.cell === null) this.compute()
    return this.cell as Cell
  }

  private compute(): void {
    const cell = createCell(this, this.bytes)
    try {
      launch(() => this.work?.compute(pin(cell, this)))
    } catch (error) {
      release(cell)
      throw error
    }
    this.cell = cell
    this.work?.release()
    this.work = null
  }

  private checkRange(offset: number, length: number): void {
    this.checkAlive()
    if (!(offset >= 0 && offset + length <= this.bytes)) {
      throw new RangeError(`bytes ${offset} to ${offset + length} do not lie in a storage of ${this.bytes}`)
    }
  }
}

const NOTHING: Deferred = { compute: () => {}, release: () => {} }
