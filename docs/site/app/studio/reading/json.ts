/** JSON: an array of objects, an object of columns, or an object a line. It becomes a table. */
import type { ReadingOptions } from '../protocol.ts'
import { readTable } from './csv.ts'
import type { TextFile } from './text_file.ts'
import { NotUnderstood, type Reading } from './understanding.ts'

type Row = Record<string, unknown>

export async function readJson({ title, file }: TextFile, options: ReadingOptions): Promise<Reading> {
  const text = await file.text()
  const { rows, format } = rowsOf(text, title)
  const names = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))]
  if (names.length === 0) throw new NotUnderstood(`${title} has objects without fields.`)
  const lines = [names, ...rows.map(({ row, line }) => names.map((name) => cellOf(row[name], name, line)))]
  const csv = lines.map((cells) => cells.map(quoted).join(',')).join('\n')
  const table = {
    title,
    format,
    head: csv.slice(0, 2 ** 17),
    isWhole: csv.length <= 2 ** 17,
    open: () => csv,
  }
  return await readTable(table, options)
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** Lists of tags are joined; what is nested otherwise is no cell. */
function cellOf(value: unknown, name: string, line: number): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) {
    const bad = value.find((part) => typeof part === 'object' || String(part).includes('|'))
    if (bad !== undefined)
      throw new NotUnderstood(`Row ${line}: “${name}” must be a list of plain tags.`, line)
    return value.join('|')
  }
  if (typeof value === 'object')
    throw new NotUnderstood(
      `Row ${line}: “${name}” is an object, where a text, a number or a list of tags is wanted.`,
      line,
    )
  return String(value)
}

function rowsOf(text: string, title: string): { rows: { row: Row; line: number }[]; format: string } {
  const parsed = attempt(text)
  if ('value' in parsed) {
    const { value } = parsed
    const list = Array.isArray(value) ? value : listIn(value, title)
    return { rows: list.map((row, i) => ({ row: asRow(row, i + 1, 'Row'), line: i + 1 })), format: 'JSON' }
  }
  const lines = text.split('\n')
  const full = lines.flatMap((line, i) => (line.trim() === '' ? [] : [{ text: line, line: i + 1 }]))
  const isLines = full.length > 1 && 'value' in attempt(full[0].text)
  if (!isLines) throw new NotUnderstood(`${title} is no valid JSON: ${parsed.sentence}`, parsed.line)
  const rows = full.map(({ text, line }) => {
    const each = attempt(text)
    if ('sentence' in each) throw new NotUnderstood(`Line ${line}: this is no valid JSON.`, line)
    return { row: asRow(each.value, line, 'Line'), line }
  })
  return { rows, format: 'JSON lines' }
}

function asRow(value: unknown, line: number, word: string): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  throw new NotUnderstood(`${word} ${line}: an object is wanted, such as {"text": "…", "tags": ["…"]}.`, line)
}

/** The rows of an object: its one list of objects, or its columns. */
function listIn(value: unknown, title: string): unknown[] {
  const entries = Object.entries((value ?? {}) as Row).filter(([, each]) => Array.isArray(each)) as [
    string,
    unknown[],
  ][]
  const rows = entries.find(
    ([, list]) => typeof list[0] === 'object' && list[0] !== null && !Array.isArray(list[0]),
  )
  if (rows !== undefined) return rows[1]
  const [first] = entries
  if (first === undefined) throw new NotUnderstood(`${title} has no list of rows.`)
  if (entries.some(([, list]) => list.length !== first[1].length))
    throw new NotUnderstood(`The columns of ${title} are not equally long.`)
  return first[1].map((_, i) => Object.fromEntries(entries.map(([name, list]) => [name, list[i]])))
}

function attempt(text: string): { value: unknown } | { sentence: string; line: number | null } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    const line = /line (\d+)/.exec(message)?.[1]
    const at =
      line !== undefined ? Number(line) : position !== undefined ? lineAt(text, Number(position)) : null
    return {
      sentence:
        at === null
          ? 'it breaks off, or has a stray character.'
          : `line ${at} has a character that does not belong there.`,
      line: at,
    }
  }
}

const lineAt = (text: string, position: number) => text.slice(0, position).split('\n').length
