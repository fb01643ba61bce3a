/**
 * Where a JSON text has something. WebKit's JSON.parse names no place at all, and others name one only for what is no JSON: jsonc-parser,
 * that of VS Code, has an offset for each of its nodes. It is loaded only for this.
 */

/** What jsonc-parser's errors are called, by their numbers. Source: its enum ParseErrorCode. */
const WORDS: Record<number, string> = {
  1: 'a character does not belong there',
  2: 'this is no number',
  3: 'a name in quotes is missing',
  4: 'a value is missing',
  5: 'a colon is missing',
  6: 'a comma is missing',
  7: 'a } is missing',
  8: 'a ] is missing',
  9: 'it should have ended before',
  10: 'JSON has no comments',
  11: 'a comment never ends',
  12: 'a text in quotes never ends',
  13: 'a number breaks off',
  14: 'this is no \\u with four digits',
  15: 'this is no character after a \\',
  16: 'a line break or a tab is inside of quotes',
}

export interface Place {
  /** From 1. */
  line: number
  column: number
  sentence: string
}

const FOUND = Symbol('found')

/** The first thing that is no JSON; null if jsonc-parser takes it all. */
export async function firstFault(text: string): Promise<Place | null> {
  const { visit } = await import('jsonc-parser')
  let fault: Place | null = null
  stopping(() =>
    visit(
      text,
      {
        onError(code, offset, _length, startLine, startCharacter) {
          // A text that ends too early says so at its end, not at what is missing there.
          const isEnd = text.slice(offset).trim() === ''
          const sentence = isEnd ? 'it breaks off' : (WORDS[code] ?? 'a character does not belong there')
          fault = { line: startLine + 1, column: startCharacter + 1, sentence }
          throw FOUND
        },
      },
      { disallowComments: true },
    ),
  )
  return fault
}

/** The line on which the object begins that is the `index`-th of a list: that at the root, or the one called `name`. */
export async function lineOfRow(text: string, name: string | null, index: number): Promise<number | null> {
  const { visit } = await import('jsonc-parser')
  const wanted = name === null ? [index] : [name, index]
  let line: number | null = null
  const begin = (startLine: number, path: readonly (string | number)[]) => {
    if (path.length !== wanted.length || path.some((part, i) => part !== wanted[i])) return
    line = startLine + 1
    throw FOUND
  }
  stopping(() =>
    visit(text, {
      onObjectBegin: (_offset, _length, startLine, _character, path) => begin(startLine, path()),
      onArrayBegin: (_offset, _length, startLine, _character, path) => begin(startLine, path()),
      onLiteralValue: (_value, _offset, _length, startLine, _character, path) => begin(startLine, path()),
    }),
  )
  return line
}

function stopping(walk: () => void): void {
  try {
    walk()
  } catch (thrown) {
    if (thrown !== FOUND) throw thrown
  }
}
