import { isWellFormed, quote } from './source.js'

/**
 * Reads the little JSON that a safetensors header consists of: objects, strings and whole numbers.
 * Unlike JSON.parse it refuses repeated keys, and builds only what its caller asks for.
 */
export class JsonReader {
  private position = 0

  /** `invalid` makes the error of what is wrong. */
  constructor(
    private readonly text: string,
    private readonly invalid: (what: string) => Error,
  ) {}

  /** Reads an object of at most `most` keys; `member` reads the value of each. */
  object(most: number, member: (key: string) => void): void {
    const keys = new Set<string>()
    this.expect('{')
    if (this.accept('}')) return
    do {
      const key = this.string()
      if (keys.has(key)) throw this.invalid(`the key ${quote(key)} is there twice`)
      if (keys.size === most) throw this.invalid(`an object has more than ${most} keys`)
      keys.add(key)
      this.expect(':')
      member(key)
    } while (this.accept(','))
    this.expect('}')
  }

  /** Reads an array of at most `most` whole numbers. */
  integers(most: number): number[] {
    const integers: number[] = []
    this.expect('[')
    if (this.accept(']')) return integers
    do {
      if (integers.length === most) throw this.invalid(`an array has more than ${most} numbers`)
      integers.push(this.integer())
    } while (this.accept(','))
    this.expect(']')
    return integers
  }

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

  /** Throws unless nothing but white space is left. */
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

  /** Whether an odd number of backslashes stands before. */
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
