import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'
import { type ArffColumn, arffColumns } from './arff_columns.js'
import { ArffHeader, unescaped } from './arff_header.js'
import type { ArffArguments, ArffData } from './arff_options.js'
import { Tokens } from './arff_tokens.js'
import { isTooLarge } from './cells.js'
import { Growing } from './growing.js'
import { lateTensor } from './late_tensor.js'
import type { Line } from './line.js'
import { Lines } from './lines.js'
import { indexIn, numberIn } from './numbers.js'
import { ParseError } from './parse_error.js'
import type { Role } from './roles.js'
import type { FileContents, Sink } from './source.js'
import { SparseRow } from './sparse_row.js'
import { SparseRows } from './sparse_rows.js'
import { type Targets, targetsOf } from './targets.js'

const OP = 'parse_arff'

const OPENING = 123
const CLOSING = 125
const PERCENT = 37
const QUESTION = 63
const SPACE = 32

/** Reads files of Weka, Mulan and MEKA. */
export class ArffParser implements Sink<ArffData<Tensor | SparseCSRTensor>> {
  private readonly lines: Lines
  private readonly header = new ArffHeader(OP)
  private columns: ArffColumn[] | null = null
  private readonly tokens = new Tokens()
  private isSparse: boolean | null = null
  private rows = 0
  /** The features of dense rows, or of sparse ones. */
  private readonly dense = new Growing(OP, 'float32')
  private readonly sparse = new SparseRows(OP)
  private readonly labels = new SparseRows(OP)
  private readonly texts: string[][] = []
  /** The features and labels of a row. */
  private readonly row = new SparseRow()
  private readonly labelRow = new SparseRow()
  /** The columns that are not 0 where a sparse row leaves them out: nominal ones whose first value is another number. */
  private implied: number[] = []
  /** The number of the last row that has each attribute. */
  private readonly seen: number[] = []

  constructor(private readonly options: ArffArguments) {
    this.lines = new Lines(OP, options.encoding, (line) => this.readLine(line))
  }

  write(chunk: FileContents): void {
    this.lines.write(chunk)
  }

  end(): ArffData<Targets> {
    this.lines.end()
    return this.result()
  }

  private readLine(line: Line): void {
    const { bytes, start, end } = line
    if (this.columns === null) {
      const isData = this.header.readLine(line.text(start, end), line.number)
      if (isData) this.begin()
      return
    }
    let at = start
    while (at < end && bytes[at] <= SPACE) at++
    if (at === end || bytes[at] === PERCENT) return
    const isSparse = bytes[at] === OPENING
    this.isSparse ??= isSparse
    if (this.isSparse !== isSparse)
      throw line.error(at, `the row is ${isSparse ? 'sparse' : 'dense'}, unlike those before it`)
    this.row.clear()
    this.labelRow.clear()
    if (isSparse) this.readSparse(this.columns, line, at)
    else this.readDense(this.columns, line)
    this.labelRow.sort()
    this.labels.push(this.labelRow)
    this.rows++
  }

  private begin(): void {
    this.columns = arffColumns(OP, this.header, this.options)
    for (const [i, { role, implied }] of this.columns.entries()) {
      if (role === 'text') this.texts.push([])
      if (implied !== 0) this.implied.push(i)
      this.seen.push(0)
    }
  }

