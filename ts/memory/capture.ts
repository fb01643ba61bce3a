/** The owner of the bytes. */
interface Holder {
  pointer(): number
  capture(): Capture
  dispose(): void
}

/**
 * A snapshot of the bytes of a storage, for deferred work. It makes no copy until the storage is
 * changed, which copies the bytes first, or disposed, which hands them over to the capture.
 */
export class Capture {
  private captors = 0
  private owned = false

  constructor(private holder: Holder) {}

  /** The current owner of the bytes. */
  get storage(): Holder {
    return this.holder
  }

  get isHeld(): boolean {
    return this.captors > 0
  }

  hold(): void {
    this.captors++
  }

  /** Each captor calls this when it is done. */
  release(): void {
    this.captors--
    if (this.captors === 0 && this.owned) this.holder.dispose()
  }

  /** Makes `holder`, which has no other users, the owner of the bytes. */
  moveTo(holder: Holder): void {
    this.holder = holder
    this.owned = true
  }
}

/** A snapshot of a tensor's elements. */
export class CapturedElements {
  private constructor(
    private readonly capture: Capture,
    private readonly byteOffset: number,
  ) {
    capture.hold()
  }

  static of({ storage, byteOffset }: { readonly storage: Holder; readonly byteOffset: number }) {
    return new CapturedElements(storage.capture(), byteOffset)
  }

  /** Address of the first element, inside a launch. */
  pointer(): number {
    return this.capture.storage.pointer() + this.byteOffset
  }

  /** The same for another captor. */
  share(): CapturedElements {
    return new CapturedElements(this.capture, this.byteOffset)
  }

  release(): void {
    this.capture.release()
  }
}
