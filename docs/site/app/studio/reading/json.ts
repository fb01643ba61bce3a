/** JSON: an array of objects, an object of columns, or an object a line. It becomes a table. */
import { ParseError } from 'softmargin/datasets'
import type { ReadingOptions } from '../protocol.ts'
import { readTable } from './csv.ts'
import { firstFault, lineOfRow } from './json_place.ts'
import type { TextFile } from './text_file.ts'
import { NotUnderstood, type Reading } from './understanding.ts'

type Row = Record<string, unknown>

interface Rows {
  rows: unknown[]
  format: string
  /** The line on which a row begins; null if it has none of its own, as in columns. */
  lineOf: (row: number) => number | null | Promise<number | null>
}

/** Something that is wrong with a row, of which the line is not known yet. */
class BadRow extends Error {
  constructor(
    readonly row: number,
    readonly what: string,
  ) {
    super(what)
  }
}

export async function readJson({ title, file }: TextFile, options: ReadingOptions): Promise<Reading> {
  const text = await file.text()
  const { rows, format, lineOf } = await rowsOf(text, title)
  // Below the line of names.
  const nameOf = (line: number) => nameOfRow(line - 2, lineOf)
  try {
    return await readTable({ ...tableOf(rows.map(asRow), title, format), nameOf }, options)
  } catch (error) {
    throw await placed(error, lineOf)
  }
}

function tableOf(rows: Row[], title: string, format: string) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (names.length === 0) throw new NotUnderstood(`${title} has objects without fields.`)
  const lines = [names, ...rows.map((row, i) => names.map((name) => cellOf(row[name], name, i)))]
  const csv = lines.map((cells) => cells.map(quoted).join(',')).join('\n')
  return { title, format, head: csv.slice(0, 2 ** 17), isWhole: csv.length <= 2 ** 17, open: () => csv }
}

/** A line of the table is a row of the JSON: without line breaks in its cells. */
const quoted = (cell: string) => {
  const flat = cell.replace(/\r\n|\r|\n/g, ' ')
  return /[",]/.test(flat) ? `"${flat.replaceAll('"', '""')}"` : flat
}

/** An error of a row, with the line on which that begins. */
async function placed(error: unknown, lineOf: Rows['lineOf']): Promise<unknown> {
  const [row, what] =
    error instanceof BadRow
      ? [error.row, error.what]
      : error instanceof ParseError && error.line !== null
        ? [
            error.line - 2,
            error.message.replace(/^parse_csv: line \d+(?:, column \d+)?/, '').replace(/^: /, ''),
          ]
        : [null, '']
  if (row === null) return error
  const where = await nameOfRow(row, lineOf)
  return new NotUnderstood(`${where}${what.startsWith(' (') ? '' : ':'} ${what.trim()}`, await lineOf(row))
}

async function nameOfRow(row: number, lineOf: Rows['lineOf']): Promise<string> {
  const line = await lineOf(row)
  return line === null ? `Row ${row + 1}` : `Line ${line}`
}

/** Lists of tags are joined; what is nested otherwise is no cell. */
function cellOf(value: unknown, name: string, row: number): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) {
    const bad = value.find((part) => typeof part === 'object' || String(part).includes('|'))
    if (bad !== undefined) throw new BadRow(row, `“${name}” must be a list of plain tags.`)
    return value.join('|')
  }
  if (typeof value === 'object')
    throw new BadRow(row, `“${name}” is an object, where a text, a number or a list of tags is wanted.`)
  return String(value)
}

function asRow(value: unknown, row: number): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  throw new BadRow(row, 'an object is wanted, such as {"text": "…", "tags": ["…"]}.')
}

async function rowsOf(text: string, title: string): Promise<Rows> {
  const whole = parsed(text)
  if (whole !== undefined) {
    const [name, rows] = Array.isArray(whole.value) ? [null, whole.value] : listIn(whole.value, title)
    return { rows, format: 'JSON', lineOf: (row) => (name === '' ? null : lineOfRow(text, name, row)) }
  }
  const lines = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ text: line, line: i + 1 }]))
  const [first] = lines
  if (first === undefined || lines.length < 2 || parsed(first.text) === undefined)
    throw await noJson(text, title)
  const rows: unknown[] = []
  for (const { text, line } of lines) {
    const each = parsed(text)
    if (each === undefined) {
      const fault = await firstFault(text)
      throw new NotUnderstood(
        `Line ${line}: this is no valid JSON${fault === null ? '' : `, ${fault.sentence}`}.`,
        line,
      )
    }
    rows.push(each.value)
  }
  return { rows, format: 'JSON lines', lineOf: (row) => lines[row]?.line ?? null }
}

async function noJson(text: string, title: string): Promise<NotUnderstood> {
  const fault = await firstFault(text)
  if (fault === null) return new NotUnderstood(`${title} is no valid JSON.`)
  const { line, column, sentence } = fault
  return new NotUnderstood(`${title} is no valid JSON: line ${line}, character ${column}: ${sentence}.`, line)
}

/** The rows of an object: its one list of objects, by its name, or its columns, which have none. */
function listIn(value: unknown, title: string): [name: string, rows: unknown[]] {
  const lists = Object.entries((value ?? {}) as Row).flatMap(([name, each]) =>
    Array.isArray(each) ? [[name, each as unknown[]] as const] : [],
  )
  const rows = lists.find(
    ([, [first]]) => typeof first === 'object' && first !== null && !Array.isArray(first),
  )
  if (rows !== undefined) return [...rows]
  const [first] = lists
  if (first === undefined) throw new NotUnderstood(`${title} has no list of rows.`)
  if (lists.some(([, list]) => list.length !== first[1].length))
    throw new NotUnderstood(`The columns of ${title} are not equally long.`)
  return ['', first[1].map((_, i) => Object.fromEntries(lists.map(([name, list]) => [name, list[i]])))]
}

/** What JSON.parse makes of it; undefined if it refuses. */
function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
