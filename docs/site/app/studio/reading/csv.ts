/** Tables: CSV, TSV and what becomes one. */
import { ParseError, parse_csv } from 'softmargin/datasets'
import { tableDataset } from '../engine/table.ts'
import { textDataset } from '../engine/texts.ts'
import type { Column, ReadingOptions } from '../protocol.ts'
import { type Cells, guessRoles, MISSING, NUMBER, STRAYS, separatorOf } from './roles.ts'
import { checkLabels, listed, NotUnderstood, type Reading, readingOf } from './understanding.ts'

/** Text that columns are guessed from. */
const SAMPLE = 2 ** 16
const SAMPLE_ROWS = 500

export interface TableText {
  title: string
  format: string
  /** Its beginning. */
  head: string
  /** Whether the head is all. */
  isWhole: boolean
  /** All of it. */
  open: () => string | Blob
  notes?: string[]
  /** What a line is called, if the table was made of something else: `Line 7`, of that. */
  nameOf?: (line: number) => Promise<string>
}

export async function readTable(table: TableText, options: ReadingOptions): Promise<Reading> {
  const columns = columnsOf(table)
  const roles = options.roles?.length === columns.length ? options.roles : columns.map(({ role }) => role)
  const chosen = columns.map((column, i) => ({
    name: column.name,
    content: column.content,
    role: roles[i] ?? column.role,
  }))
  const at = (...wanted: Column['role'][]) =>
    chosen.flatMap(({ role }, i) => (wanted.includes(role) ? [i] : []))
  const [numbers, labels, tags, texts] = [at('number'), at('label'), at('tags'), at('text')]
  const names = at('name')
  const separator = options.separator ?? (tags[0] === undefined ? ',' : separatorOf(columns[tags[0]]?.cells))
  const { title, format } = table
  const about = {
    title,
    format,
    columns: chosen,
    separator,
    kind: texts.length > 0 ? 'texts' : 'table',
  } as const
  const notes = [...(table.notes ?? [])]
  const without = (note: string) => readingOf(null, { ...about, notes: [note, ...notes] })
  if (tags.length > 1) throw new NotUnderstood('Only one column can hold the tags.')
  if (tags.length > 0 && labels.length > 0)
    throw new NotUnderstood('Labels are either one column of tags, or columns of 0 and 1: not both.')
  if (tags.length + labels.length === 0)
    return without('No column looks like labels. Say below which ones are.')
  if (texts.length === 0 && numbers.length === 0)
    return without('No column is left to learn from: say below which ones are numbers or texts.')
  if (texts.length > 0 && numbers.length > 0) notes.push('Next to a text, numbers are not used.')
  const kept = [...texts, ...names].sort((a, b) => a - b)
  const used = new Set([...labels, ...tags, ...kept, ...(texts.length > 0 ? [] : numbers)])
  const parse = (na_values: string[]) =>
    parse_csv(asStream(table.open()), {
      labels: tags.length > 0 ? tags : labels,
      separator: tags.length > 0 ? separator : null,
      texts: kept,
      drop: chosen.flatMap((_, i) => (used.has(i) ? [] : [i])),
      na_values: ['-', 'None', 'nil', ...na_values],
    })
  const data = await tolerant(parse, notes, table.nameOf ?? (async (line) => `Line ${line}`))
  checkLabels(data.label_names)
  const label_names = data.label_names
  const rows = data.targets.shape[0]
  const targets = zeroOne(Float32Array.from(data.targets.data()), label_names, tags.length > 0)
  const given = (index: number | undefined) =>
    index === undefined ? undefined : data.texts[chosen[index].name]
  const name = given(names[0])
  if (texts.length > 0) {
    const bodies = texts.map(given)
    const joined = Array.from({ length: rows }, (_, row) => bodies.map((body) => body?.[row] ?? '').join(' '))
    return readingOf(textDataset({ texts: joined, labels: label_names, targets }), {
      ...about,
      notes,
      features: 0,
    })
  }
  const values = data.features.data() as Float32Array
  const missing_features = values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0)
  const feature_names = data.feature_names
  const width = feature_names.length
  const textOf = (row: number) =>
    name?.[row] ??
    feature_names
      .slice(0, 6)
      .map((feature, i) => `${feature} ${short(values[row * width + i])}`)
      .join(', ')
  const dataset = tableDataset({ values, names: feature_names, labels: label_names, targets, rows, textOf })
  const left = chosen.filter(({ role }) => role === 'left out').map((column) => column.name)
  if (left.length > 0) notes.push(`Left out: ${listed(left)}.`)
  return readingOf(dataset, { ...about, notes, features: width, feature_names, missing_features })
}

