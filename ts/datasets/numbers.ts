/** Numbers in bytes of text, without making texts of them. */

const ZERO = 48
const NINE = 57
const POINT = 46
const PLUS = 43
const MINUS = 45
/** `e`; with the bit of lower case set, `E` is the same. */
const LETTER_E = 101

/** Up to here powers of ten are exact. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i)

/** Digits of which an integer below 2^53 has at most so many. */
const DIGITS = 15

/**
 * The number that the bytes from `start` to `end` spell, rounded as JavaScript rounds it; undefined if they spell none. `nan` and
 * `inf` are numbers, as in Python.
 */
export function numberIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start
  const sign = bytes[at]
  if (sign === MINUS || sign === PLUS) at++
  let digits = 0
  let mantissa = 0
  const whole = at
  for (; at < end && bytes[at] >= ZERO && bytes[at] <= NINE; at++)
    mantissa = mantissa * 10 + (bytes[at] - ZERO)
  digits = at - whole
  let fraction = 0
  if (at < end && bytes[at] === POINT) {
    at++
    const point = at
    for (; at < end && bytes[at] >= ZERO && bytes[at] <= NINE; at++)
      mantissa = mantissa * 10 + (bytes[at] - ZERO)
    fraction = at - point
    digits += fraction
  }
  if (digits === 0) return wordIn(bytes, start, end)
  let exponent = 0
  if (at < end && (bytes[at] | 32) === LETTER_E) {
    at++
    const isNegative = bytes[at] === MINUS
    if (at < end && (isNegative || bytes[at] === PLUS)) at++
    const first = at
    for (; at < end && bytes[at] >= ZERO && bytes[at] <= NINE; at++)
      exponent = exponent * 10 + (bytes[at] - ZERO)
    if (at === first) return undefined
    if (isNegative) exponent = -exponent
  }
  if (at !== end) return undefined
  const power = exponent - fraction
  // An exact integer times or over an exact power of ten is rounded once (Clinger).
  if (digits <= DIGITS && power >= -22 && power <= 22) {
    const value = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power]
    return sign === MINUS ? -value : value
  }
  return Number(asciiOf(bytes, start, end))
}

function wordIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  // `-infinity` is the longest.
  if (end - start > 9) return undefined
  const [, sign, word] = /^([+-]?)(nan|inf|infinity)$/i.exec(asciiOf(bytes, start, end)) ?? []
  if (word === undefined) return undefined
  if (word.toLowerCase() === 'nan') return Number.NaN
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** One character for each byte. */
function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i])
  return text
}

/** The integer without a sign that the bytes spell; -1 if they spell none below 2^31. */
export function indexIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - ZERO
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
    if (value > 0x7fffffff) return -1
  }
  return end > start ? value : -1
}
