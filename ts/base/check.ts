/** Checks of arguments at run time, for callers without TypeScript. */

import { isOfAnotherCopy } from './copies.js'

/** By prototype: names of classes that differ from their constructor's. */
export const classNames = new Map<unknown, string>()

/** A value as error messages describe it. */
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

/** Throws unless `value` is a number: anything else would be coerced when it is passed to a kernel. */
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
