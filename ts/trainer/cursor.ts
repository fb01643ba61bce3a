/** An epoch of a data loader, batch by batch, that can be entered in the middle. */
import { describe } from '../base/check.js'
import { DataLoader } from '../data/dataloader.js'

/** Makes a batch, perhaps a promise of it. */
export type MakeBatch = () => unknown

export interface Cursor {
  /** Makes the next batch when it is called; null at the end. Draws the order, but reads no rows where they have indices. */
  next(): Promise<MakeBatch | null>
  /** Ends the epoch before its end. */
  close(): void
}

/** Throws unless it can be gone through once an epoch. */
export function checkLoader(argument: string, loader: unknown): asserts loader is object {
  const isObject = typeof loader === 'object' && loader !== null
  if (!isObject || !(Symbol.iterator in loader || Symbol.asyncIterator in loader)) {
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
  if (loader instanceof DataLoader) return ofSteps(loader.steps())
  if (Symbol.asyncIterator in loader) {
    const iterator = (loader as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    return ofIterator(iterator)
  }
  return ofIterator((loader as Iterable<unknown>)[Symbol.iterator]())
}

function ofSteps(steps: Iterator<MakeBatch> | AsyncIterator<MakeBatch>): Cursor {
  return {
    async next() {
      const { done, value } = await steps.next()
      return done ? null : (value as MakeBatch)
    },
    close: () => void steps.return?.(),
  }
}

function ofIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>): Cursor {
  return {
    async next() {
      const { done, value } = await iterator.next()
      return done ? null : () => value
    },
    close: () => void iterator.return?.(),
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
