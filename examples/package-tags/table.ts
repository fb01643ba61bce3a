export interface Column<Row> {
  title: string
  /** Text stands left, numbers right. */
  align: 'left' | 'right'
  value: (row: Row) => string
}

/** Columns as wide as their widest cell, two spaces apart. */
export function formatTable<Row>(columns: Column<Row>[], rows: Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => value(row))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)))
  const pad = (text: string, index: number): string =>
    columns[index].align === 'left' ? text.padEnd(widths[index]) : text.padStart(widths[index])
  const lines = cells.map((line) => line.map(pad).join('  ').trimEnd())
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '))
  return lines.join('\n')
}

export const decimals = (value: number, digits = 3): string => value.toFixed(digits)
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US')
