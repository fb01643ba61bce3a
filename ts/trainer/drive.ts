/**
 * Work that waits only where there is something to wait for. An `await` ends the job even if it waits for nothing, and at the end of a job
 * all tensors that may still be alive are registered with the collector, which takes longer than a small batch.
 */

/** Yields what is to be waited for, and is sent what comes of it. */
export type Steps<T> = Generator<PromiseLike<unknown>, T, unknown>

/** Runs them: without a break as long as nothing is yielded. */
export function drive<T>(steps: Steps<T>): T | Promise<T> {
  const { done, value } = steps.next()
  return done ? value : goOn(steps, value)
}

async function goOn<T>(steps: Steps<T>, first: PromiseLike<unknown>): Promise<T> {
  let waited = first
  for (;;) {
    let result: unknown
    let failed = false
    try {
      result = await waited
    } catch (error) {
      failed = true
      result = error
    }
    const { done, value } = failed ? steps.throw(result) : steps.next(result)
    if (done) return value
    waited = value
  }
}
