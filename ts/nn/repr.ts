/** A number, a boolean, null or a pair as Python prints it. */
export function repr(value: number | boolean | null | readonly (number | null)[]): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'number') return `(${value.map(repr).join(', ')})`
  const [digits, exponent] = value.toExponential().split('e-')
  // Python uses exponents below 1e-4, with two digits.
  return Number(exponent) > 4 ? `${digits}e-${exponent.padStart(2, '0')}` : String(value)
}

/** Numbers as Python prints a tuple. */
export const tuple = (values: readonly (number | null)[]): string =>
  values.length === 1 ? `(${repr(values[0])},)` : repr(values)

/** A number as Python prints a float. */
export const float = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : repr(value))
