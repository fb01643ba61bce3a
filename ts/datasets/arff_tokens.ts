/** The values of a row of an ARFF file. */

const BACKSLASH = 92
const COMMA = 44
const DOUBLE = 34
const PERCENT = 37
const SINGLE = 39
const SPACE = 32

/** Splits rows. Its arrays are used again for each. */
export class Tokens {
  /** Where each value begins and ends, without its quotes. */
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** Whether each value is quoted. */
  readonly quotes: boolean[] = []
  count = 0

  /** Finds the values from `start` to `end`; returns where quotes begin that are not closed, or an empty value is, or -1. */
  split(bytes: Uint8Array, start: number, end: number): number {
    this.count = 0
    let at = start
    let isAfterComma = true
    for (;;) {
      while (at < end && bytes[at] <= SPACE) at++
      if (at >= end || bytes[at] === PERCENT) return isAfterComma && this.count > 0 ? at : -1
      const first = bytes[at]
      if (first === COMMA) {
        if (isAfterComma) return at
        isAfterComma = true
        at++
        continue
      }
      isAfterComma = false
      if (first === SINGLE || first === DOUBLE) {
        const from = at + 1
        at = from
        while (at < end && bytes[at] !== first) at += bytes[at] === BACKSLASH ? 2 : 1
        if (at >= end) return from - 1
        this.add(from, at, true)
        at++
      } else {
        const from = at
        while (at < end && bytes[at] > SPACE && bytes[at] !== COMMA) at++
        this.add(from, at, false)
      }
    }
  }

  private add(start: number, end: number, isQuoted: boolean): void {
    const { count } = this
    this.starts[count] = start
    this.ends[count] = end
    this.quotes[count] = isQuoted
    this.count++
  }
}
