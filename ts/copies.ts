/** Tells objects of another installed copy of softmargin, whose classes are not ours although they are called the same. */
import { COPY } from './errors.js'

const BRAND = Symbol.for('softmargin.copy')

/** Marks objects of a class as this copy's. */
export function brand(prototype: object): void {
  Object.defineProperty(prototype, BRAND, { value: COPY, configurable: true })
}

/** Whether it is an object of another copy. */
export const isOfAnotherCopy = (value: object): boolean => BRAND in value && value[BRAND] !== COPY
