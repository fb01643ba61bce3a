import Papa from 'papaparse'
import { tagOf } from '../base/builtin.js'
import { ValueError } from '../base/errors.js'
import { isTooLarge, numberOf } from './cells.js'
import { columnsOf, lastColumns, namesOf } from './columns.js'
import type { CsvArguments, CsvData } from './csv_options.js'
import { TextPieces } from './decoding.js'
import { Growing } from './growing.js'
import { LabelLists } from './label_lists.js'
import { errorAt, ParseError, quoted } from './parse_error.js'
import type { FileContents, Sink } from './source.js'

const OP = 'parse_csv'

/** What becomes of a column. */
type Role = 'feature' | 'label' | 'text' | 'tags' | 'dropped'

interface Plan {
  readonly names: readonly string[]
  readonly roles: readonly Role[]
  readonly texts: readonly (string[] | null)[]
}

/** How much text tells the delimiter. */
const SAMPLE = 2 ** 16

/** Reads a file of comma-separated values. Papa Parse splits it into cells. */
export class CsvParser implements Sink<CsvData> {
  private readonly pieces: TextPieces
  private readonly missing: ReadonlySet<string> | null
  private readonly labelNames: string[] | null
  private readonly features = new Growing('float32')
  private readonly labels = new Growing('float32')
  private readonly tags: LabelLists
  private papa: Papa.Parser | null = null
  private newline = '\n'
  private delimiter = ','
  private plan: Plan | null = null
  private rows = 0
  /** Text of which no row was read yet, and the line where it begins. */
  private rest = ''
  private line = 1
  /** The length of {@link rest} at which to try again. */
  private enough = SAMPLE

  constructor(private readonly options: CsvArguments) {
    const { na_values, delimiter, separator, header, labels } = options
    this.pieces = new TextPieces(OP, options.encoding, (text) => this.take(text))
    const others = namesOf(OP, 'na_values', na_values) ?? []
    this.missing = others.length === 0 ? null : new Set(others.map((value) => value.trim()))
    this.labelNames = namesOf(OP, 'label_names', options.label_names)
    this.tags = new LabelLists(this.labelNames ?? [])
    if (this.tags.names.length < (this.labelNames ?? []).length)
      throw new ValueError(`${OP}: label_names has a name twice`)
    if (separator === '') throw new ValueError(`${OP}: separator must not be empty`)
    if (separator === null && this.labelNames !== null)
      throw new ValueError(`${OP}: label_names are for a column of tags: give its separator too`)
    if (delimiter !== null && (delimiter === '' || Papa.BAD_DELIMITERS.includes(delimiter)))
      throw new ValueError(`${OP}: delimiter cannot be ${quoted(delimiter)}`)
    if (header === false && isNamed(labels))
      throw new ValueError(`${OP}: labels are given by name, but header is false`)
    if (options.decimal !== '.' && options.decimal === delimiter)
      throw new ValueError(`${OP}: delimiter and decimal are both ${quoted(options.decimal)}`)
  }

  write(chunk: FileContents): void {
    this.pieces.write(chunk)
  }

  end(): CsvData {
    this.pieces.end()
    this.readRows(true)
    return this.result()
  }

  private take(text: string): void {
    this.rest += text
    if (this.rest.length >= this.enough) this.readRows(false)
  }

  /** Reads the rows of {@link rest}, all but the last one if more text will come. */
  private readRows(isLast: boolean): void {
    const { rest } = this
    const papa = this.papa ?? this.start(rest)
    const { data, errors, meta } = papa.parse(rest, 0, !isLast) as Papa.ParseResult<string[]>
    const [error] = errors.filter(({ row }) => (row ?? 0) < data.length || isLast)
    const wrong = error?.row ?? data.length
    const isQuoted = rest.includes('"')
    for (let i = 0; i < data.length; i++) {
      if (i === wrong) throw this.malformed(rest, error)
      const row = data[i]
      this.readRow(row)
      this.line++
      if (isQuoted) for (const cell of row) this.line += count(cell, this.newline)
    }
    if (error !== undefined) throw this.malformed(rest, error)
    this.rest = isLast ? '' : rest.slice(meta.cursor)
    // A row that is longer than that is not tried again with each piece.
    this.enough = 2 * this.rest.length
  }

