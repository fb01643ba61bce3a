/** Tells objects of another installed copy of softmargin, whose classes are not ours although they are called the same. */
import { COPY } from './errors.js'

const BRAND = Symbol.for('softmargin.copy')

/** Marks objects of a class as this copy's. */
export function brand(prototype: object): void {
  if (Object.hasOwn(prototype, BRAND)) return
  Object.defineProperty(prototype, BRAND, { value: COPY, configurable: true })
  // Vue's mark of what it leaves as it is: a reactive proxy would not reach what is private.
  Object.defineProperty(prototype, '__v_skip', { value: true, configurable: true })
}

/** Whether it is an object of another copy. */
export const isOfAnotherCopy = (value: object): boolean => BRAND in value && value[BRAND] !== COPY
