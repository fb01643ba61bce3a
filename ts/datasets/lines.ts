import { Utf8Pieces } from './decoding.js'
import { Line } from './line.js'
import { errorAt } from './parse_error.js'
import type { FileContents } from './source.js'

const NEWLINE = 10
const RETURN = 13

/** No line is longer, in bytes: a file without line ends would take memory until it ends. */
const LONGEST = 2 ** 28

/** Splits a file into lines, which LF or CRLF ends. */
export class Lines {
  private readonly pieces: Utf8Pieces
  /** The beginning of a line whose end is still to come. */
  private head = new Uint8Array(256)
  private headLength = 0
  private readonly line: Line

  constructor(
    private readonly op: string,
    encoding: string | null,
    private readonly read: (line: Line) => void,
  ) {
    this.line = new Line(op)
    this.pieces = new Utf8Pieces(op, encoding, (bytes) => this.take(bytes))
  }

  write(chunk: FileContents): void {
    this.pieces.write(chunk)
  }

  end(): void {
    this.pieces.end()
    if (this.headLength > 0) this.give(this.head, 0, this.headLength)
  }

  private take(bytes: Uint8Array): void {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (this.headLength > 0) {
        this.keep(bytes.subarray(start, end))
        const length = this.headLength
        this.headLength = 0
        this.give(this.head, 0, length)
      } else this.give(bytes, start, end)
      start = end + 1
    }
    if (start < bytes.length) this.keep(bytes.subarray(start))
  }

  private keep(bytes: Uint8Array): void {
    const length = this.headLength + bytes.length
    if (length > LONGEST)
      throw errorAt(this.op, { line: this.line.number + 1 }, `the line has more than ${LONGEST} bytes`)
    if (length > this.head.length) {
      const larger = new Uint8Array(2 * length)
      larger.set(this.head.subarray(0, this.headLength))
      this.head = larger
    }
    this.head.set(bytes, this.headLength)
    this.headLength = length
  }

  private give(bytes: Uint8Array, start: number, end: number): void {
    const { line } = this
    line.bytes = bytes
    line.start = start
    line.end = end > start && bytes[end - 1] === RETURN ? end - 1 : end
    line.number++
    this.read(line)
  }
}
