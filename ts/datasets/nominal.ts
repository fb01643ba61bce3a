import type { Attribute } from './arff_header.js'
import { numberOf } from './cells.js'
import { errorAt, quoted } from './parse_error.js'

const FALSE = new Set(['false', 'no', 'f', 'n'])
const TRUE = new Set(['true', 'yes', 't', 'y'])

/** The numbers of an attribute's values. */
export class Nominal {
  private readonly numbers = new Map<string, number>()
  private readonly ofBytes: (number | undefined)[] = []
  /** The number of the first value, which sparse rows leave out. */
  readonly implied: number
  /** For messages. */
  readonly wanted: string

  /**
   * Values that are numbers are these; two that say yes and no are 1 and 0; others are their places in the declaration, from 0 on.
   * Labels are 0 and 1: `{-1, 1}` too.
   */
  constructor(op: string, { name, values, line }: Attribute, isLabel: boolean) {
    const numbers = numbersOf(values, isLabel)
    if (isLabel && !numbers.every((number) => number === 0 || number === 1)) {
      const wanted = 'a label has the values 0 and 1, or no and yes'
      throw errorAt(op, { line }, `${wanted}, but ${quoted(name)} has ${listed(values)}`)
    }
    for (const [i, value] of values.entries()) {
      this.numbers.set(value, numbers[i])
      const code = value.charCodeAt(0)
      if (value.length === 1 && code < 128) this.ofBytes[code] = numbers[i]
    }
    this.implied = numbers[0] ?? 0
    this.wanted = listed(values)
  }

  of(value: string): number | undefined {
    return this.numbers.get(value)
  }

  /** The same for a value of one byte. */
  ofByte(byte: number): number | undefined {
    return this.ofBytes[byte]
  }
}

function numbersOf(values: readonly string[], isLabel: boolean): number[] {
  const numbers = values.map((value) => numberOf(value, null) ?? Number.NaN)
  if (numbers.every((number) => !Number.isNaN(number))) {
    const isSigned = isLabel && numbers.includes(-1) && numbers.every((number) => Math.abs(number) === 1)
    return isSigned ? numbers.map((number) => (number + 1) / 2) : numbers
  }
  const said = values.map((value) => value.toLowerCase())
  if (said.every((value) => FALSE.has(value) || TRUE.has(value)))
    return said.map((value) => (TRUE.has(value) ? 1 : 0))
  // A label with other values is refused.
  return values.map((_, i) => (isLabel ? Number.NaN : i))
}

const listed = (values: readonly string[]) =>
  `{${values.slice(0, 8).map(quoted).join(', ')}${values.length > 8 ? ', …' : ''}}`
