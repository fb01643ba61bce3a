import { ValueError } from '../base/errors.js'

/** The number of batches under a limit: a number of them, or a fraction. @throws ValueError for a fraction of an unknown number, or of too few */
export function limited(name: string, limit: number | null, batches: number | null): number | null {
  if (limit === null) return batches
  if (limit >= 1 || limit === 0) return batches === null ? limit : Math.min(limit, batches)
  if (batches === null) {
    throw new ValueError(
      `Trainer: ${name}=${limit}, a fraction, needs a loader whose number of batches is known`,
    )
  }
  const some = Math.floor(limit * batches)
  if (some > 0 || batches === 0) return some
  throw new ValueError(
    `Trainer: ${name}=${limit} of ${batches} batches is less than one: at least ${1 / batches}, or a number of batches`,
  )
}
