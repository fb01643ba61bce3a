/** An epoch of a data loader, batch by batch, that can be entered in the middle. */
import { isThenable } from '../base/builtin.js'
import { describe } from '../base/check.js'
import { DataLoader } from '../data/dataloader.js'

/** Makes a batch, perhaps a promise of it. */
export type MakeBatch = () => unknown

export interface Cursor {
  /** Makes the next batch when it is called; null at the end. Draws the order, but reads no rows where they have indices. */
  next(): MakeBatch | null | Promise<MakeBatch | null>
  /** Ends the epoch before its end. */
  close(): Promise<void> | null
  /** The same after an error, which stays the one that is told. */
  abandon(): Promise<void>
}

export const isIterable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)

/** Throws unless it can be gone through once an epoch. */
export function checkLoader(argument: string, loader: unknown): asserts loader is object {
  if (!isIterable(loader)) {
    throw new TypeError(
      `fit: ${argument} must be a DataLoader or another iterable of batches, but got ${describe(loader)}`,
    )
  }
  if ('next' in loader && typeof loader.next === 'function') {
    throw new TypeError(
      `fit: ${argument} must be gone through in each epoch, but got an iterator, which is spent after one`,
    )
  }
}

/** Begins an epoch. */
export function openCursor(loader: object): Cursor {
  if (loader instanceof DataLoader) return cursorOf(loader.steps(), (make) => make as MakeBatch)
  const iterator =
    Symbol.asyncIterator in loader
      ? (loader as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (loader as Iterable<unknown>)[Symbol.iterator]()
  return cursorOf(iterator, (batch) => () => batch)
}

function cursorOf(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  makerOf: (value: unknown) => MakeBatch,
): Cursor {
  let isOver = false
  let isPending = false
  const taken = ({ done, value }: IteratorResult<unknown>) => {
    isPending = false
    if (done) isOver = true
    return done ? null : makerOf(value)
  }
  const close = () => {
    if (isOver) return null
    isOver = true
    const closed: unknown = iterator.return?.()
    return isThenable(closed) ? Promise.resolve(closed).then(() => {}) : null
  }
  return {
    next() {
      const result: unknown = iterator.next()
      if (!isThenable(result)) return taken(result as IteratorResult<unknown>)
      isPending = true
      return Promise.resolve(result as PromiseLike<IteratorResult<unknown>>).then(taken)
    },
    close,
    async abandon() {
      // An iterator that is waited for closes after that, which may never come.
      const waits = isPending
      try {
        const closed = close()
        if (waits) closed?.catch(() => {})
        else await closed
      } catch {}
    },
  }
}

/** The number of batches, if the loader knows it. */
export function batchesOf(loader: object): number | null {
  try {
    const { length } = loader as { length?: unknown }
    return typeof length === 'number' && length >= 0 ? length : null
  } catch {
    return null
  }
}
