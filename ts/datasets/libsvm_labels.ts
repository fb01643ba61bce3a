import { ValueError } from '../base/errors.js'
import { namesOf } from './columns.js'
import { LabelLists } from './label_lists.js'
import type { LibsvmArguments } from './libsvm_options.js'
import type { Line } from './line.js'
import { indexIn, numberIn } from './numbers.js'
import { ParseError, quoted } from './parse_error.js'
import type { Targets } from './targets.js'

const COMMA = 44
const ZERO = 48

/** Labels below it are found without making texts of them; more columns than that must be asked for. */
const MANY_LABELS = 2 ** 16

/** As many columns have names. */
export const MANY_NAMES = 2 ** 20

/** Reads the labels of libsvm's rows. */
export class LibsvmLabels {
  private readonly given: string[] | null
  private readonly lists: LabelLists
  /** The number in {@link lists} of each small integer. */
  private readonly small = new Int32Array(MANY_LABELS).fill(-1)
  /** How many labels there are, where that is known. */
  private most: number | null

  constructor(
    private readonly op: string,
    { num_labels, label_names }: LibsvmArguments,
  ) {
    this.given = namesOf(op, 'label_names', label_names)
    if (this.given !== null && num_labels !== null && num_labels !== this.given.length)
      throw new ValueError(
        `${op}: num_labels is ${num_labels}, but there are ${this.given.length} label_names`,
      )
    this.lists = new LabelLists(op, this.given ?? [])
    this.most = num_labels
  }

  /** How many rows were read. */
  get rows(): number {
    return this.lists.length
  }

  /** What the header of the file says, if no argument did. */
  expect(count: number): void {
    this.most ??= count
  }

  /** Reads labels between commas. */
  read(line: Line, from: number, end: number): void {
    const { bytes } = line
    for (let at = from; at < end; at++) {
      const first = at
      while (at < end && bytes[at] !== COMMA) at++
      if (at > first) this.readOne(line, first, at)
    }
  }

  endRow(): void {
    this.lists.endRow()
  }

  private readOne(line: Line, from: number, end: number): void {
    const { bytes } = line
    const value = indexIn(bytes, from, end)
    // Without leading zeros, so that the number stands for the text.
    const isSmall = value >= 0 && value < MANY_LABELS && (bytes[from] !== ZERO || end === from + 1)
    if (isSmall && this.small[value] >= 0) {
      this.lists.addNumber(this.small[value])
      return
    }
    const number = this.lists.add(this.nameOf(line, from, end))
    if (isSmall) this.small[value] = number
  }

  private nameOf(line: Line, from: number, end: number): string {
    const { most, given, lists } = this
    const text = line.text(from, end)
    if (given !== null) {
      if (lists.has(text)) return text
      throw line.error(from, `the label ${quoted(text)} is not among label_names`)
    }
    const number = numberIn(line.bytes, from, end) ?? Number.NaN
    if (most !== null && !(Number.isInteger(number) && number >= 0 && number < most))
      throw line.error(from, `a label must be an integer from 0 to ${most - 1}, but got ${quoted(text)}`)
    // `1.0` and `+1` are the label 1.
    return Number.isInteger(number) ? String(number) : text
  }

  /** The targets, and the names of their columns. */
  result(isSparse: boolean): { targets: Targets; label_names: string[] } {
    const { columns, width, label_names } = this.columns(isSparse)
    return { targets: this.lists.toTargets(width, isSparse, columns), label_names }
  }

  /** The column of each label's number, and the names of the columns. */
  private columns(isSparse: boolean): { columns: number[]; width: number; label_names: string[] } {
    const { names } = this.lists
    if (this.given !== null)
      return { columns: [...names.keys()], width: names.length, label_names: this.given }
    const numbers = names.map(Number)
    if (numbers.every((number) => Number.isInteger(number) && number >= 0)) {
      const width = this.widthFor(numbers, isSparse)
      const length = width > MANY_NAMES ? 0 : width
      return { columns: numbers, width, label_names: Array.from({ length }, (_, i) => String(i)) }
    }
    const order = [...names.keys()].sort((a, b) => numbers[a] - numbers[b] || (names[a] < names[b] ? -1 : 1))
    const columns: number[] = []
    for (const [column, number] of order.entries()) columns[number] = column
    return { columns, width: order.length, label_names: order.map((i) => names[i]) }
  }

  private widthFor(labels: readonly number[], isSparse: boolean): number {
    if (this.most !== null) return this.most
    const width = labels.reduce((most, label) => Math.max(most, label + 1), 0)
    if (width >= 2 ** 31 || (!isSparse && width > MANY_LABELS && width > 16 * labels.length))
      throw new ParseError(
        `${this.op}: the label ${width - 1} makes ${width} columns of targets; give num_labels if they are wanted, else label_names`,
      )
    return width
  }
}
