import { ValueError } from '../base/errors.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import type { Tensor } from '../tensor/tensor.js'
import { isTooLarge } from './cells.js'
import { Growing } from './growing.js'
import { LibsvmLabels, MANY_NAMES } from './libsvm_labels.js'
import type { LibsvmArguments, LibsvmData } from './libsvm_options.js'
import type { Line } from './line.js'
import { Lines } from './lines.js'
import { indexIn, numberIn } from './numbers.js'
import { errorAt, ParseError } from './parse_error.js'
import type { FileContents, Sink } from './source.js'
import { SparseRow } from './sparse_row.js'
import { SparseRows } from './sparse_rows.js'
import type { Targets } from './targets.js'

const OP = 'parse_libsvm'

const TAB = 9
const SPACE = 32
const HASH = 35
const COLON = 58
const ZERO = 48

/** The first line of the files of the extreme classification repository: rows, features, labels. */
interface Header {
  readonly rows: number
  readonly features: number
  readonly labels: number
}

/** Reads files of libsvm and svmlight, whose rows list labels, and the features that are not 0. */
export class LibsvmParser implements Sink<LibsvmData<Tensor | SparseCSRTensor>> {
  private readonly lines: Lines
  private readonly labels: LibsvmLabels
  private readonly features = new SparseRows(OP)
  private readonly qids = new Growing(OP, 'int32')
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
    this.labels = new LibsvmLabels(OP, options)
    this.lines = new Lines(OP, options.encoding, (line) => this.readLine(line))
  }

  write(chunk: FileContents): void {
    this.lines.write(chunk)
  }

  end(): LibsvmData<Targets> {
    this.lines.end()
    return this.result()
  }

  private readLine(line: Line): void {
    const { bytes, start, end } = line
    let at = start
    while (at < end && isBlank(bytes[at])) at++
    if (at === end || bytes[at] === HASH) {
      // The files with a header may have rows with nothing in them.
      if (at === end && this.header !== null && this.labels.rows < this.header.rows) {
        this.row.clear()
        this.endRow(line, -1, end)
      }
      return
    }
    if (this.isFirst) {
      this.isFirst = false
      this.header = headerIn(bytes, at, end)
      if (this.header !== null) {
        for (const [name, count] of Object.entries(this.header)) {
          if (count >= 2 ** 31)
            throw line.error(at, `the count of ${name} must be below 2^31, but is ${count}`)
        }
        this.labels.expect(this.header.labels)
        return
      }
    }
    this.readRow(line, at)
  }

  private readRow(line: Line, from: number): void {
    const { bytes, end } = line
    this.row.clear()
    let qid = -1
    let at = from
    for (let isFirst = true; at < end && bytes[at] !== HASH; isFirst = false) {
      const first = at
      let colon = -1
      for (; at < end; at++) {
        const byte = bytes[at]
        if (byte === SPACE || byte === TAB || byte === HASH) break
        if (byte === COLON && colon < 0) colon = at
      }
      if (colon >= 0 && isQid(bytes, first, colon)) qid = qidIn(line, first, colon, at)
      else if (colon >= 0) this.readFeature(line, first, colon, at)
      else if (isFirst) this.labels.read(line, first, at)
      else throw line.error(first, `a feature is index:value, but got ${line.quote(first, at)}`)
      while (at < end && isBlank(bytes[at])) at++
    }
    this.endRow(line, qid, at)
  }

  /** Ends the row; what follows `#` at `comment` may be kept. */
  private endRow(line: Line, qid: number, comment: number): void {
    const { row, qids, features } = this
    if (qid >= 0 ? qids.length !== features.length : qids.length > 0)
      throw line.error(null, `the row has ${qid >= 0 ? 'a' : 'no'} qid, unlike those before it`)
    const twice = row.sort()
    if (twice >= 0) throw line.error(null, `the row has the feature ${twice} twice`)
    if (this.options.comments)
      this.comments.push(comment < line.end ? line.text(comment + 1, line.end).trim() : '')
    if (qid >= 0) qids.push(qid)
    features.push(row)
    this.labels.endRow()
  }

  private readFeature(line: Line, from: number, colon: number, end: number): void {
    const { bytes } = line
    const index = indexIn(bytes, from, colon)
    const digit = bytes[colon + 1] - ZERO
    const value = end === colon + 2 && digit >= 0 && digit <= 9 ? digit : numberIn(bytes, colon + 1, end)
    if (index < 0 || value === undefined || isTooLarge(value)) {
      const got = line.quote(from, end)
      if (index < 0)
        throw line.error(from, `the index of a feature must be an integer below 2^31, but got ${got}`)
      const what = value === undefined ? 'must be a number' : 'is too large for float32'
      throw line.error(colon + 1, `the value of a feature ${what}: ${got}`)
    }
    if (index < this.smallest) {
      this.smallest = index
      if (index === 0 && this.options.zero_based === false)
        throw line.error(from, 'the index 0, but zero_based is false')
    }
    if (index > this.largest) {
      this.largest = index
      this.largestAt = { line: line.number, column: from - line.start + 1 }
    }
    this.row.add(index, value)
  }

  private result(): LibsvmData<Targets> {
    const { header, options, features } = this
    const rows = features.length
    if (rows === 0 && header === null) throw new ParseError(`${OP}: the file is empty`)
    if (header !== null && header.rows !== rows)
      throw new ParseError(`${OP}: the first line says ${header.rows} rows, but there are ${rows}`)
    const isAuto = options.zero_based === 'auto'
    const first = options.zero_based === false || (isAuto && header === null && this.smallest > 0) ? 1 : 0
    const width = this.widthFrom(first)
    return {
      ...this.labels.result(options.sparse_output),
      features: features.toSparse(width, first),
      feature_names: width > MANY_NAMES ? [] : Array.from({ length: width }, (_, i) => String(i + first)),
      qid: this.qids.length > 0 ? this.qids.toArray() : null,
      comments: this.comments,
    }
  }

  /** The number of features, the first of which has this index. */
  private widthFrom(first: number): number {
    const { largest, options, header } = this
    const found = Math.max(0, largest + 1 - first)
    const width = options.n_features ?? header?.features ?? found
    if (found >= 2 ** 31) throw errorAt(OP, this.largestAt, `the index ${largest} is too large`)
    if (found <= width) return width
    throw errorAt(
      OP,
      this.largestAt,
      `the index ${largest}, but there are ${width} features${first === 1 ? ', the first of which is 1' : ''}`,
    )
  }
}

const isBlank = (byte: number) => byte === SPACE || byte === TAB

/** Whether it is `qid`. */
const isQid = (bytes: Uint8Array, from: number, colon: number) =>
  colon - from === 3 && bytes[from] === 0x71 && bytes[from + 1] === 0x69 && bytes[from + 2] === 0x64

function qidIn(line: Line, from: number, colon: number, end: number): number {
  const qid = indexIn(line.bytes, colon + 1, end)
  if (qid >= 0) return qid
  throw line.error(from, `qid must be an integer below 2^31, but got ${line.quote(from, end)}`)
}

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
