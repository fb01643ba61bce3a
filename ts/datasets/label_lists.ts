/** Rows whose labels are listed by name. */
import { empty, type Tensor } from '../tensor/tensor.js'
import { Growing } from './growing.js'

/** Elements of which float32 takes 64 MiB. */
const MANY = 2 ** 24

/** A row's labels as numbers of names, and the names in the order of their first appearance. */
export class LabelLists {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()
  private readonly labels = new Growing('int32')
  /** Where each row's labels end. */
  private readonly ends = new Growing('int32')

  /** With names that are known in advance, in their order. */
  constructor(known: readonly string[]) {
    for (const name of known) this.numberOf(name)
  }

  get rows(): number {
    return this.ends.length
  }

  /** Whether the label is known. */
  has(name: string): boolean {
    return this.numbers.has(name)
  }

  /** Adds a label to the row that {@link endRow} ends, and returns its number. */
  add(name: string): number {
    const number = this.numberOf(name)
    this.labels.push(number)
    return number
  }

  /** The same for a label whose number is known. */
  addNumber(number: number): void {
    this.labels.push(number)
  }

  endRow(): void {
    this.ends.push(this.labels.length)
  }

  /**
   * A tensor [rows, width]: 1 where a row has the label, else 0. `columns` has the column of each name. It is float32, but uint8
   * beyond 64 MiB, so that a file with many labels does not take many times its size.
   */
  toTensor(op: string, columns: readonly number[], width: number): Tensor<readonly [number, number]> {
    const rows = this.ends.length
    const dtype = rows * width > MANY ? 'uint8' : 'float32'
    const targets = empty(op, [rows, width] as const, dtype)
    const ends = this.ends[Symbol.iterator]()
    const labels = this.labels[Symbol.iterator]()
    // Some rows at a time, so that little is in memory twice.
    const together = Math.max(1, Math.min(rows, Math.floor(2 ** 16 / Math.max(1, width))))
    let at = 0
    for (let first = 0; first < rows; first += together) {
      const count = Math.min(together, rows - first)
      const block = dtype === 'uint8' ? new Uint8Array(count * width) : new Float32Array(count * width)
      for (let row = 0; row < count; row++) {
        const end = ends.next().value as number
        for (; at < end; at++) block[row * width + columns[labels.next().value as number]] = 1
      }
      targets.storage.write(first * width * block.BYTES_PER_ELEMENT, new Uint8Array(block.buffer))
    }
    return targets
  }

  private numberOf(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      // A copy: a part of a text would keep the whole text in memory.
      const own = JSON.parse(JSON.stringify(name)) as string
      number = this.names.push(own) - 1
      this.numbers.set(own, number)
    }
    return number
  }
}
