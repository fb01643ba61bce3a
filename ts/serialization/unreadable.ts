/** Parts of a file that are not supported: the rest of the file loads, and reading such a part throws. */
import { RuntimeError } from '../base/errors.js'

/** Placeholder for a part that cannot be read. */
export class Unreadable {
  constructor(
    /** The error message, to follow its name. */
    readonly reason: string,
    /** Whether code that was not run would have made it: then it must be skipped by name. */
    readonly isForeign = false,
  ) {}
}

/** Makes an entry throw when it is read; assignment replaces it. */
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
