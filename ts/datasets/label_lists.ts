/** Rows whose labels are listed by name. */
import { ValueError } from '../base/errors.js'
import { copyOfText } from './own_text.js'
import { SparseRow } from './sparse_row.js'
import { SparseRows } from './sparse_rows.js'
import { type Targets, targetsOf } from './targets.js'

/** A row's labels as numbers of names, and the names in the order of their first appearance. */
export class LabelLists {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()
  private readonly rows: SparseRows
  private readonly row = new SparseRow()
  /** The numbers of this row's labels. */
  private readonly current: number[] = []
  private count = 0

  /** With names that are known in advance, in their order. */
  constructor(
    private readonly op: string,
    known: readonly string[],
  ) {
    this.rows = new SparseRows(op)
    for (const name of known) {
      if (this.has(name)) throw new ValueError(`${op}: label_names has ${JSON.stringify(name)} twice`)
      this.numberOf(name)
    }
  }

  get length(): number {
    return this.rows.length
  }

  /** Whether the label is known. */
  has(name: string): boolean {
    return this.numbers.has(name)
  }

  /** Adds a label to the row that {@link endRow} ends, and returns its number. */
  add(name: string): number {
    const number = this.numberOf(name)
    this.addNumber(number)
    return number
  }

  /** The same for a label whose number is known. */
  addNumber(number: number): void {
    this.current[this.count++] = number
  }

  endRow(): void {
    const { current, row, count } = this
    row.clear()
    let before = -1
    let isSorted = true
    for (let i = 0; i < count && isSorted; i++) {
      isSorted = current[i] > before
      before = current[i]
    }
    const numbers = isSorted ? current : [...new Set(current.slice(0, count))].sort((a, b) => a - b)
    const length = isSorted ? count : numbers.length
    for (let i = 0; i < length; i++) row.add(numbers[i], 1)
    this.rows.push(row)
    this.count = 0
  }

  /** A matrix [rows, width]: 1 where a row has the label, else 0. `columns` has the column of each name. */
  toTargets(width: number, isSparse: boolean, columns: readonly number[]): Targets {
    return targetsOf(this.op, this.rows, width, isSparse, Int32Array.from(columns))
  }

  private numberOf(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      const own = copyOfText(name)
      number = this.names.push(own) - 1
      this.numbers.set(own, number)
    }
    return number
  }
}
