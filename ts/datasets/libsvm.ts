import { ValueError } from '../base/errors.js'
import { textOf } from '../base/utf8.js'
import { SparseCSRTensor } from '../surface/sparse_csr.js'
import { isTooLarge } from './cells.js'
import { namesOf } from './columns.js'
import { Growing } from './growing.js'
import { LabelLists } from './label_lists.js'
import type { LibsvmArguments, LibsvmData } from './libsvm_options.js'
import { Lines } from './lines.js'
import { indexIn, numberIn } from './numbers.js'
import { errorAt, ParseError, quoted } from './parse_error.js'
import type { FileContents, Sink } from './source.js'
import { SparseRow } from './sparse_row.js'

const OP = 'parse_libsvm'

const TAB = 9
const SPACE = 32
const HASH = 35
const COMMA = 44
const COLON = 58
const ZERO = 48

/** More columns of targets than that must be asked for. */
const MANY_LABELS = 2 ** 16
const MANY_NAMES = 2 ** 20

/** The first line of the files of the extreme classification repository: rows, features, labels. */
interface Header {
  readonly rows: number
  readonly features: number
  readonly labels: number
}

/** Reads files of libsvm and svmlight, whose rows list labels, and the features that are not 0. */
export class LibsvmParser implements Sink<LibsvmData> {
  private readonly lines: Lines
  private readonly labelNames: string[] | null
  private readonly labels: LabelLists
  /** The number in {@link labels} of each small integer. */
  private readonly small = new Int32Array(MANY_LABELS).fill(-1)
  private readonly begins = new Growing('int32')
  private readonly columns = new Growing('int32')
  private readonly values = new Growing('float32')
  private readonly qids = new Growing('int32')
  private readonly comments: string[] = []
  private readonly row = new SparseRow()
  private header: Header | null = null
  private isFirst = true
  private smallest = Number.POSITIVE_INFINITY
  private largest = -1
  /** Where {@link largest} is. */
  private largestAt = { line: 0, column: 0 }

  constructor(private readonly options: LibsvmArguments) {
    const { n_features, num_labels } = options
    for (const [name, count] of Object.entries({ n_features, num_labels })) {
      if (count !== null && !(count >= 0 && count <= 0x7fffffff))
        throw new ValueError(`${OP}: ${name} must be a count below 2^31, but got ${count}`)
    }
    this.labelNames = namesOf(OP, 'label_names', options.label_names)
    if (this.labelNames !== null && num_labels !== null && num_labels !== this.labelNames.length)
      throw new ValueError(
        `${OP}: num_labels is ${num_labels}, but there are ${this.labelNames.length} label_names`,
      )
    this.labels = new LabelLists(this.labelNames ?? [])
    if (this.labels.names.length < (this.labelNames ?? []).length)
      throw new ValueError(`${OP}: label_names has a name twice`)
    this.lines = new Lines(OP, options.encoding, (bytes, start, end, line) =>
      this.readLine(bytes, start, end, line),
    )
  }

  write(chunk: FileContents): void {
    this.lines.write(chunk)
  }

  end(): LibsvmData {
    this.lines.end()
    return this.result()
  }

  private get rows(): number {
    return this.labels.rows
  }

