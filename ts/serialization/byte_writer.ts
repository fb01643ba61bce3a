import { OutOfMemoryError, ValueError } from '../base/errors.js'
import { utf8Of } from '../base/utf8.js'
import { isWellFormed, quote } from './source.js'

/** Bytes that grow. Little-endian by default. */
export class ByteWriter {
  private buffer = new Uint8Array(1024)
  private view = new DataView(this.buffer.buffer)
  private length = 0

  /** The bytes so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length)
  }

  uint8(value: number): this {
    const at = this.take(1)
    this.buffer[at] = value
    return this
  }

  uint16(value: number): this {
    const at = this.take(2)
    this.view.setUint16(at, value, true)
    return this
  }

  uint32(value: number): this {
    const at = this.take(4)
    this.view.setUint32(at, value, true)
    return this
  }

  bigEndianFloat64(value: number): this {
    const at = this.take(8)
    this.view.setFloat64(at, value)
    return this
  }

  raw(bytes: Uint8Array): this {
    const at = this.take(bytes.length)
    this.buffer.set(bytes, at)
    return this
  }

  text(text: string): this {
    return this.raw(utf8Of(text))
  }

  /** A text after its length in bytes. */
  sizedText(text: string): this {
    if (!isWellFormed(text)) {
      throw new ValueError(`save: ${quote(text)} has half of a surrogate pair, which UTF-8 has not`)
    }
    const bytes = utf8Of(text)
    return this.uint32(bytes.length).raw(bytes)
  }

  /** Makes room, and returns where it begins. */
  private take(bytes: number): number {
    const at = this.length
    const wanted = at + bytes
    if (wanted > this.buffer.length) {
      const larger = allocate(Math.max(wanted, 2 * this.buffer.length))
      larger.set(this.buffer.subarray(0, at))
      this.buffer = larger
      this.view = new DataView(larger.buffer)
    }
    this.length = wanted
    return at
  }
}

/** Bytes of a file. */
export function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes)
  } catch (error) {
    throw new OutOfMemoryError(`save: the runtime has no room for a file of ${bytes} bytes`, { cause: error })
  }
}
