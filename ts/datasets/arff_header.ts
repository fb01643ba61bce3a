/** The declarations of an ARFF file. */
import { errorAt, quoted } from './parse_error.js'

/** An attribute: a column of the file. */
export interface Attribute {
  readonly name: string
  readonly type: 'numeric' | 'nominal' | 'string' | 'date'
  /** The values of a nominal one, in the order of their declaration. */
  readonly values: readonly string[]
  /** Where it is declared. */
  readonly line: number
}

/** Reads the lines before the data. */
export class ArffHeader {
  relation = ''
  /** Whether no declaration was read. */
  isEmpty = true
  readonly attributes: Attribute[] = []
  private readonly names = new Set<string>()

  constructor(private readonly op: string) {}

  /** Whether the line is the one after which the data begin. */
  readLine(text: string, line: number): boolean {
    const words = new Words(this.op, text, line)
    if (words.isAtEnd()) return false
    this.isEmpty = false
    const keyword = words.keyword()
    if (keyword === '@data') {
      if (this.attributes.length > 0) return true
      throw errorAt(this.op, { line }, 'there are no attributes before @data')
    }
    if (keyword === '@relation') this.relation = words.isAtEnd() ? '' : words.rest()
    else if (keyword === '@attribute') this.addAttribute(words, line)
    else
      throw errorAt(
        this.op,
        { line, column: 1 },
        `@relation, @attribute or @data must come here, but got ${quoted(keyword)}`,
      )
    return false
  }

  private addAttribute(words: Words, line: number): void {
    const name = words.word('the name of the attribute')
    if (this.names.has(name))
      throw errorAt(this.op, { line }, `there are two attributes named ${quoted(name)}`)
    this.names.add(name)
    if (words.isAt('{')) {
      this.attributes.push({ name, type: 'nominal', values: words.values(), line })
      return
    }
    const column = words.column
    const word = words.word('the type of the attribute').toLowerCase().replace(/\[.*/, '')
    const type = TYPES.get(word)
    if (type === undefined)
      throw errorAt(
        this.op,
        { line, column },
        `the type of ${quoted(name)} must be numeric, string or {values}, but is ${quoted(word)}`,
      )
    this.attributes.push({ name, type, values: [], line })
  }

  /** How many labels MEKA's option `-C` in the name of the relation says: from the beginning, or if negative from the end. */
  get labelCount(): number | null {
    const [, count] = /(?:^|\s)-C\s+(-?\d+)/.exec(this.relation) ?? []
    return count === undefined ? null : Number(count)
  }
}

const TYPES = new Map<string, Attribute['type']>([
  ['numeric', 'numeric'],
  ['real', 'numeric'],
  ['integer', 'numeric'],
  ['string', 'string'],
  ['date', 'date'],
])

/** The words of a declaration. */
class Words {
  private at = 0

  constructor(
    private readonly op: string,
    private readonly text: string,
    private readonly line: number,
  ) {}

  get column(): number {
    this.skipSpace()
    return this.at + 1
  }

  /** Whether nothing follows, or a comment. */
  isAtEnd(): boolean {
    this.skipSpace()
    return this.at >= this.text.length || this.text[this.at] === '%'
  }

  isAt(character: string): boolean {
    this.skipSpace()
    return this.text[this.at] === character
  }

  keyword(): string {
    const [word] = /^\S*/.exec(this.text.slice(this.at)) ?? ['']
    this.at += word.length
    return word.toLowerCase()
  }

  /** All that follows, without the quotes around it. */
  rest(): string {
    const text = this.text.slice(this.at).trim()
    return /^(['"]).*\1$/.test(text) ? unescaped(text.slice(1, -1)) : text
  }

  /** A word, quoted or not. */
  word(what: string, stops = /^[^\s{}%,]+/): string {
    this.skipSpace()
    const rest = this.text.slice(this.at)
    const inQuotes = /^(['"])((?:\\.|(?!\1)[^\\])*)\1/.exec(rest)
    if (inQuotes !== null) {
      this.at += inQuotes[0].length
      return unescaped(inQuotes[2])
    }
    const found = /^['"]/.test(rest) ? null : stops.exec(rest)
    if (found === null) {
      const got = rest === '' ? 'the line ends' : `got ${quoted(rest)}`
      throw errorAt(this.op, { line: this.line, column: this.at + 1 }, `${what} must come here, but ${got}`)
    }
    this.at += found[0].length
    return found[0].trim()
  }

  /** The values in braces. */
  values(): string[] {
    this.at++
    const values: string[] = []
    const numbers = new Set<string>()
    while (!this.isAt('}')) {
      const { column } = this
      // Unlike in data, a value may hold spaces.
      const value = this.word('a value or }', /^[^,{}'"]+/)
      if (numbers.has(value))
        throw errorAt(this.op, { line: this.line, column }, `the value ${quoted(value)} is declared twice`)
      numbers.add(value)
      values.push(value)
      if (this.isAt(',')) this.at++
      else if (!this.isAt('}'))
        throw errorAt(this.op, { line: this.line, column: this.column }, 'a comma or } must come here')
    }
    return values
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** The text without its backslashes, as Weka reads them. */
export function unescaped(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, after: string) =>
    after.length === 5
      ? String.fromCharCode(Number.parseInt(after.slice(1), 16))
      : (ESCAPES.get(after) ?? after),
  )
}
