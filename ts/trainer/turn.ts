import type { State } from './state.js'

/** Between batches: gives others their turn, waits while it is paused, ends for the signal. Null if there is nothing to wait for. */
export function turn(state: State): Promise<void> | null {
  const due = state.breath?.due() ?? null
  if (due !== null || state.paused !== null) return wait(state, due)
  state.signal?.throwIfAborted()
  return null
}

async function wait(state: State, due: Promise<void> | null): Promise<void> {
  const { signal } = state
  await due
  signal?.throwIfAborted()
  while (state.paused !== null) await unlessAborted(state.paused.promise, signal)
}

/** Waits for `promise`, which may never settle, or until the signal aborts. @throws its reason */
export async function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return promise
  signal.throwIfAborted()
  let end = () => {}
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason)
    signal.addEventListener('abort', end)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', end)
  }
}