  /** Finds out what separates rows and cells. */
  private start(text: string): Papa.Parser {
    if (!text.includes('\n') && text.includes('\r')) this.newline = '\r'
    this.delimiter = this.options.delimiter ?? this.guess(text)
    // Its types do not have it, but it is documented.
    this.papa = new Papa.Parser({ delimiter: this.delimiter, newline: this.newline as '\n' })
    return this.papa
  }

  private guess(text: string): string {
    const { decimal } = this.options
    const end = text.lastIndexOf(this.newline)
    const sample = text.slice(0, end > 0 ? Math.min(end, 2 * SAMPLE) : 2 * SAMPLE)
    const delimitersToGuess = [',', '\t', '|', ';'].filter((each) => each !== decimal)
    const config = { delimitersToGuess, newline: this.newline as '\n', preview: 10 }
    const { meta, errors } = Papa.parse(sample, config)
    return errors.some(({ type }) => type === 'Delimiter') ? delimitersToGuess[0] : meta.delimiter
  }

  private malformed(rest: string, error: Papa.ParseError): ParseError {
    const index = error.index ?? 0
    const start = rest.lastIndexOf(this.newline, index - 1) + 1
    // Counted anew, as rows before it may have been read.
    const line = this.line - this.linesOf(rest, error) + count(rest.slice(0, index), this.newline)
    const before = new Papa.Parser({ delimiter: this.delimiter, newline: this.newline as '\n' })
    const { data } = before.parse(
      rest.slice(start, Math.max(start, index - 1)),
      0,
      false,
    ) as Papa.ParseResult<string[]>
    const column = data[0]?.length ?? 1
    const what =
      error.code === 'MissingQuotes'
        ? 'the quotes of this cell are never closed'
        : 'the quotes of this cell are closed before its end; quotes inside of a cell are doubled'
    return errorAt(OP, { line, column }, what)
  }

  /** How many lines of {@link rest} were counted before the row of the error. */
  private linesOf(rest: string, error: Papa.ParseError): number {
    const parser = new Papa.Parser({ delimiter: this.delimiter, newline: this.newline as '\n' })
    const { data } = parser.parse(rest, 0, false) as Papa.ParseResult<string[]>
    let lines = 0
    for (const row of data.slice(0, error.row ?? 0))
      for (const cell of [this.newline, ...row]) lines += count(cell, this.newline)
    return lines
  }

  private readRow(cells: string[]): void {
    if (cells.length === 1 && cells[0].trim() === '') return
    const last = cells.length - 1
    if (this.newline === '\n' && cells[last].endsWith('\r')) cells[last] = cells[last].slice(0, -1)
    const plan = this.plan
    if (plan === null) {
      const isHeader = this.options.header ?? (isNamed(this.options.labels) || !this.hasOnlyNumbers(cells))
      this.plan = this.planFor(isHeader ? cells.map(trimmed) : cells.map((_, i) => String(i)))
      if (!isHeader) this.readCells(cells, this.plan)
    } else this.readCells(cells, plan)
  }

  private hasOnlyNumbers(cells: readonly string[]): boolean {
    return cells.every((cell) => this.value(cell) !== undefined)
  }

  private planFor(names: string[]): Plan {
    const { labels, separator, texts, drop } = this.options
    const roles: Role[] = names.map(() => 'feature')
    const assign = (columns: number[], argument: string, role: Role): void => {
      for (const column of columns) {
        if (roles[column] !== 'feature')
          throw new ValueError(
            `${OP}: ${argument} has the column ${quoted(names[column])}, which is named twice`,
          )
        roles[column] = role
      }
    }
    const labelled =
      typeof labels === 'number'
        ? lastColumns(OP, 'labels', labels, names.length)
        : columnsOf(OP, 'labels', labels, names)
    if (separator !== null && labelled.length !== 1)
      throw new ValueError(
        `${OP}: separator is for one column of tags, but labels are ${labelled.length} columns`,
      )
    assign(labelled, 'labels', separator === null ? 'label' : 'tags')
    assign(columnsOf(OP, 'texts', texts, names), 'texts', 'text')
    assign(columnsOf(OP, 'drop', drop, names), 'drop', 'dropped')
    return { names, roles, texts: roles.map((role) => (role === 'text' ? [] : null)) }
  }

