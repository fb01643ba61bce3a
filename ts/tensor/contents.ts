/**
 * The view of a tensor for `toEqual` of vitest and jest, `assert.deepStrictEqual` and `structuredClone`. They read
 * own properties, and a tensor has only this one: a proxy that fills its target with dtype, shape
 * and values when any is read. Every runtime refuses to clone a proxy, so no empty clone of a tensor is made.
 */
import { elementsOf } from './dtype.js'
import { type Elements, readElements } from './elements.js'
import { nestedOf } from './nested.js'

/** The targets that were filled, and the storage's version then. */
const filled = new WeakMap<object, number>()

/** Fills the target of a tensor's proxy, unless it is. */
export function fill(target: object, source: Elements): object {
  const { dtype, shape, storage } = source
  storage.checkAlive()
  if (filled.get(target) === storage.version) return target
  const values = nestedOf(elementsOf(dtype, readElements(source)), shape, dtype)
  filled.set(target, storage.version)
  return Object.assign(target, { dtype, shape, values })
}