  private readLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    let at = start
    while (at < end && isBlank(bytes[at])) at++
    if (at === end || bytes[at] === HASH) {
      // The files with a header may have rows with nothing in them.
      if (at === end && this.header !== null && this.rows < this.header.rows) this.endEmptyRow(line)
      return
    }
    if (this.isFirst) {
      this.isFirst = false
      this.header = headerIn(bytes, at, end)
      if (this.header !== null) return
    }
    const { row } = this
    row.clear()
    let isLabel = true
    let qid = -1
    while (at < end && bytes[at] !== HASH) {
      const from = at
      let colon = -1
      for (; at < end; at++) {
        const byte = bytes[at]
        if (byte === SPACE || byte === TAB || byte === HASH) break
        if (byte === COLON && colon < 0) colon = at
      }
      if (colon >= 0) {
        if (isQid(bytes, from, colon)) qid = this.qidIn(bytes, start, from, colon, at, line)
        else this.readFeature(bytes, start, from, colon, at, line)
      } else if (isLabel) this.readLabels(bytes, start, from, at, line)
      else
        throw errorAt(
          OP,
          { line, column: from - start + 1 },
          `a feature is index:value, but got ${this.quote(bytes, from, at)}`,
        )
      isLabel = false
      while (at < end && isBlank(bytes[at])) at++
    }
    this.addQid(qid, line)
    if (this.options.comments)
      this.comments.push(at < end ? this.decode(bytes, at + 1, end, line).trim() : '')
    this.endRow(line)
  }

  private endEmptyRow(line: number): void {
    this.row.clear()
    this.addQid(-1, line)
    if (this.options.comments) this.comments.push('')
    this.endRow(line)
  }

  private addQid(qid: number, line: number): void {
    if (qid >= 0 ? this.qids.length !== this.rows : this.qids.length > 0)
      throw errorAt(OP, { line }, `the row has ${qid >= 0 ? 'a' : 'no'} qid, unlike those before it`)
    if (qid >= 0) this.qids.push(qid)
  }

  private endRow(line: number): void {
    const { row, columns, values } = this
    const twice = row.sort()
    if (twice >= 0) throw errorAt(OP, { line }, `the row has the feature ${twice} twice`)
    this.begins.push(columns.length)
    for (let i = 0; i < row.length; i++) {
      columns.push(row.columns[i])
      values.push(row.values[i])
    }
    this.labels.endRow()
  }

  private readFeature(
    bytes: Uint8Array,
    start: number,
    from: number,
    colon: number,
    end: number,
    line: number,
  ): void {
    const index = indexIn(bytes, from, colon)
    const digit = bytes[colon + 1] - ZERO
    const value = end === colon + 2 && digit >= 0 && digit <= 9 ? digit : numberIn(bytes, colon + 1, end)
    if (index < 0 || value === undefined || isTooLarge(value)) {
      const got = this.quote(bytes, from, end)
      if (index < 0)
        throw errorAt(
          OP,
          { line, column: from - start + 1 },
          `the index of a feature must be an integer below 2^31, but got ${got}`,
        )
      const what = value === undefined ? 'must be a number' : 'is too large for float32'
      throw errorAt(OP, { line, column: colon - start + 2 }, `the value of a feature ${what}: ${got}`)
    }
    if (index < this.smallest) {
      this.smallest = index
      if (index === 0 && this.options.zero_based === false)
        throw errorAt(OP, { line, column: from - start + 1 }, 'the index 0, but zero_based is false')
    }
    if (index > this.largest) {
      this.largest = index
      this.largestAt = { line, column: from - start + 1 }
    }
    this.row.add(index, value)
  }

  private readLabels(bytes: Uint8Array, start: number, from: number, end: number, line: number): void {
    for (let at = from; at < end; at++) {
      const first = at
      while (at < end && bytes[at] !== COMMA) at++
      if (at > first) this.readLabel(bytes, start, first, at, line)
    }
  }

  private readLabel(bytes: Uint8Array, start: number, from: number, end: number, line: number): void {
    const value = indexIn(bytes, from, end)
    // Without leading zeros, so that the number stands for the text.
    const isSmall = value >= 0 && value < MANY_LABELS && (bytes[from] !== ZERO || end === from + 1)
    if (isSmall && this.small[value] >= 0) {
      this.labels.addNumber(this.small[value])
      return
    }
    const text = this.decode(bytes, from, end, line)
    const { num_labels } = this.options
    const most = this.labelNames === null ? (num_labels ?? this.header?.labels ?? null) : null
    let name = text
    if (this.labelNames === null) {
      const number = numberIn(bytes, from, end)
      // `1.0` and `+1` are the label 1.
      if (number !== undefined && Number.isInteger(number)) name = String(number)
      if (
        most !== null &&
        !(Number.isInteger(number) && (number as number) >= 0 && (number as number) < most)
      )
        throw errorAt(
          OP,
          { line, column: from - start + 1 },
          `a label must be an integer from 0 to ${most - 1}, but got ${quoted(text)}`,
        )
    } else if (!this.labels.has(name))
      throw errorAt(
        OP,
        { line, column: from - start + 1 },
        `the label ${quoted(name)} is not among label_names`,
      )
    const number = this.labels.add(name)
    if (isSmall) this.small[value] = number
  }

  private qidIn(
    bytes: Uint8Array,
    start: number,
    from: number,
    colon: number,
    end: number,
    line: number,
  ): number {
    const qid = indexIn(bytes, colon + 1, end)
    if (qid >= 0) return qid
    throw errorAt(
      OP,
      { line, column: from - start + 1 },
      `qid must be an integer below 2^31, but got ${this.quote(bytes, from, end)}`,
    )
  }

  private decode(bytes: Uint8Array, from: number, end: number, line: number): string {
    const text = textOf(bytes.slice(from, end))
    if (text !== undefined) return text
    throw errorAt(OP, { line }, "the bytes are not utf-8; give encoding, such as 'latin1'")
  }

  private quote(bytes: Uint8Array, from: number, end: number): string {
    return quoted(textOf(bytes.slice(from, end)) ?? 'bytes that are not UTF-8')
  }

  private result(): LibsvmData {
    const { rows, header, options, largest } = this
    if (rows === 0 && header === null) throw new ParseError(`${OP}: the file is empty`)
    if (header !== null && header.rows !== rows)
      throw new ParseError(`${OP}: the first line says ${header.rows} rows, but there are ${rows}`)
    const { zero_based } = options
    const first =
      zero_based === false || (zero_based === 'auto' && header === null && this.smallest > 0) ? 1 : 0
    const found = Math.max(0, largest + 1 - first)
    const width = options.n_features ?? header?.features ?? found
    if (found > width)
      throw errorAt(
        OP,
        this.largestAt,
        `the index ${largest}, but there are ${width} features${first === 1 ? ', the first of which is 1' : ''}`,
      )
    this.begins.push(this.columns.length)
    const crow = this.begins.toArray()
    const col = this.columns.toArray()
    if (first === 1) for (let i = 0; i < col.length; i++) col[i]--
    const { columns, label_names } = this.labelColumns()
    return {
      features: new SparseCSRTensor(crow, col, this.values.toArray(), 'float32', [rows, width]),
      targets: this.labels.toTensor(OP, columns, label_names.length),
      feature_names: width > MANY_NAMES ? [] : Array.from({ length: width }, (_, i) => String(i + first)),
      label_names,
      qid: this.qids.length > 0 ? this.qids.toArray() : null,
      comments: this.comments,
    }
  }

  /** The column of each label's number, and the names of the columns. */
  private labelColumns(): { columns: number[]; label_names: string[] } {
    const { names } = this.labels
    if (this.labelNames !== null) return { columns: [...names.keys()], label_names: this.labelNames }
    const numbers = names.map(Number)
    const areIndices = numbers.every((number) => Number.isInteger(number) && number >= 0)
    const asked = this.options.num_labels ?? this.header?.labels
    if (areIndices) {
      let count = asked ?? 0
      for (const number of numbers) count = Math.max(count, number + 1)
      if (asked === undefined && count > MANY_LABELS && count > 16 * names.length)
        throw new ParseError(
          `${OP}: the label ${count - 1} makes ${count} columns of targets; give num_labels if they are wanted, else label_names`,
        )
      return { columns: numbers, label_names: Array.from({ length: count }, (_, i) => String(i)) }
    }
    const order = [...names.keys()].sort((a, b) => numbers[a] - numbers[b] || (names[a] < names[b] ? -1 : 1))
    const columns: number[] = []
    for (const [column, number] of order.entries()) columns[number] = column
    return { columns, label_names: order.map((i) => names[i]) }
  }
}

const isBlank = (byte: number) => byte === SPACE || byte === TAB

/** Whether it is `qid`. */
const isQid = (bytes: Uint8Array, from: number, colon: number) =>
  colon - from === 3 && bytes[from] === 0x71 && bytes[from + 1] === 0x69 && bytes[from + 2] === 0x64

function headerIn(bytes: Uint8Array, from: number, end: number): Header | null {
  // Three integers of ten digits.
  if (end - from > 40) return null
  let text = ''
  for (let at = from; at < end; at++) text += String.fromCharCode(bytes[at])
  const [, rows, features, labels] = /^(\d{1,10})[ \t]+(\d{1,10})[ \t]+(\d{1,10})[ \t]*$/.exec(text) ?? []
  return rows === undefined
    ? null
    : { rows: Number(rows), features: Number(features), labels: Number(labels) }
}
