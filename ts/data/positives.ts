/** Targets of a multi-label table, as the labels that each row has. */
import { describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import type { SparseCSRTensor } from '../surface/sparse_csr.js'
import { formatShape } from '../tensor/shape.js'
import { SparseTensor } from '../tensor/sparse.js'
import { Tensor } from '../tensor/tensor.js'

/** Targets [N, C] of 0 and 1, or a list of the labels of each row. */
export type LabelTargets = Tensor | SparseCSRTensor | readonly (readonly number[])[]

/** The labels of each row, numbered by their first row: those that no row has are left out. */
export interface Positives {
  readonly rows: number
  readonly labels: number
  /** Where the labels of each row begin, and the end of the last. */
  readonly offsets: Int32Array
  readonly of_rows: Int32Array
}

/** The most labels of all rows together. */
const MOST = 2 ** 28

/** Numbers labels, and collects those of one row after another. */
class Collected {
  private readonly numbers = new Map<number, number>()
  private readonly of_rows: number[] = []
  private readonly offsets: Int32Array

  constructor(
    private readonly op: string,
    private readonly rows: number,
  ) {
    this.offsets = new Int32Array(rows + 1)
  }

  add(label: number): void {
    let number = this.numbers.get(label)
    if (number === undefined) {
      number = this.numbers.size
      this.numbers.set(label, number)
    }
    if (this.of_rows.length === MOST) {
      throw new RuntimeError(`${this.op}: targets must have less than ${MOST} labels in all rows together`)
    }
    this.of_rows.push(number)
  }

  endRow(row: number): void {
    this.offsets[row + 1] = this.of_rows.length
  }

  get all(): Positives {
    const { rows, offsets, of_rows } = this
    return { rows, labels: this.numbers.size, offsets, of_rows: Int32Array.from(of_rows) }
  }
}

/** Whether a target is positive. Missing ones, -1, NaN or `ignore_index`, are not. */
function isPositive(op: string, value: number, ignore_index: number | null): boolean {
  if (value === ignore_index) return false
  if (value === 1) return true
  if (value === 0 || value === -1 || Number.isNaN(value)) return false
  throw new RuntimeError(
    `${op}: targets must be 0 or 1, or -1, NaN or ignore_index where a label is missing, but got ${value}`,
  )
}

/**
 * Reads targets.
 *
 * @throws RuntimeError or ValueError for other values or shapes
 */
export function positivesOf(op: string, targets: unknown, ignore_index: number | null): Positives {
  if (targets instanceof SparseTensor) return ofSparse(op, targets as SparseCSRTensor, ignore_index)
  if (targets instanceof Tensor) return ofTensor(op, targets, ignore_index)
  if (Array.isArray(targets)) return ofLists(op, targets)
  throw new TypeError(
    `${op}: targets must be a Tensor, a SparseCSRTensor or a list of label indices for each row, but got ${describe(targets)}`,
  )
}

function ofTensor(op: string, targets: Tensor, ignore_index: number | null): Positives {
  if (targets.dim() !== 2) {
    throw new ValueError(`${op}: targets must have shape [N, C], but got ${formatShape(targets.shape)}`)
  }
  const [rows, columns] = targets.shape
  const values = targets.data()
  const collected = new Collected(op, rows)
  for (let row = 0, k = 0; row < rows; row++) {
    for (let label = 0; label < columns; label++, k++) {
      const value = values[k]
      if (value !== 0 && isPositive(op, value, ignore_index)) collected.add(label)
    }
    collected.endRow(row)
  }
  return collected.all
}

function ofSparse(
  op: string,
  { shape: [rows], crow, col, stored }: SparseCSRTensor,
  ignore_index: number | null,
): Positives {
  const collected = new Collected(op, rows)
  for (let row = 0; row < rows; row++) {
    for (let k = crow[row]; k < crow[row + 1]; k++) {
      if (isPositive(op, stored[k], ignore_index)) collected.add(col[k])
    }
    collected.endRow(row)
  }
  return collected.all
}

function ofLists(op: string, targets: readonly unknown[]): Positives {
  const rows = targets.length
  const collected = new Collected(op, rows)
  for (let row = 0; row < rows; row++) {
    const labels = targets[row]
    if (!Array.isArray(labels)) {
      throw new TypeError(
        `${op}: targets[${row}] must be an array of label indices, but got ${describe(labels)}`,
      )
    }
    for (const label of new Set<unknown>(labels)) {
      if (!Number.isInteger(label) || !((label as number) >= 0)) {
        throw new ValueError(
          `${op}: targets[${row}] must be label indices from 0 on, but it has ${describe(label)}`,
        )
      }
      collected.add(label as number)
    }
    collected.endRow(row)
  }
  return collected.all
}

/** Those of some rows alone. */
export function ofRows({ offsets, of_rows }: Positives, rows: Int32Array): Positives {
  const numbers = new Map<number, number>()
  const own = new Int32Array(rows.length + 1)
  for (const [i, row] of rows.entries()) own[i + 1] = own[i] + offsets[row + 1] - offsets[row]
  const flat = new Int32Array(own[rows.length])
  let at = 0
  for (const row of rows) {
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      const number = numbers.get(of_rows[k]) ?? numbers.size
      numbers.set(of_rows[k], number)
      flat[at++] = number
    }
  }
  return { rows: rows.length, labels: numbers.size, offsets: own, of_rows: flat }
}
