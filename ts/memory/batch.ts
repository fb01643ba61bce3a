/** Cells that were evicted together and are counted out together: registering each would take longer than evicting it. */

/** Shared by the cells of a batch, and held by nothing else. */
export interface Batch {
  readonly counts: Counts
}

/** The part of a batch that has neither moved back nor been released. */
interface Counts {
  cells: number
  bytes: number
}

/** The most cells of a batch of small ones. */
export const MAX_BATCH = 64

/** A function that makes empty batches, the rest of which `countOut` is told when one is collected. Some runtimes have no finalizers. */
export function batchesCountedBy(countOut: (counts: Counts) => void): () => Batch {
  if (typeof FinalizationRegistry === 'undefined') return () => ({ counts: { cells: 0, bytes: 0 } })
  const registered = new Map<number, Counts>()
  let last = 0
  const registry = new FinalizationRegistry<number>((number) => {
    countOut(registered.get(number) ?? { cells: 0, bytes: 0 })
    registered.delete(number)
  })
  return () => {
    const counts = { cells: 0, bytes: 0 }
    const batch = { counts }
    registered.set(++last, counts)
    registry.register(batch, last)
    return batch
  }
}
