import { describe } from '../base/check.js'
import { Tensor } from '../tensor/tensor.js'

/** Means of an epoch by name: sums of values times rows, and rows. */
export type Sums = Record<string, [sum: number, rows: number]>

/** A number for a log. */
export function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value
  if (value instanceof Tensor && value.numel() === 1) return value.item()
  throw new TypeError(`log: ${name} must be a number or a Tensor of one element, but got ${describe(value)}`)
}

export function addTo(sums: Sums, values: Readonly<Record<string, number>>, rows: number): void {
  for (const [name, value] of Object.entries(values)) {
    const [sum, count] = Object.hasOwn(sums, name) ? sums[name] : [0, 0]
    sums[name] = [sum + value * rows, count + rows]
  }
}

/** New sums with the values of one more batch. */
export function sumsWith(sums: Sums, values: Readonly<Record<string, number>>, rows: number): Sums {
  const more = { ...sums }
  addTo(more, values, rows)
  return more
}

export const meansOf = (sums: Sums): Record<string, number> =>
  Object.fromEntries(Object.entries(sums).map(([name, [sum, rows]]) => [name, sum / rows]))

/** Results of metrics as plain values, `val_` before their names. */
export function plainResults(results: Readonly<Record<string, unknown>>): Record<string, number | number[]> {
  const plain: Record<string, number | number[]> = {}
  for (const [name, value] of Object.entries(results)) {
    const key = name.startsWith('val_') ? name : `val_${name}`
    if (value instanceof Tensor && value.dim() === 0) plain[key] = value.item()
    else if (value instanceof Tensor && value.dim() === 1) plain[key] = value.tolist() as number[]
    else if (typeof value === 'number') plain[key] = value
    // Curves are no values for a row.
  }
  return plain
}
