import { MAX_HEADER_DEPTH } from './limits.js'
import { isWellFormed, quote } from './source.js'

/**
 * Reads JSON as serde_json does, which the reference implementation of safetensors uses. It only builds what the caller
 * asks for; the rest is checked and skipped.
 */
export class JsonReader {
  private position = 0
  private depth = 0

  /** `invalid` makes an error from a message. */
  constructor(
    private readonly text: string,
    private readonly invalid: (what: string) => Error,
  ) {}

  /** Reads an object with at most `most` keys; `member` reads each value. Keys may be repeated. */
  object(most: number, member: (key: string) => void): void {
    let keys = 0
    this.list('{', '}', () => {
      const key = this.string()
      if (keys++ === most) throw this.invalid(`an object has more than ${most} keys`)
      this.expect(':')
      member(key)
    })
  }

  /** Reads an array of integers; calls `each` with each. */
  integers(each: (integer: number) => void): void {
    this.list('[', ']', () => each(this.integer()))
  }

  /** Skips `null`, if it is next. */
  acceptNull(): boolean {
    this.skipSpace()
    if (!this.text.startsWith('null', this.position)) return false
    this.position += 4
    return true
  }

  /** Skips any value. */
  pass(): void {
    this.skipSpace()
    const first = this.text[this.position]
    if (first === '"') this.string()
    else if (first === '{') this.object(Number.POSITIVE_INFINITY, () => this.pass())
    else if (first === '[') this.list('[', ']', () => this.pass())
    else this.literal()
  }

  private literal(): void {
    const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
    literal.lastIndex = this.position
    const [text] = literal.exec(this.text) ?? []
    if (text === undefined || Math.abs(Number(text)) === Number.POSITIVE_INFINITY)
      throw this.unexpected('a value')
    this.position += text.length
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open)
    if (this.depth++ === MAX_HEADER_DEPTH) {
      throw this.invalid(`its header has more than ${MAX_HEADER_DEPTH} arrays and objects inside each other`)
    }
    if (!this.accept(close)) {
      do item()
      while (this.accept(','))
      this.expect(close)
    }
    this.depth--
  }

  /** Reads a string. */
  string(): string {
    this.expect('"')
    const start = this.position - 1
    let end = this.text.indexOf('"', this.position)
    while (end >= 0 && this.isEscaped(end)) end = this.text.indexOf('"', end + 1)
    if (end < 0) throw this.invalid(`the string at character ${start} of the header has no end`)
    this.position = end + 1
    let value: unknown
    try {
      value = JSON.parse(this.text.slice(start, this.position))
    } catch {}
    if (typeof value !== 'string' || !isWellFormed(value)) {
      throw this.invalid(`the string at character ${start} of the header is not valid`)
    }
    return value
  }

  /** Throws unless only white space is left. */
  end(): void {
    this.skipSpace()
    if (this.position < this.text.length) throw this.unexpected('the end')
  }

  private integer(): number {
    this.skipSpace()
    const integer = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y
    integer.lastIndex = this.position
    const [digits] = integer.exec(this.text) ?? []
    if (digits === undefined || !Number.isSafeInteger(Number(digits))) {
      throw this.unexpected(`a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`)
    }
    this.position += digits.length
    return Number(digits)
  }

  /** Whether an odd number of backslashes precedes. */
  private isEscaped(quoteAt: number): boolean {
    let first = quoteAt
    while (this.text[first - 1] === '\\') first--
    return (quoteAt - first) % 2 === 1
  }

  private accept(character: string): boolean {
    this.skipSpace()
    if (this.text[this.position] !== character) return false
    this.position++
    return true
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw this.unexpected(character)
  }

  private unexpected(wanted: string): Error {
    const found = this.text.slice(this.position, this.position + 20)
    return this.invalid(
      `its header has ${quote(found)} at character ${this.position}, where ${wanted} is wanted`,
    )
  }

  private skipSpace(): void {
    while (' \n\r\t'.includes(this.text[this.position] ?? 'x')) this.position++
  }
}
