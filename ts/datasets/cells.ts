/** What a cell of a table says. */

const ZERO = 48
const NINE = 57

/** What stands for a missing value besides the empty cell, as in pandas; `?` is Weka's. */
const MISSING = new Set(
  '? na n/a nan -nan null none #n/a #na <na> -1.#ind 1.#ind -1.#qnan 1.#qnan'.split(' '),
)

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const INFINITE = /^([+-]?)inf(inity)?$/i

/** The largest number that rounds to a float32. */
const LARGEST = 3.4028235677973366e38

/** Whether a finite number is too large for float32. */
export const isTooLarge = (value: number) => (value >= LARGEST || value <= -LARGEST) && Number.isFinite(value)

/** The number of a cell: NaN if it is missing, undefined if it holds something else. Spaces around it do not count. */
export function numberOf(cell: string, missing: ReadonlySet<string> | null): number | undefined {
  const value = Number(cell)
  // All but what Number takes and a table does not mean: '', '  ', '0x10', '0b1'.
  if (value > 0 || value < 0 || (value === 0 && cell.charCodeAt(0) === ZERO)) {
    const isPlain = !(cell.charCodeAt(1) > NINE) && !(cell.charCodeAt(2) > NINE)
    if (isPlain && missing === null) return value
  }
  return carefully(cell.trim(), missing)
}

function carefully(cell: string, missing: ReadonlySet<string> | null): number | undefined {
  if (cell === '' || missing?.has(cell)) return Number.NaN
  if (NUMBER.test(cell)) return Number(cell)
  const lower = cell.toLowerCase()
  if (MISSING.has(lower)) return Number.NaN
  if (lower === 'true') return 1
  if (lower === 'false') return 0
  const infinite = INFINITE.exec(cell)
  return infinite === null
    ? undefined
    : infinite[1] === '-'
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
}