  private readDense(columns: readonly ArffColumn[], line: Line): void {
    const { tokens, dense, labelRow } = this
    this.split(line, line.start, line.end)
    if (tokens.count !== columns.length) {
      const extra = tokens.count > columns.length ? tokens.starts[columns.length] : line.end
      const what = `the row has ${tokens.count} values, but there are ${columns.length} attributes`
      throw line.error(extra, what)
    }
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      const { role } = column
      if (role === 'feature') dense.push(this.valueOf(column, line, i))
      else if (role === 'label') {
        const value = this.valueOf(column, line, i)
        if (value !== 0) labelRow.add(column.at, value)
      } else if (role === 'text') this.texts[column.at].push(this.textAt(line, i))
    }
  }

  private readSparse(columns: readonly ArffColumn[], line: Line, from: number): void {
    const { bytes } = line
    const { tokens, row, seen } = this
    let stop = line.end
    while (stop > from && bytes[stop - 1] <= SPACE) stop--
    if (bytes[stop - 1] !== CLOSING) throw line.error(stop, 'a sparse row must end in }')
    this.split(line, from + 1, stop - 1)
    const number = this.rows + 1
    for (const texts of this.texts) texts.push('')
    for (let i = 0; i < tokens.count; i += 2) {
      const index = this.indexAt(columns, line, i, number)
      seen[index] = number
      const column = columns[index]
      const { role, at } = column
      if (role === 'feature') row.add(at, this.valueOf(column, line, i + 1))
      else if (role === 'label') {
        const value = this.valueOf(column, line, i + 1)
        if (value !== 0) this.labelRow.add(at, value)
      } else if (role === 'text') this.texts[at][this.rows] = this.textAt(line, i + 1)
    }
    for (const index of this.implied) {
      const { role, at, implied } = columns[index]
      if (seen[index] !== number) (role === 'label' ? this.labelRow : row).add(at, implied)
    }
    row.sort()
    this.sparse.push(row)
  }

  /** The index of an attribute that the row has, at a token that a value must follow. */
  private indexAt({ length }: readonly ArffColumn[], line: Line, token: number, row: number): number {
    const { starts, ends, count } = this.tokens
    const index = indexIn(line.bytes, starts[token], ends[token])
    const isKnown = index >= 0 && index < length
    if (isKnown && token + 1 < count && this.seen[index] !== row) return index
    const what = !isKnown
      ? `the index of an attribute must be below ${length}, but got ${line.quote(starts[token], ends[token])}`
      : token + 1 < count
        ? `the row has the attribute ${index} twice`
        : `the attribute ${index} has no value`
    throw line.error(starts[token], what)
  }

  private split(line: Line, from: number, end: number): void {
    const { bytes } = line
    const wrong = this.tokens.split(bytes, from, end)
    if (wrong < 0) return
    const isQuote = bytes[wrong] === 34 || bytes[wrong] === 39
    throw line.error(
      wrong,
      isQuote && wrong < end
        ? 'the quotes are never closed'
        : 'a value must come here; one that is missing is ?',
    )
  }

  private valueOf(column: ArffColumn, line: Line, token: number): number {
    const { bytes } = line
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
      const value = nominal.of(this.textAt(line, token))
      if (value !== undefined) return value
      throw this.wrong(column, line, token, `must be one of ${nominal.wanted}`)
    }
    const value = numberIn(bytes, from, end)
    if (value === undefined) throw this.wrong(column, line, token, 'must be a number')
    if (isTooLarge(value)) throw this.wrong(column, line, token, 'is too large for float32')
    return value
  }

  private wrong({ name }: ArffColumn, line: Line, token: number, what: string): ParseError {
    const { starts, ends } = this.tokens
    const got = line.quote(starts[token], ends[token])
    return line.error(starts[token], `the value ${what}, but got ${got}`, name)
  }

  private textAt(line: Line, token: number): string {
    const { starts, ends, quotes } = this.tokens
    const text = line.text(starts[token], ends[token])
    if (quotes[token]) return text.includes('\\') ? unescaped(text) : text
    return text === '?' ? '' : text
  }

  private result(): ArffData<Targets> {
    const { columns, rows } = this
    if (columns === null) {
      throw new ParseError(`${OP}: the file ${this.header.isEmpty ? 'is empty' : 'has no @data'}`)
    }
    const named = (role: Role) => columns.filter((each) => each.role === role).map(({ name }) => name)
    const [feature_names, label_names] = [named('feature'), named('label')]
    const texts: Record<string, string[]> = Object.create(null)
    for (const { name, role, at } of columns) if (role === 'text') texts[name] = this.texts[at]
    return {
      features: this.features(rows, feature_names.length),
      targets: targetsOf(OP, this.labels, label_names.length, this.options.sparse_output),
      feature_names,
      label_names,
      texts,
    }
  }

  private features(rows: number, width: number): ArffData['features'] {
    if (this.isSparse) return this.sparse.toSparse(width)
    const { dense } = this
    return lateTensor(OP, [rows, width], 'float32', (elements) => dense.writeTo(elements))
  }
}
