import Papa from 'papaparse'
import { errorAt, type ParseError } from './parse_error.js'

/** How much text tells the delimiter. */
const SAMPLE = 2 ** 16

/** No row is longer, in characters: quotes that are never closed would take memory until the file ends. */
const LONGEST = 2 ** 27

/** How a file is written; null where that is guessed. */
interface Dialect {
  readonly delimiter: string | null
  readonly decimal: string
}

/** Reads the cells of a row, which begins at `line`. */
export type RowReader = (cells: string[], line: number) => void

/** Splits text that comes in pieces into rows of cells, by Papa Parse. */
export class CsvRows {
  private papa: Papa.Parser | null = null
  private newline = '\n'
  private delimiter = ','
  /** Text of which no row was read yet, and the line where it begins. */
  private rest = ''
  private line = 1
  /** The length of {@link rest} at which to try again. */
  private enough = SAMPLE

  constructor(
    private readonly op: string,
    private readonly dialect: Dialect,
    private readonly read: RowReader,
  ) {}

  write(text: string): void {
    this.rest += text
    if (this.rest.length >= this.enough) this.readRows(false)
  }

  end(): void {
    this.readRows(true)
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
    if (this.rest.length > LONGEST)
      throw errorAt(this.op, { line: this.line }, `the row has more than ${LONGEST} characters`)
    // A row that is longer than that is not tried again with each piece.
    this.enough = 2 * this.rest.length
  }

  private readRow(cells: string[]): void {
    if (cells.length === 1 && cells[0].trim() === '') return
    const last = cells.length - 1
    if (this.newline === '\n' && cells[last].endsWith('\r')) cells[last] = cells[last].slice(0, -1)
    this.read(cells, this.line)
  }

  /** Finds out what separates rows and cells. */
  private start(text: string): Papa.Parser {
    if (!text.includes('\n') && text.includes('\r')) this.newline = '\r'
    this.delimiter = this.dialect.delimiter ?? this.guess(text)
    this.papa = this.parser()
    return this.papa
  }

  // Its types do not have the class, but it is documented.
  private parser(): Papa.Parser {
    return new Papa.Parser({ delimiter: this.delimiter, newline: this.newline as '\n' })
  }

  private guess(text: string): string {
    const end = text.lastIndexOf(this.newline)
    const sample = text.slice(0, end > 0 ? Math.min(end, 2 * SAMPLE) : 2 * SAMPLE)
    const delimitersToGuess = [',', '\t', '|', ';'].filter((each) => each !== this.dialect.decimal)
    const config = { delimitersToGuess, newline: this.newline as '\n', preview: 10 }
    const { meta, errors } = Papa.parse(sample, config)
    return errors.some(({ type }) => type === 'Delimiter') ? delimitersToGuess[0] : meta.delimiter
  }

  private malformed(rest: string, error: Papa.ParseError): ParseError {
    const index = error.index ?? 0
    const start = rest.lastIndexOf(this.newline, index - 1) + 1
    // Counted anew, as rows before it may have been read.
    const line = this.line - this.linesOf(rest, error) + count(rest.slice(0, index), this.newline)
    const before = rest.slice(start, Math.max(start, index - 1))
    const { data } = this.parser().parse(before, 0, false) as Papa.ParseResult<string[]>
    const what =
      error.code === 'MissingQuotes'
        ? 'the quotes of this cell are never closed'
        : 'the quotes of this cell are closed before its end; quotes inside of a cell are doubled'
    return errorAt(this.op, { line, column: data[0]?.length ?? 1 }, what)
  }

  /** How many lines of {@link rest} were counted before the row of the error. */
  private linesOf(rest: string, error: Papa.ParseError): number {
    const { data } = this.parser().parse(rest, 0, false) as Papa.ParseResult<string[]>
    let lines = 0
    for (const row of data.slice(0, error.row ?? 0))
      for (const cell of [this.newline, ...row]) lines += count(cell, this.newline)
    return lines
  }
}

/** Whether Papa Parse can split at it. */
export function isDelimiter(text: string): boolean {
  return text !== '' && !Papa.BAD_DELIMITERS.includes(text)
}

function count(text: string, part: string): number {
  let found = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++
  return found
}