const BAD_NUMBER = /a feature must be a number, but got ("(?:[^"\\]|\\.)*")/

/** Takes stray words among numbers as missing, and says where they are. */
async function tolerant<T>(
  parse: (na_values: string[]) => Promise<T>,
  notes: string[],
  nameOf: (line: number) => Promise<string>,
): Promise<T> {
  const words: string[] = []
  for (;;) {
    try {
      return await parse(words)
    } catch (error) {
      const literal = error instanceof ParseError ? BAD_NUMBER.exec(error.message)?.[1] : undefined
      if (literal === undefined || !(error instanceof ParseError) || error.line === null) throw error
      if (words.length === STRAYS) throw error
      const word = JSON.parse(literal) as string
      if (word.endsWith('…') || words.includes(word)) throw error
      words.push(word)
      notes.push(`${await nameOf(error.line)}: ${listed([word])} is no number, and taken as missing.`)
    }
  }
}

const short = (value: number) => (Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3))))

/** A text is read at once, a file as it streams. */
const asStream = (source: string | Blob) => (typeof source === 'string' ? new Blob([source]) : source)

/** Labels are 0 and 1; -1 is unknown, as many files have it. */
function zeroOne(targets: Float32Array, labels: readonly string[], areTags: boolean): Float32Array {
  if (areTags) return targets
  const wrong = targets.findIndex(
    (value) => value !== 0 && value !== 1 && value !== -1 && !Number.isNaN(value),
  )
  if (wrong >= 0) {
    const label = labels[wrong % labels.length] ?? ''
    throw new NotUnderstood(
      `${listed([label])} cannot be a label: row ${Math.floor(wrong / labels.length) + 1} has ${targets[wrong]}, where 0 or 1 is wanted.`,
    )
  }
  return targets.map((value) => (value === -1 ? Number.NaN : value))
}

interface Sampled extends Column {
  cells: readonly string[]
}

/** The columns, with guesses of their roles. */
function columnsOf({ head, isWhole, title }: TableText): Sampled[] {
  const columns = sampleOf(head, isWhole, title)
  return guessRoles(columns).map((column, i) => ({ ...column, cells: columns[i].cells }))
}

/** Some rows as texts, from the beginning of the file. */
function sampleOf(head: string, isWhole: boolean, title: string): Cells[] {
  // The last line of a part may be cut.
  const text =
    isWhole && head.length <= SAMPLE ? head : head.slice(0, head.lastIndexOf('\n', SAMPLE) + 1 || SAMPLE)
  // Without a header columns are named by their places, so that two of the same name stay two.
  const columns = Object.values(asTexts(text))
  const first = columns.map((cells) => cells[0] ?? '')
  const hasHeader = first.some((cell) => !MISSING.test(cell) && !NUMBER.test(cell))
  if (hasHeader && columns.every((cells) => cells.length === 1))
    throw new NotUnderstood(`${title} has one row, which is no number: there is nothing below a header.`)
  return columns.map((cells, i) => ({
    name: hasHeader ? (first[i] ?? '').trim() : String(i),
    cells: cells.slice(Number(hasHeader), SAMPLE_ROWS),
  }))
}

function asTexts(text: string): Record<string, string[]> {
  const parse = (part: string) => parse_csv(part, { texts: /(?:)/, header: false }).texts
  try {
    return parse(text)
  } catch (error) {
    // A quoted cell may be cut: then the part ends a few lines earlier.
    const cut = text.slice(0, text.lastIndexOf('\n', Math.floor(text.length * 0.9)) + 1)
    if (cut.length < 2 || text.length < SAMPLE / 2) throw error
    return parse(cut)
  }
}
