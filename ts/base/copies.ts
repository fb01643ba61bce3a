/** Detects objects of another installed copy of softmargin: its classes have the same names but are different ones. */
import { COPY } from './errors.js'

const BRAND = Symbol.for('softmargin.copy')

/** Marks the objects of a class as belonging to this copy. */
export function brand(prototype: object): void {
  if (Object.hasOwn(prototype, BRAND)) return
  Object.defineProperty(prototype, BRAND, { value: COPY, configurable: true })
  // Tells Vue not to wrap it: a reactive proxy cannot access private fields.
  Object.defineProperty(prototype, '__v_skip', { value: true, configurable: true })
}

/** Whether an object belongs to another copy. */
export const isOfAnotherCopy = (value: object): boolean => BRAND in value && value[BRAND] !== COPY
