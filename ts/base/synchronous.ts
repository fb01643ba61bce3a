import { isThenable, tagOf } from './builtin.js'
import { describe } from './check.js'

/**
 * The result of `work`, for functions that run it in a mode of their own, which would not apply to anything that runs later.
 *
 * @throws TypeError if `work` is not a function, is a generator, or returns a promise, whose rejection then counts as handled
 */
export function runSynchronously<T>(op: string, work: () => T): T {
  if (typeof work !== 'function') {
    throw new TypeError(`${op}: work must be a function, but got ${describe(work)}`)
  }
  const kind = tagOf(work)
  if (kind.endsWith('GeneratorFunction')) {
    throw new TypeError(
      `${op}: work must be synchronous, but it is a generator, which runs when it is gone through`,
    )
  }
  const result = work()
  if (!isThenable(result)) return result
  // The error below says what is wrong: the outcome of the promise is ignored.
  Promise.resolve(result).then(undefined, () => {})
  throw new TypeError(
    `${op}: work must be synchronous, but it returned a Promise: what follows its first await would run outside of ${op}; await first, then call ${op} with what is left`,
  )
}