  private readCells(cells: readonly string[], { names, roles, texts }: Plan): void {
    if (cells.length !== roles.length) {
      const column = Math.min(cells.length, roles.length) + 1
      const what = `the row has ${cells.length} cells, but the first one has ${roles.length}`
      throw errorAt(OP, { line: this.line, column }, what)
    }
    for (let i = 0; i < roles.length; i++) {
      const role = roles[i]
      if (role === 'feature' || role === 'label') {
        const value = this.value(cells[i])
        if (value === undefined || isTooLarge(value)) throw this.noNumber(cells[i], value, i, names[i], role)
        if (role === 'feature') this.features.push(value)
        else this.labels.push(value)
      } else if (role === 'text') texts[i]?.push(cells[i])
      else if (role === 'tags') this.readTags(cells[i], i, names[i])
    }
    this.rows++
  }

  private value(cell: string): number | undefined {
    return numberOf(this.options.decimal === ',' ? cell.replace(',', '.') : cell, this.missing)
  }

  private noNumber(cell: string, value: number | undefined, i: number, name: string, role: Role): ParseError {
    const at = { line: this.line, column: i + 1, name }
    if (value !== undefined) return errorAt(OP, at, `${cell.trim()} is too large for float32`)
    const hint = role === 'feature' ? 'name the column in texts or drop' : 'a column of tags needs separator'
    return errorAt(OP, at, `a ${role} must be a number, but got ${quoted(cell)}; ${hint}`)
  }

  private readTags(cell: string, i: number, name: string): void {
    const { tags, labelNames } = this
    for (const part of cell.split(this.options.separator as string)) {
      const tag = part.trim()
      if (tag === '') continue
      if (labelNames !== null && !tags.has(tag))
        throw errorAt(OP, { line: this.line, column: i + 1, name }, `${quoted(tag)} is not among label_names`)
      tags.add(tag)
    }
    tags.endRow()
  }

  private result(): CsvData {
    const { plan, rows } = this
    if (plan === null) throw new ParseError(`${OP}: the file is empty`)
    const { names, roles, texts } = plan
    const named = (role: Role) => names.filter((_, i) => roles[i] === role)
    const feature_names = named('feature')
    const isTagged = roles.includes('tags')
    const order = isTagged ? this.orderOfTags() : []
    const label_names = isTagged ? order.map((i) => this.tags.names[i]) : named('label')
    const columns: number[] = []
    for (const [column, number] of order.entries()) columns[number] = column
    const all: Record<string, string[]> = Object.create(null)
    for (const [i, column] of texts.entries()) if (column !== null) all[names[i]] = column
    const size = [rows, label_names.length] as const
    return {
      features: this.features.toTensor(OP, [rows, feature_names.length] as const),
      targets: isTagged
        ? this.tags.toTensor(OP, columns, label_names.length)
        : this.labels.toTensor(OP, size),
      feature_names,
      label_names,
      texts: all,
    }
  }

  /** The numbers of the tags in the order of their columns. */
  private orderOfTags(): number[] {
    const { names } = this.tags
    const numbers = [...names.keys()]
    if (this.labelNames !== null) return numbers
    return numbers.sort((a, b) => (names[a] < names[b] ? -1 : 1))
  }
}

const trimmed = (name: string) => name.trim()

/** Whether columns are given by their names. */
function isNamed(columns: unknown): boolean {
  if (Array.isArray(columns)) return columns.some((column) => typeof column === 'string')
  return typeof columns === 'string' || tagOf(columns) === 'RegExp'
}

function count(text: string, part: string): number {
  let found = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++
  return found
}
