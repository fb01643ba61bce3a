/** Checks of what users pass: types do not hold every caller to them. */

import { isOfAnotherCopy } from './copies.js'

/** Classes, by prototype, whose name is not their constructor's. */
export const classNames = new Map<unknown, string>()

/** A value as an error names it. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `string ${value.slice(0, 80)}`
  if (typeof value === 'bigint') return `bigint ${value}`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  const name = className(value)
  return isOfAnotherCopy(value)
    ? `a ${name} of another copy of softmargin: import one copy of it everywhere`
    : name
}

function className(value: object): string {
  const known = classNames.get(Object.getPrototypeOf(value))
  if (known !== undefined) return known
  const type = (value as { constructor?: unknown }).constructor
  return typeof type === 'function' && type.name !== '' ? String(type.name) : 'object'
}

/** Throws unless `value` is a number: nothing else may reach a kernel, which would ask it for its value. */
export function checkNumber(op: string, argument: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${op}: ${argument} must be a number, but got ${describe(value)}`)
  }
}

/** Throws unless `value` is a boolean. */
export function checkBoolean(op: string, argument: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${op}: ${argument} must be a boolean, but got ${describe(value)}`)
  }
}
