/** One row: the columns in ascending order, each once, and their values. */
export class SparseRow {
  columns: number[] = []
  values: number[] = []
  length = 0
  private isSorted = true

  clear(): void {
    this.length = 0
    this.isSorted = true
  }

  add(column: number, value: number): void {
    const { columns, values, length } = this
    if (length > 0 && columns[length - 1] >= column) this.isSorted = false
    columns[length] = column
    values[length] = value
    this.length++
  }

  /** Sorts the columns; returns one that is there twice, or -1. */
  sort(): number {
    if (this.isSorted) return -1
    const { columns, values, length } = this
    const order = Array.from({ length }, (_, i) => i).sort((a, b) => columns[a] - columns[b])
    this.columns = order.map((i) => columns[i])
    this.values = order.map((i) => values[i])
    this.isSorted = true
    return this.columns.find((column, i) => i > 0 && column === this.columns[i - 1]) ?? -1
  }
}
