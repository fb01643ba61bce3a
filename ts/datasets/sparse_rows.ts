import { SparseCSRTensor } from '../surface/sparse_csr.js'
import { Growing } from './growing.js'
import type { Target } from './packed_page.js'
import type { SparseRow } from './sparse_row.js'

/** Rows of which the elements that are not 0 are kept, as SparseCSRTensor has them. They are read once. */
export class SparseRows {
  /** How many rows there are. */
  length = 0
  private readonly lengths: Growing<'int32'>
  /** From each column of a row to the next, which takes fewer bits than the column. */
  private readonly steps: Growing<'int32'>
  private readonly values: Growing<'float32'>

  constructor(op: string) {
    this.lengths = new Growing(op, 'int32')
    this.steps = new Growing(op, 'int32')
    this.values = new Growing(op, 'float32')
  }

  /** Adds a sorted row. */
  push({ columns, values, length }: SparseRow): void {
    this.lengths.push(length)
    let before = 0
    for (let i = 0; i < length; i++) {
      this.steps.push(columns[i] - before)
      this.values.push(values[i])
      before = columns[i]
    }
    this.length++
  }

  /** Whether all elements are 0 or 1. */
  get areBinary(): boolean {
    return this.values.areBinary
  }

  /** The matrix [rows, width]. The column of an element is where `columns` has it, or its number less `first`. */
  toSparse(width: number, first = 0, columns: Int32Array | null = null): SparseCSRTensor {
    const rows = this.length
    const begins = new Int32Array(rows + 1)
    this.lengths.writeTo(begins.subarray(1))
    for (let row = 0; row < rows; row++) begins[row + 1] += begins[row]
    const found = this.steps.toArray()
    for (let row = 0; row < rows; row++) {
      let column = -first
      for (let k = begins[row]; k < begins[row + 1]; k++) {
        column += found[k]
        found[k] = columns === null ? column : columns[column]
      }
      // Only rows of ones are given `columns`: no value moves with its column.
      if (columns !== null) found.subarray(begins[row], begins[row + 1]).sort()
    }
    return new SparseCSRTensor(begins, found, this.values.toArray(), 'float32', [rows, width])
  }

  /** Writes all elements of that matrix to `target`. */
  writeTo(target: Target, width: number, columns: Int32Array | null = null): void {
    target.fill(0)
    const [lengths, steps, values] = [this.lengths.reader(), this.steps.reader(), this.values.reader()]
    for (let row = 0; row < this.length; row++) {
      let column = 0
      for (let left = lengths(); left > 0; left--) {
        column += steps()
        target[row * width + (columns === null ? column : columns[column])] = values()
      }
    }
  }
}
