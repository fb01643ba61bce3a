import { type Cell, createCell, pin, readCell, release, writeCell } from './residency.js'
import { record } from './scope.js'

/**
 * The bytes of a tensor and of all its views. Kernels ask for a {@link pointer} inside a launch;
 * JavaScript reads and writes copies. Nobody keeps a pointer or a view of linear memory.
 */
export class Storage {
  /** Counts changes in place, so that backward can tell that a saved tensor was changed. */
  version = 0
  private readonly cell: Cell
  private disposed = false
  private kept = false

  constructor(readonly bytes: number) {
    this.cell = createCell(this, bytes)
    record(this)
  }

  /** Address in linear memory, valid until the launch that asks for it ends. */
  pointer(): number {
    this.checkAlive()
    return pin(this.cell, this)
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
    return readCell(this.cell, offset, length)
  }

  /** Overwrites bytes from `offset` on. */
  write(offset: number, bytes: Uint8Array): void {
    this.checkRange(offset, bytes.length)
    writeCell(this.cell, offset, bytes)
  }

  /** Whether the bytes were freed by {@link dispose}. */
  get isDisposed(): boolean {
    return this.disposed
  }

  /** Throws if the bytes were freed. */
  checkAlive(): void {
    if (this.disposed) throw new ReferenceError('a disposed tensor was used')
  }

  private checkRange(offset: number, length: number): void {
    this.checkAlive()
    if (!(offset >= 0 && offset + length <= this.bytes)) {
      throw new RangeError(`bytes ${offset} to ${offset + length} do not lie in a storage of ${this.bytes}`)
    }
  }

  /** Frees the bytes now instead of when the collector finds out. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    release(this.cell)
  }
}
