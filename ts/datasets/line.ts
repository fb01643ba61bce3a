import { textOf } from '../base/utf8.js'
import { errorAt, type ParseError, quoted } from './parse_error.js'

/** A line of a file: the bytes from `start` to `end` of a buffer that is used again, as is this object. */
export class Line {
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** From 1 on. */
  number = 0

  constructor(private readonly op: string) {}

  /** An error about what begins at `at`, or about the whole line. */
  error(at: number | null, what: string, name?: string): ParseError {
    const column = at === null ? undefined : at - this.start + 1
    return errorAt(this.op, { line: this.number, column, name }, what)
  }

  /** Throws if the bytes are not UTF-8. */
  text(from: number, end: number): string {
    const text = textOf(this.bytes.slice(from, end))
    if (text !== undefined) return text
    throw this.error(null, "the bytes are not utf-8; give encoding, such as 'latin1'")
  }

  /** The text for an error. */
  quote(from: number, end: number): string {
    return quoted(textOf(this.bytes.slice(from, end)) ?? 'bytes that are not UTF-8')
  }
}
