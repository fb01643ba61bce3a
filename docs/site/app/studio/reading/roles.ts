/** Guesses what the columns of a table are for, from some of its rows. */
import type { Column, Role } from '../protocol.ts'

/** Some cells of a column. */
export interface Cells {
  name: string
  cells: readonly string[]
}

export const MISSING = /^\s*(?:|NA|N\/A|NaN|null|none|nil|\?|-)\s*$/i
export const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i
const TRUTH = /^\s*(?:true|false)\s*$/i
const ZERO_ONE = /^\s*(?:0|1|0\.0|1\.0|true|false|-1)\s*$/i
const TAG_NAME = /^(?:tags?|labels?|genres?|categor(?:y|ies)|topics?|class(?:es)?|keywords?|targets?)$/i
const LABEL_NAME = /^(?:is|has|label|tag|y|target|class)[_\-. :]/i
const ID_NAME = /^(?:id|index|row|key|uuid|url|file|filename|path|name|title)$/i

/** Words that a column of numbers may have: they are taken as missing. */
export const STRAYS = 5
const STRAY_SHARE = 0.2

interface Guess extends Cells {
  isNumber: boolean
  isZeroOne: boolean
  isId: boolean
  tagRepeats: number
  words: number
  given: string[]
}

/** The separator of a column of tags that most cells have. */
export function separatorOf(cells: readonly string[]): string {
  const given = cells.filter((cell) => !MISSING.test(cell))
  const share = (separator: string) =>
    given.filter((cell) => cell.includes(separator)).length / Math.max(given.length, 1)
  const found = ['|', ';', ','].find((separator) => share(separator) > 0.1)
  if (found !== undefined) return found
  // Words between spaces are tags only if they come again and again.
  return repeats(given, ' ') > 3 && share(' ') > 0.3 ? ' ' : ','
}

/** How often a tag occurs, on average. */
function repeats(given: readonly string[], separator: string): number {
  const tags = given.flatMap((cell) => cell.split(separator).map((tag) => tag.trim()))
  return tags.length / Math.max(new Set(tags).size, 1)
}

function guessOf(column: Cells): Guess {
  const given = column.cells.filter((cell) => !MISSING.test(cell))
  const distinct = new Set(given).size
  const strays = given.filter((cell) => !NUMBER.test(cell) && !TRUTH.test(cell))
  const isNumber = strays.length <= STRAY_SHARE * given.length && new Set(strays).size <= STRAYS
  return {
    ...{ ...column, given, isNumber },
    isZeroOne: given.length > 0 && given.every((cell) => ZERO_ONE.test(cell)),
    isId: ID_NAME.test(column.name) && distinct === given.length && given.length > 1,
    tagRepeats: given.length === 0 ? 0 : repeats(given, separatorOf(given)),
    words: given.reduce((sum, cell) => sum + cell.trim().split(/\s+/).length, 0) / Math.max(given.length, 1),
  }
}

export function guessRoles(columns: readonly Cells[]): Column[] {
  const guesses = columns.map(guessOf)
  const texts = guesses.filter(({ isNumber, isId }) => !isNumber && !isId)
  const tags = tagColumn(texts)
  const labels = tags === undefined ? labelColumns(guesses) : new Set<Guess>()
  const text = texts.filter((guess) => guess !== tags).sort((a, b) => b.words - a.words)[0]
  const isText = text !== undefined && (text.words >= 2 || guesses.every(({ isNumber }) => !isNumber))
  return guesses.map((guess) => ({ name: guess.name, content: contentOf(guess), role: roleOf(guess) }))

  function roleOf(guess: Guess): Role {
    if (guess === tags) return 'tags'
    if (labels.has(guess)) return 'label'
    if (guess === text && isText) return 'text'
    if (!guess.isNumber) return guess === guesses.find(({ isNumber }) => !isNumber) ? 'name' : 'left out'
    return isText || guess.isId ? 'left out' : 'number'
  }
}

/** The column of tags: by its name, or because its parts come again more often than those of the others. */
function tagColumn(texts: readonly Guess[]): Guess | undefined {
  const named = texts.find(({ name }) => TAG_NAME.test(name))
  if (named !== undefined) return named
  const often = texts.filter(({ tagRepeats, given }) => tagRepeats >= 2 && given.length >= 4)
  return often.sort((a, b) => a.words - b.words || b.tagRepeats - a.tagRepeats)[0]
}

/** Columns of 0 and 1 that are labels: those that are named so, or a run of them at the end. */
function labelColumns(guesses: readonly Guess[]): Set<Guess> {
  const named = guesses.filter(({ name, isZeroOne }) => isZeroOne && LABEL_NAME.test(name))
  if (named.length > 0) return new Set(named)
  const found: Guess[] = []
  for (const guess of [...guesses].reverse()) {
    if (!guess.isZeroOne) break
    found.push(guess)
  }
  // A table of nothing but 0 and 1 says nothing: its last column, then.
  return new Set(found.length === guesses.length ? found.slice(0, 1) : found)
}

function contentOf({ isNumber, isZeroOne, given, cells }: Guess): string {
  const missing = cells.length - given.length
  const gaps = missing === 0 ? '' : `, ${Math.round((100 * missing) / cells.length)} % empty`
  if (given.length === 0) return 'empty'
  if (isZeroOne) return `0 and 1${gaps}`
  if (isNumber) {
    const numbers = given
      .map((cell) => (TRUTH.test(cell) ? Number(/true/i.test(cell)) : Number(cell)))
      .filter((value) => !Number.isNaN(value))
    const round = (value: number) => Number(value.toPrecision(3))
    return `${round(Math.min(...numbers))} to ${round(Math.max(...numbers))}${gaps}`
  }
  const [first = ''] = given
  return `“${first.length > 40 ? `${first.slice(0, 40)}…` : first}”${gaps}`
}
