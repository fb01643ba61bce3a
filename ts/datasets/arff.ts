import { ValueError } from '../base/errors.js'
import { textOf } from '../base/utf8.js'
import { SparseCSRTensor } from '../surface/sparse_csr.js'
import { ArffHeader, type Attribute, unescaped } from './arff_header.js'
import type { ArffArguments, ArffData } from './arff_options.js'
import { Tokens } from './arff_tokens.js'
import { isTooLarge } from './cells.js'
import { checkCount, columnsOf } from './columns.js'
import { Growing } from './growing.js'
import { Lines } from './lines.js'
import { labelsInXml } from './mulan_xml.js'
import { Nominal } from './nominal.js'
import { indexIn, numberIn } from './numbers.js'
import { errorAt, ParseError, quoted } from './parse_error.js'
import type { FileContents, Sink } from './source.js'
import { SparseRow } from './sparse_row.js'

const OP = 'parse_arff'

const OPENING = 123
const CLOSING = 125
const PERCENT = 37
const QUESTION = 63
const SPACE = 32

/** What becomes of an attribute: `at` is its place among the features, labels or texts. */
interface Column extends Attribute {
  readonly role: 'feature' | 'label' | 'text' | 'dropped'
  readonly at: number
  readonly nominal: Nominal | null
  /** What it is in a sparse row that leaves it out. */
  readonly implied: number
}

/** Reads files of Weka, Mulan and MEKA. */
export class ArffParser implements Sink<ArffData> {
  private readonly lines: Lines
  private readonly header = new ArffHeader(OP)
  private columns: Column[] | null = null
  private readonly tokens = new Tokens()
  private isSparse: boolean | null = null
  private rows = 0
  private readonly values = new Growing('float32')
  private readonly labels = new Growing('float32')
  private readonly texts: string[][] = []
  private readonly begins = new Growing('int32')
  private readonly indices = new Growing('int32')
  private readonly row = new SparseRow()
  /** The features that are not 0 where a sparse row leaves them out: nominal ones whose first value is another number. */
  private impliedFeatures: number[] = []
  /** The labels of a sparse row that leaves them out, and of this one. */
  private impliedLabels: number[] = []
  private rowLabels: number[] = []
  /** The number of the last row that has each attribute. */
  private readonly seen: number[] = []

  constructor(private readonly options: ArffArguments) {
    this.lines = new Lines(OP, options.encoding, (bytes, start, end, line) =>
      this.readLine(bytes, start, end, line),
    )
  }

  write(chunk: FileContents): void {
    this.lines.write(chunk)
  }

  end(): ArffData {
    this.lines.end()
    return this.result()
  }

