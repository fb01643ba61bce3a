/** What a file holds and tensors here cannot: the rest of the file loads, and who reads it is told. */
import { RuntimeError } from '../base/errors.js'

/** Stands where something cannot be read. */
export class Unreadable {
  constructor(
    /** What is said of it, behind its name. */
    readonly reason: string,
    /** Made by code that was not run: then it must be left out by name. */
    readonly isForeign = false,
  ) {}
}

/** Puts in the place of an entry what throws when it is read; assignment replaces it. */
export function throwWhenRead(container: object, key: string, sentence: string): void {
  Object.defineProperty(container, key, {
    enumerable: true,
    configurable: true,
    get() {
      throw new RuntimeError(sentence)
    },
    set(value: unknown) {
      Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true })
    },
  })
}
