/** The bytes of files. */
import { tagOf } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { textOf } from '../base/utf8.js'
import { linearMemory } from '../kernels/instance.js'

/** The bytes of a file, in any view. */
export type FileBytes = ArrayBuffer | ArrayBufferView

/** The bytes of an argument, copied only if they are in linear memory. */
export function bytesOf(op: string, value: FileBytes): Uint8Array<ArrayBuffer> {
  const bytes = isBuffer(value) || ArrayBuffer.isView(value) ? viewed(op, value) : null
  if (bytes === null || !isBuffer(bytes.buffer)) {
    throw new TypeError(
      `${op}: bytes must be a Uint8Array or an ArrayBuffer with the file's contents, but got ${describe(bytes?.buffer ?? value)}`,
    )
  }
  // A view of linear memory is detached when that grows for a tensor.
  return bytes.buffer === linearMemory() ? bytes.slice() : (bytes as Uint8Array<ArrayBuffer>)
}

function viewed(op: string, value: FileBytes): Uint8Array {
  try {
    return isBuffer(value)
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  } catch {
    throw new TypeError(`${op}: bytes lie in memory that was moved elsewhere`)
  }
}

/** Whether it is an ArrayBuffer, of any realm. */
const isBuffer = (value: unknown): value is ArrayBuffer => tagOf(value) === 'ArrayBuffer'

/** Decodes UTF-8 that contains lone surrogates, three bytes each; undefined if it is invalid. */
function textWithHalves(bytes: Uint8Array): string | undefined {
  let [text, start] = ['', 0]
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const [second, third] = [bytes[at + 1], bytes[at + 2]]
    if (!(second >= 0xa0 && second < 0xc0 && third >= 0x80 && third < 0xc0)) continue
    const before = textOf(bytes.subarray(start, at))
    if (before === undefined) return undefined
    text += before + String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f))
    start = at + 3
  }
  const rest = textOf(bytes.subarray(start))
  return rest === undefined ? undefined : text + rest
}

/** One character for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096))
  return text
}

/** A name from a file for error messages: of bounded length, without control characters. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
}

/** Whether a text has no lone surrogates, so that UTF-8 can encode it. */
export const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text)

/** Reads numbers and text in sequence, never past the end. Little-endian by default. */
export class ByteReader {
  private readonly view: DataView

  /** `invalid` makes an error from a message. */
  constructor(
    private readonly source: Uint8Array<ArrayBuffer>,
    private readonly invalid: (what: string) => Error,
    public position = 0,
  ) {
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength)
  }

  /** Number of bytes left. */
  get remaining(): number {
    return this.source.length - this.position
  }

  /** Skips `length` bytes, and returns where they begin. */
  skip(length: number): number {
    if (!(length <= this.remaining)) {
      throw this.invalid(
        `${length} bytes are wanted at byte ${this.position} of ${this.source.length}; it may be truncated`,
      )
    }
    const start = this.position
    this.position += length
    return start
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1))
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true)
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true)
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true)
  }

  /** Rounded beyond 2^53, which exceeds the length of any file. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true))
  }

  bigEndianFloat64(): number {
    return this.view.getFloat64(this.skip(8))
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.skip(length)
    return this.source.subarray(start, start + length)
  }

  text(length: number): string {
    const start = this.position
    const text = textOf(this.bytes(length))
    if (text === undefined) throw this.invalid(`the text at byte ${start} is not UTF-8`)
    return text
  }

  /** A Python string, whose UTF-8 may contain lone surrogates. */
  pythonText(length: number): string {
    const start = this.position
    const bytes = this.bytes(length)
    const text = textOf(bytes) ?? textWithHalves(bytes)
    if (text === undefined) throw this.invalid(`the text at byte ${start} is not UTF-8`)
    return text
  }

  /** A byte string of Python 2: decoded as UTF-8 if valid, otherwise one character for each byte. */
  oldText(length: number): string {
    const bytes = this.bytes(length)
    return textOf(bytes) ?? latin1(bytes)
  }

  /** Text up to a newline, which is skipped. */
  line(): string {
    const end = this.source.indexOf(10, this.position)
    if (end < 0) throw this.invalid(`the line at byte ${this.position} has no end; it may be truncated`)
    const line = this.text(end - this.position)
    this.position++
    return line
  }
}
