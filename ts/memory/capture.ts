/** What holds the bytes. */
interface Holder {
  pointer(): number
  capture(): Capture
  dispose(): void
}

/**
 * The bytes of a storage as they are now, for work that is done later, if ever. They stay where they
 * are until the storage is changed, which copies them first, or disposed, which leaves them to the captors.
 */
export class Capture {
  private captors = 0
  private owned = false

  constructor(private holder: Holder) {}

  /** Whoever has the bytes now. */
  get storage(): Holder {
    return this.holder
  }

  get isHeld(): boolean {
    return this.captors > 0
  }

  hold(): void {
    this.captors++
  }

  /** To be called by each captor when it is done. */
  release(): void {
    this.captors--
    if (this.captors === 0 && this.owned) this.holder.dispose()
  }

  /** From now on `holder`, which nobody else knows, has the bytes. */
  moveTo(holder: Holder): void {
    this.holder = holder
    this.owned = true
  }
}

/** A tensor's elements as they are now. */
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

  /** Address of the first, inside a launch. */
  pointer(): number {
    return this.capture.storage.pointer() + this.byteOffset
  }

  /** The same for another captor. */
  again(): CapturedElements {
    return new CapturedElements(this.capture, this.byteOffset)
  }

  release(): void {
    this.capture.release()
  }
}