  private readLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (this.columns === null) {
      const isData = this.header.readLine(decode(bytes, start, end, line), line)
      if (isData) this.columns = this.columnsOfHeader()
      return
    }
    let at = start
    while (at < end && bytes[at] <= SPACE) at++
    if (at === end || bytes[at] === PERCENT) return
    const isSparse = bytes[at] === OPENING
    this.isSparse ??= isSparse
    if (this.isSparse !== isSparse)
      throw errorAt(
        OP,
        { line, column: at - start + 1 },
        `the row is ${isSparse ? 'sparse' : 'dense'}, unlike those before it`,
      )
    if (isSparse) this.readSparse(this.columns, bytes, start, at, end, line)
    else this.readDense(this.columns, bytes, start, end, line)
    this.rows++
  }

  private columnsOfHeader(): Column[] {
    const { attributes } = this.header
    const names = attributes.map(({ name }) => name)
    const roles = attributes.map((): Column['role'] => 'feature')
    const assign = (argument: string, found: number[], role: Column['role']): void => {
      for (const i of found) {
        if (roles[i] !== 'feature')
          throw new ValueError(
            `${OP}: ${argument} has the attribute ${quoted(names[i])}, which is named twice`,
          )
        roles[i] = role
      }
    }
    assign('labels', this.labelled(names), 'label')
    assign('texts', columnsOf(OP, 'texts', this.options.texts, names), 'text')
    assign('drop', columnsOf(OP, 'drop', this.options.drop, names), 'dropped')
    const counts = { feature: 0, label: 0, text: 0, dropped: 0 }
    return attributes.map((attribute, i) => {
      const role = roles[i]
      const { name, type, line } = attribute
      if ((role === 'feature' || role === 'label') && type !== 'numeric' && type !== 'nominal')
        throw errorAt(
          OP,
          { line },
          `the ${role} ${quoted(name)} is of type ${type}; name it in texts or drop`,
        )
      const isNominal = type === 'nominal' && (role === 'feature' || role === 'label')
      const nominal = isNominal ? new Nominal(OP, attribute, role === 'label') : null
      if (role === 'text') this.texts.push([])
      const implied = nominal?.implied ?? 0
      if (role === 'label') this.impliedLabels.push(implied)
      if (role === 'feature' && implied !== 0) this.impliedFeatures.push(i)
      this.seen.push(0)
      return { ...attribute, role, at: counts[role]++, nominal, implied }
    })
  }

  /** The indices of the labels. */
  private labelled(names: readonly string[]): number[] {
    const { labels, label_location } = this.options
    const said = this.header.labelCount
    if (labels === null && said === null)
      throw new ValueError(
        `${OP}: the file does not say which attributes are labels: give labels (how many, names, or the text of the XML)`,
      )
    if (typeof labels === 'number' || labels === null) {
      const count = labels ?? Math.abs(said as number)
      checkCount(OP, 'labels', count, names.length)
      const isAtStart = labels === null ? (said as number) > 0 : label_location === 'start'
      const first = isAtStart ? 0 : names.length - count
      return Array.from({ length: count }, (_, i) => first + i)
    }
    const isXml = typeof labels === 'string' && /^\s*\ufeff?\s*</.test(labels)
    return columnsOf(OP, 'labels', isXml ? labelsInXml(OP, labels) : labels, names)
  }

  private readDense(
    columns: readonly Column[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): void {
    const { tokens } = this
    this.split(bytes, start, start, end, line)
    if (tokens.count !== columns.length) {
      const extra = tokens.count > columns.length ? tokens.starts[columns.length] : end
      const what = `the row has ${tokens.count} values, but there are ${columns.length} attributes`
      throw errorAt(OP, { line, column: extra - start + 1 }, what)
    }
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      const { role } = column
      if (role === 'feature') this.values.push(this.valueOf(column, bytes, start, i, line))
      else if (role === 'label') this.labels.push(this.valueOf(column, bytes, start, i, line))
      else if (role === 'text') this.texts[column.at].push(this.textAt(bytes, i, line))
    }
  }

  private readSparse(
    columns: readonly Column[],
    bytes: Uint8Array,
    start: number,
    from: number,
    end: number,
    line: number,
  ): void {
    const { tokens, row, seen } = this
    let stop = end
    while (stop > from && bytes[stop - 1] <= SPACE) stop--
    if (bytes[stop - 1] !== CLOSING)
      throw errorAt(OP, { line, column: stop - start + 1 }, 'a sparse row must end in }')
    this.split(bytes, start, from + 1, stop - 1, line)
    row.clear()
    const number = this.rows + 1
    for (let i = 0; i < this.impliedLabels.length; i++) this.rowLabels[i] = this.impliedLabels[i]
    for (const texts of this.texts) texts.push('')
    for (let i = 0; i < tokens.count; i += 2) {
      const at = { line, column: tokens.starts[i] - start + 1 }
      const index = indexIn(bytes, tokens.starts[i], tokens.ends[i])
      if (index < 0 || index >= columns.length)
        throw errorAt(
          OP,
          at,
          `the index of an attribute must be below ${columns.length}, but got ${this.quote(bytes, i)}`,
        )
      if (i + 1 === tokens.count) throw errorAt(OP, at, `the attribute ${index} has no value`)
      if (seen[index] === number) throw errorAt(OP, at, `the row has the attribute ${index} twice`)
      seen[index] = number
      const column = columns[index]
      if (column.role === 'feature') row.add(column.at, this.valueOf(column, bytes, start, i + 1, line))
      else if (column.role === 'label')
        this.rowLabels[column.at] = this.valueOf(column, bytes, start, i + 1, line)
      else if (column.role === 'text') this.texts[column.at][this.rows] = this.textAt(bytes, i + 1, line)
    }
    for (const index of this.impliedFeatures) {
      const { at, implied } = columns[index]
      if (seen[index] !== number) row.add(at, implied)
    }
    this.endSparse()
  }

  private endSparse(): void {
    const { row, indices, values } = this
    row.sort()
    this.begins.push(indices.length)
    for (let i = 0; i < row.length; i++) {
      indices.push(row.columns[i])
      values.push(row.values[i])
    }
    for (const label of this.rowLabels) this.labels.push(label)
  }

  private split(bytes: Uint8Array, start: number, from: number, end: number, line: number): void {
    const wrong = this.tokens.split(bytes, from, end)
    if (wrong < 0) return
    const isQuote = bytes[wrong] === 34 || bytes[wrong] === 39
    const what =
      isQuote && wrong < end
        ? 'the quotes are never closed'
        : 'a value must come here; one that is missing is ?'
    throw errorAt(OP, { line, column: wrong - start + 1 }, what)
  }

  private valueOf(column: Column, bytes: Uint8Array, start: number, token: number, line: number): number {
    const { starts, ends, quotes } = this.tokens
    const from = starts[token]
    const end = ends[token]
    if (end === from + 1 && bytes[from] === QUESTION && !quotes[token]) return Number.NaN
    const { nominal } = column
    if (nominal !== null) {
      if (end === from + 1) {
        const value = nominal.ofByte(bytes[from])
        if (value !== undefined) return value
      }
      const value = nominal.of(this.textAt(bytes, token, line))
      if (value !== undefined) return value
      const wanted = nominal.wanted
      throw this.wrong(column, bytes, start, token, line, `must be one of ${wanted}`)
    }
    const value = numberIn(bytes, from, end)
    if (value === undefined) throw this.wrong(column, bytes, start, token, line, 'must be a number')
    if (isTooLarge(value)) throw this.wrong(column, bytes, start, token, line, 'is too large for float32')
    return value
  }

  private wrong(
    { name }: Column,
    bytes: Uint8Array,
    start: number,
    token: number,
    line: number,
    what: string,
  ): ParseError {
    const column = this.tokens.starts[token] - start + 1
    return errorAt(OP, { line, column, name }, `the value ${what}, but got ${this.quote(bytes, token)}`)
  }

  private textAt(bytes: Uint8Array, token: number, line: number): string {
    const { starts, ends, quotes } = this.tokens
    const text = decode(bytes, starts[token], ends[token], line)
    if (quotes[token]) return text.includes('\\') ? unescaped(text) : text
    return text === '?' ? '' : text
  }

  private quote(bytes: Uint8Array, token: number): string {
    const { starts, ends } = this.tokens
    return quoted(textOf(bytes.slice(starts[token], ends[token])) ?? 'bytes that are not UTF-8')
  }

  private result(): ArffData {
    const { columns, rows } = this
    if (columns === null) {
      const { attributes } = this.header
      throw new ParseError(
        attributes.length > 0 ? `${OP}: the file has no @data` : `${OP}: the file is empty`,
      )
    }
    const named = (role: Column['role']) =>
      columns.filter((each) => each.role === role).map(({ name }) => name)
    const [feature_names, label_names] = [named('feature'), named('label')]
    const texts: Record<string, string[]> = Object.create(null)
    for (const { name, role, at } of columns) if (role === 'text') texts[name] = this.texts[at]
    return {
      features: this.features(rows, feature_names.length),
      targets: this.labels.toTensor(OP, [rows, label_names.length] as const),
      feature_names,
      label_names,
      texts,
    }
  }

  private features(rows: number, width: number): ArffData['features'] {
    if (!this.isSparse) return this.values.toTensor(OP, [rows, width] as const)
    this.begins.push(this.indices.length)
    const [crow, col] = [this.begins.toArray(), this.indices.toArray()]
    return new SparseCSRTensor(crow, col, this.values.toArray(), 'float32', [rows, width])
  }
}

function decode(bytes: Uint8Array, start: number, end: number, line: number): string {
  const text = textOf(bytes.slice(start, end))
  if (text !== undefined) return text
  throw errorAt(OP, { line }, "the bytes are not utf-8; give encoding, such as 'latin1'")
}
