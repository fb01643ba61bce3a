import { ValueError } from '../base/errors.js'

/** What a file of data has wrong, and where. */
export class ParseError extends ValueError {
  override name = 'ParseError'

  constructor(
    message: string,
    /** The line, from 1 on; null if it is not about one. */
    readonly line: number | null = null,
    /** In CSV the number of the cell in its row, elsewhere that of the character in its line, from 1 on; null if it is not about one. */
    readonly column: number | null = null,
  ) {
    super(message)
  }
}

/** An error at a place of the file. */
export function errorAt(
  op: string,
  { line, column, name }: { line: number; column?: number | undefined; name?: string | undefined },
  what: string,
): ParseError {
  const cell = column === undefined ? '' : `, column ${column}`
  const named = name === undefined ? '' : ` (${quoted(name)})`
  return new ParseError(`${op}: line ${line}${cell}${named}: ${what}`, line, column ?? null)
}

/** A text of the file for error messages: short, without control characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
