import { tagOf } from '../base/builtin.js'
import { ValueError } from '../base/errors.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'
import { isTooLarge, numberOf } from './cells.js'
import { columnsOf, lastColumns, namesOf } from './columns.js'
import type { CsvArguments, CsvData } from './csv_options.js'
import { CsvRows, isDelimiter } from './csv_rows.js'
import { TextPieces } from './decoding.js'
import { Growing } from './growing.js'
import { LabelLists } from './label_lists.js'
import { lateTensor } from './late_tensor.js'
import { copyOfText } from './own_text.js'
import { errorAt, ParseError, quoted } from './parse_error.js'
import { namesWith, type Role, rolesOf } from './roles.js'
import type { FileContents, Sink } from './source.js'
import { SparseRow } from './sparse_row.js'
import { SparseRows } from './sparse_rows.js'
import { type Targets, targetsOf } from './targets.js'

const OP = 'parse_csv'

interface Plan {
  readonly names: readonly string[]
  readonly roles: readonly Role[]
  readonly texts: readonly (string[] | null)[]
}

/** Reads a file of comma-separated values. */
export class CsvParser implements Sink<CsvData<Tensor | SparseCSRTensor>> {
  private readonly pieces: TextPieces
  private readonly cells: CsvRows
  private readonly missing: ReadonlySet<string> | null
  private readonly labelNames: string[] | null
  private readonly features = new Growing(OP, 'float32')
  private readonly labels = new SparseRows(OP)
  /** The labels of a row. */
  private readonly row = new SparseRow()
  private readonly tags: LabelLists
  private plan: Plan | null = null
  private rows = 0
  /** Where the row begins that is read. */
  private line = 1

  constructor(private readonly options: CsvArguments) {
    const { na_values, delimiter, separator, header, labels } = options
    this.cells = new CsvRows(OP, options, (cells, line) => this.readRow(cells, line))
    this.pieces = new TextPieces(OP, options.encoding, (text) => this.cells.write(text))
    const others = namesOf(OP, 'na_values', na_values) ?? []
    this.missing = others.length === 0 ? null : new Set(others.map((value) => value.trim()))
    this.labelNames = namesOf(OP, 'label_names', options.label_names)
    this.tags = new LabelLists(OP, this.labelNames ?? [])
    if (separator === '') throw new ValueError(`${OP}: separator must not be empty`)
    if (separator === null && this.labelNames !== null)
      throw new ValueError(`${OP}: label_names are for a column of tags: give its separator too`)
    if (delimiter !== null && !isDelimiter(delimiter))
      throw new ValueError(`${OP}: delimiter cannot be ${quoted(delimiter)}`)
    if (header === false && isNamed(labels))
      throw new ValueError(`${OP}: labels are given by name, but header is false`)
    if (options.decimal !== '.' && options.decimal === delimiter)
      throw new ValueError(`${OP}: delimiter and decimal are both ${quoted(options.decimal)}`)
  }

  write(chunk: FileContents): void {
    this.pieces.write(chunk)
  }

  end(): CsvData<Targets> {
    this.pieces.end()
    this.cells.end()
    return this.result()
  }

  private readRow(cells: string[], line: number): void {
    this.line = line
    if (this.plan !== null) {
      this.readCells(cells, this.plan)
      return
    }
    const isHeader = this.options.header ?? (isNamed(this.options.labels) || !this.hasOnlyNumbers(cells))
    this.plan = this.planFor(isHeader ? cells.map(trimmed) : cells.map((_, i) => String(i)))
    if (!isHeader) this.readCells(cells, this.plan)
  }

  private hasOnlyNumbers(cells: readonly string[]): boolean {
    return cells.every((cell) => this.value(cell) !== undefined)
  }

  private planFor(names: string[]): Plan {
    const { labels, separator, texts, drop } = this.options
    const labelled =
      typeof labels === 'number'
        ? lastColumns(OP, 'labels', labels, names.length)
        : columnsOf(OP, 'labels', labels, names)
    if (separator !== null && labelled.length !== 1)
      throw new ValueError(
        `${OP}: separator is for one column of tags, but labels are ${labelled.length} columns`,
      )
    const roles = rolesOf(OP, names, { labels: labelled, texts, drop })
    return { names, roles, texts: roles.map((role) => (role === 'text' ? [] : null)) }
  }

  private readCells(cells: readonly string[], { names, roles, texts }: Plan): void {
    if (cells.length !== roles.length) {
      const column = Math.min(cells.length, roles.length) + 1
      const what = `the row has ${cells.length} cells, but the first one has ${roles.length}`
      throw errorAt(OP, { line: this.line, column }, what)
    }
    const isTagged = this.options.separator !== null
    let label = 0
    this.row.clear()
    for (let i = 0; i < roles.length; i++) {
      const role = roles[i]
      if (role === 'feature') this.features.push(this.number(cells[i], i, names[i], role))
      else if (role === 'label' && isTagged) this.readTags(cells[i], i, names[i])
      else if (role === 'label') {
        const value = this.number(cells[i], i, names[i], role)
        if (value !== 0) this.row.add(label, value)
        label++
      } else if (role === 'text') texts[i]?.push(copyOfText(cells[i]))
    }
    this.labels.push(this.row)
    this.rows++
  }

  private value(cell: string): number | undefined {
    return numberOf(this.options.decimal === ',' ? cell.replace(',', '.') : cell, this.missing)
  }

  private number(cell: string, i: number, name: string, role: Role): number {
    const value = this.value(cell)
    if (value === undefined || isTooLarge(value)) throw this.noNumber(cell, value, i, name, role)
    return value
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

  private result(): CsvData<Targets> {
    const { plan, rows, features } = this
    if (plan === null) throw new ParseError(`${OP}: the file is empty`)
    const { names, roles, texts } = plan
    const feature_names = namesWith('feature', names, roles)
    const all: Record<string, string[]> = Object.create(null)
    for (const [i, column] of texts.entries()) if (column !== null) all[names[i]] = column
    return {
      features: lateTensor(OP, [rows, feature_names.length], 'float32', (elements) =>
        features.writeTo(elements),
      ),
      ...this.labelled(plan),
      feature_names,
      texts: all,
    }
  }

  private labelled({ names, roles }: Plan): { targets: Targets; label_names: string[] } {
    const isSparse = this.options.sparse_output
    if (this.options.separator === null) {
      const label_names = namesWith('label', names, roles)
      return { targets: targetsOf(OP, this.labels, label_names.length, isSparse), label_names }
    }
    const order = this.orderOfTags()
    const columns: number[] = []
    for (const [column, number] of order.entries()) columns[number] = column
    return {
      targets: this.tags.toTargets(order.length, isSparse, columns),
      label_names: order.map((i) => this.tags.names[i]),
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
