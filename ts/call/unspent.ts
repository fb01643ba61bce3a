import { ValueError } from '../base/errors.js'

/**
 * The elements of an iterable.
 *
 * @throws ValueError if there are none, as on the second use of an iterator: `model.parameters()` kept in a variable is exhausted by its first use
 */
export function* unspent<T>(op: string, argument: string, values: Iterable<T>): Generator<T> {
  let isEmpty = true
  for (const value of values) {
    isEmpty = false
    yield value
  }
  const isIterator = 'next' in values && typeof values.next === 'function'
  if (!isIterator || !isEmpty) return
  throw new ValueError(
    `${op}: ${argument} is an iterator that gives nothing: it was gone through before, or there was nothing to begin with; make it anew for each use, or keep an array`,
  )
}
