/** HTML in which everything that is not markup of ours is escaped. */

/** Text that is markup already. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = string | number | Html | readonly Value[]

/** Markup from a template: strings and numbers in it are escaped, for elements and for quoted attributes. */
export function html(markup: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(markup.reduce((text, part, i) => `${text}${markupOf(values[i - 1])}${part}`))
}

function markupOf(value: Value): string {
  if (value instanceof Html) return value.markup
  if (typeof value === 'object') return value.map(markupOf).join('')
  return escaped(String(value))
}

/** Characters that no page may hold become U+FFFD. */
const escaped = (text: string): string =>
  text
    .replace(/[^\P{Cc}\s]|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** Names longer than this are cut in view. */
const LONGEST = 90

/** A name of anyone's: cut if it is very long, with the whole of it as a title, and apart from the direction of its script. */
export function nameOf(name: string): Html {
  const characters = [...name]
  const shown = name.trim() === '' ? '(no name)' : name
  if (characters.length <= LONGEST) return html`<bdi>${shown}</bdi>`
  const [start, whole] = [characters.slice(0, LONGEST).join(''), characters.slice(0, 1000).join('')]
  return html`<bdi title="${whole}">${start}…</bdi>`
}

/** With three digits; a dash for what has no value. */
export const decimal = (value: number | null, digits = 3): string =>
  value === null || Number.isNaN(value) ? '–' : value.toFixed(digits)

/** 1,616. */
export const whole = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** 1 row, 2 rows. */
export const plural = (count: number, word: string): string =>
  `${whole(count)} ${word}${count === 1 ? '' : 's'}`
