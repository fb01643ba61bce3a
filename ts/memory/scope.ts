import { tagOf } from '../base/builtin.js'
import { runSynchronously } from '../base/synchronous.js'
import { signature } from '../call/signature.js'

/** An object that a scope frees at its end. */
interface Scoped {
  /** Whether it outlives the scope. */
  readonly isKept: boolean
  dispose(): void
}

/** The method by which an object with private fields lists the objects that it keeps alive. */
export const HELD: unique symbol = Symbol('held')

const SCOPE = signature('scope', 'work: function')

/** Storages made in the current scope; null outside of scopes. */
let made: Scoped[] | null = null

/** Adds a new storage to the current scope. */
export function track(storage: Scoped): void {
  made?.push(storage)
}

/**
 * Runs `work`, then immediately frees the tensors that were made in it. Never needed, but frees memory
 * early. Tensors that the result holds, directly or through its graph, survive, and so do parameters,
 * buffers, gradients, and the state of optimizers and metrics; a tensor that `work` stored elsewhere does not.
 *
 * @throws TypeError if `work` is asynchronous
 * @example const loss = torch.scope(() => criterion.forward(model.forward(x), y).item())
 */
export function scope<T>(work: () => T): T
export function scope(...args: unknown[]): unknown {
  const [work] = SCOPE.read(args)
  const outer = made
  const mine: Scoped[] = []
  made = mine
  let survivors: ReadonlySet<unknown> = new Set()
  try {
    const result = runSynchronously('scope', work)
    survivors = reachableFrom(result)
    return result
  } finally {
    made = outer
    for (const storage of mine) {
      if (storage.isKept || survivors.has(storage)) outer?.push(storage)
      else storage.dispose()
    }
  }
}

/**
 * Runs work of this package that keeps nothing but its results, and frees what else it made: a temporary that waits for the
 * collector costs more than the kernel that fills it.
 */
export function withoutRest<T extends readonly ({ readonly storage: Scoped } | null)[]>(work: () => T): T {
  const outer = made
  const mine: Scoped[] = []
  made = mine
  let results: T | [] = []
  try {
    const all = work()
    results = all
    return all
  } finally {
    made = outer
    for (const storage of mine) {
      const isResult = results.some((result) => result?.storage === storage)
      if (storage.isKept || isResult) outer?.push(storage)
      else storage.dispose()
    }
  }
}

/** Runs `work` outside of all scopes, so that they do not free what it makes. */
export function unscoped<T>(work: () => T): T {
  const outer = made
  made = null
  try {
    return work()
  } finally {
    made = outer
  }
}

const isHolder = (value: object): value is { [HELD](): unknown[] } => HELD in value

/** All objects that can be reached through fields, elements and entries. */
function reachableFrom(root: unknown): Set<unknown> {
  const seen = new Set<unknown>()
  const stack: unknown[] = [root]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (isHolder(value)) {
      for (const held of value[HELD]()) stack.push(held)
      continue
    }
    const tag = tagOf(value)
    if (ArrayBuffer.isView(value) || tag === 'ArrayBuffer') continue
    if (tag === 'Map') for (const entry of value as Map<unknown, unknown>) stack.push(entry[0], entry[1])
    if (tag === 'Set') for (const element of value as Set<unknown>) stack.push(element)
    for (const field of Object.values(value)) stack.push(field)
  }
  return seen
}
