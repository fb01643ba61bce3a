/**
 * Cosine and powers with the same result in every engine; `Math.cos` and `**` differ between engines in the last digit. A number
 * is an unevaluated sum of two float64 (about 106 bits), and only operations that IEEE 754 defines exactly are used. Results are
 * rounded once: except for about one case in 2^40 they are the nearest float64, as glibc's and therefore Python's nearly always are.
 */

/** A sum of two numbers that do not overlap. */
type Double = readonly [high: number, low: number]

/** The sum of two numbers, and its rounding error (Knuth). */
function twoSum(a: number, b: number): Double {
  const sum = a + b
  const part = sum - a
  return [sum, a - (sum - part) + (b - part)]
}

/** The first 26 bits of a number: products of such halves are exact (Veltkamp). */
function firstHalf(a: number): number {
  const scaled = 134217729 * a
  return scaled - (scaled - a)
}

/** What rounding took off `product`, which is `a * b` (Dekker). */
function productError(product: number, a: number, b: number): number {
  const aHigh = firstHalf(a)
  const bHigh = firstHalf(b)
  const aLow = a - aHigh
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

function add(a: Double, b: Double): Double {
  const sum = twoSum(a[0], b[0])
  return twoSum(sum[0], sum[1] + a[1] + b[1])
}

function multiply(a: Double, b: Double): Double {
  const product = a[0] * b[0]
  return twoSum(product, productError(product, a[0], b[0]) + a[0] * b[1] + a[1] * b[0])
}

function divide(a: Double, by: number): Double {
  const quotient = a[0] / by
  const product = quotient * by
  return twoSum(quotient, (a[0] - product - productError(product, quotient, by) + a[1]) / by)
}

/** π / 2 in three parts. */
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const

/** The cosine of an angle. It loses digits beyond 2^26 quarter turns, which no schedule reaches. */
export function cosine(angle: number): number {
  if (!Number.isFinite(angle)) return Number.NaN
  const quarters = Math.round(angle / HALF_PI[0])
  let rest: Double = [angle, 0]
  for (const part of HALF_PI) {
    const product = -quarters * part
    rest = add(rest, [product, productError(product, -quarters, part)])
  }
  const square = multiply(rest, rest)
  // cos x = 1 - x²/2! + x⁴/4! …; sin x = x (1 - x²/3! + x⁴/5! …)
  const isSine = quarters % 2 !== 0
  let sum: Double = [1, 0]
  for (let n = isSine ? 27 : 26; n > 1; n -= 2) {
    const term = divide(multiply(square, sum), n * (n - 1))
    sum = add([1, 0], [-term[0], -term[1]])
  }
  const [high, low] = isSine ? multiply(rest, sum) : sum
  // In quarters 1 and 2 of each turn the sign is negative.
  const quarter = ((quarters % 4) + 4) % 4
  return quarter === 1 || quarter === 2 ? -(high + low) : high + low
}

/** `base ^ exponent`. Falls back to the engine's `**` if the exponent is not an integer, or exceeds 2^30. */
export function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 2 ** 30) return base ** exponent
  const [high, low] = wholePower(base, Math.abs(exponent))
  // After an overflow there is no low part, and for tiny results it does not matter.
  const result = Number.isFinite(low) ? high + low : high
  if (exponent >= 0) return Number.isNaN(result) ? base ** exponent : result
  const inverse = divideInto(1, [high, low])
  return Number.isFinite(inverse) && inverse !== 0 ? inverse : base ** exponent
}

function wholePower(base: number, exponent: number): Double {
  let result: Double = [1, 0]
  let square: Double = [base, 0]
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square)
    if (rest > 1) square = multiply(square, square)
  }
  return result
}

function divideInto(one: number, [high, low]: Double): number {
  const quotient = one / high
  const product = quotient * high
  return quotient + (one - product - productError(product, quotient, high) - quotient * low) / high
}

/** The root of integer degree of a non-negative number: the engine's result, corrected by Newton's method. */
export function root(x: number, degree: number): number {
  if (degree === 2) return Math.sqrt(x)
  const guess = x ** (1 / degree)
  if (!Number.isInteger(degree) || degree < 1 || !(guess > 0 && guess < Number.POSITIVE_INFINITY))
    return guess
  const [high, low] = wholePower(guess, degree)
  const step = (high - x + low) / (degree * (high / guess))
  return Number.isFinite(step) ? guess - step : guess
}
