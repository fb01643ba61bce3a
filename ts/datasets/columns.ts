/** Which columns of a table are meant. */
import { tagOf } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { quoted } from './parse_error.js'

/** Columns of a table: a name, names or indices (negative ones count from the end), or a pattern of names. */
export type Columns = string | readonly (string | number)[] | RegExp

/** The indices of `columns` in ascending order, each once. */
export function columnsOf(
  op: string,
  argument: string,
  columns: unknown,
  names: readonly string[],
): number[] {
  if (columns === null) return []
  if (tagOf(columns) === 'RegExp') {
    const found = [...names.keys()].filter((i) => names[i].search(columns as RegExp) >= 0)
    if (found.length > 0) return found
    throw new ValueError(`${op}: ${argument} ${String(columns)} matches none of the columns ${listed(names)}`)
  }
  const each: readonly unknown[] | null =
    typeof columns === 'string' ? [columns] : Array.isArray(columns) ? columns : null
  if (each === null) {
    throw new TypeError(
      `${op}: ${argument} must be a name, an array of names or indices, or a pattern, but got ${describe(columns)}`,
    )
  }
  const found = new Set(Array.from(each, (column) => columnOf(op, argument, column, names)))
  return [...found].sort((a, b) => a - b)
}

function columnOf(op: string, argument: string, column: unknown, names: readonly string[]): number {
  if (typeof column === 'string') {
    const at = names.indexOf(column)
    if (at < 0)
      throw new ValueError(`${op}: ${argument}: there is no column ${quoted(column)} among ${listed(names)}`)
    const next = names.indexOf(column, at + 1)
    if (next >= 0)
      throw new ValueError(
        `${op}: ${argument}: the columns ${at} and ${next} are both named ${quoted(column)}; give the index of the one that is meant`,
      )
    return at
  }
  if (typeof column !== 'number' || !Number.isInteger(column)) {
    throw new TypeError(`${op}: ${argument} must hold names or indices, but has ${describe(column)}`)
  }
  const at = column < 0 ? column + names.length : column
  if (at >= 0 && at < names.length) return at
  throw new ValueError(`${op}: ${argument} has the index ${column}, but there are ${names.length} columns`)
}

/** The last `count` columns. */
export function lastColumns(op: string, argument: string, count: number, columns: number): number[] {
  checkCount(op, argument, count, columns)
  return Array.from({ length: count }, (_, i) => columns - count + i)
}

export function checkCount(op: string, argument: string, count: number, columns: number): void {
  if (!Number.isInteger(count) || count < 0)
    throw new ValueError(`${op}: ${argument} must be a number of columns, but got ${count}`)
  if (count > columns)
    throw new ValueError(`${op}: ${argument} is ${count}, but there are ${columns} columns`)
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, 10).map(quoted).join(', ')
  return names.length > 10 ? `${first}, … (${names.length})` : first
}

/** An array of strings that was given as an argument, or null. */
export function namesOf(op: string, argument: string, names: unknown): string[] | null {
  if (names === null) return null
  const own: unknown[] = Array.isArray(names) ? Array.from(names) : []
  if (Array.isArray(names) && own.every((name) => typeof name === 'string')) return own as string[]
  throw new TypeError(`${op}: ${argument} must be an array of strings, but got ${describe(names)}`)
}
