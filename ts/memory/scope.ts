import type { Storage } from './storage.js'

/** What was made in the scope that is running, if one is. */
let made: Storage[] | null = null

/** Notes a new storage. */
export function record(storage: Storage): void {
  made?.push(storage)
}

/**
 * Runs `work` and frees at once the tensors that were made in it, for those who want to be early; never
 * needed. What the result holds, directly or through its graph, lives on, and so do parameters,
 * buffers, gradients, and the state of optimizers and metrics; a tensor that `work` stored elsewhere does not.
 *
 * @throws TypeError if `work` is asynchronous
 * @example const loss = torch.scope(() => criterion.forward(model.forward(x), y).item())
 */
export function scope<T>(work: () => T): T {
  const outer = made
  const mine: Storage[] = []
  made = mine
  let survivors: ReadonlySet<unknown> = new Set()
  try {
    const result = work()
    survivors = reachableFrom(result)
    if (result instanceof Promise) {
      throw new TypeError('scope: work must be synchronous, but it returned a Promise')
    }
    return result
  } finally {
    made = outer
    for (const storage of mine) {
      if (storage.isKept || survivors.has(storage)) outer?.push(storage)
      else storage.dispose()
    }
  }
}

/** Runs `work`, which makes what its owner keeps, as if outside of all scopes. */
export function unscoped<T>(work: () => T): T {
  const outer = made
  made = null
  try {
    return work()
  } finally {
    made = outer
  }
}

/** All objects that fields, elements and entries lead to. */
function reachableFrom(root: unknown): Set<unknown> {
  const seen = new Set<unknown>()
  const stack: unknown[] = [root]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) continue
    if (value instanceof Map || value instanceof Set) for (const entry of value.values()) stack.push(entry)
    for (const field of Object.values(value)) stack.push(field)
  }
  return seen
}
