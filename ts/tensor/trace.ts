/**
 * Who watches operations, as an export of a graph does. Nothing watches otherwise: an operation then looks at one variable.
 * Every function that makes a tensor of others says so; one that is made of several operations may say what it is as a
 * whole, which is what counts for its result.
 */

/** Gets each operation after it ran. Tensors are `object` here, because they know of this file themselves. */
export interface Watcher {
  /** `results` are `name` of `inputs`, of which those that are null are not there; `options` are those of the operation's record. */
  operation(
    name: string,
    inputs: readonly (object | null)[],
    results: readonly object[],
    options: unknown,
  ): void
  /** A tensor was made, whose elements nothing has said yet. */
  made(name: string, tensor: object): void
  /** The elements of `target` are now those of `source`. */
  written(target: object, source: object): void
}

export let watcher: Watcher | null = null

/** Runs `work` watched. */
export function watched<T>(by: Watcher, work: () => T): T {
  const before = watcher
  watcher = by
  try {
    return work()
  } finally {
    watcher = before
  }
}

/** Gives `result`, which is `name` of `inputs` as a whole. */
export function asWhole<T extends object>(
  name: string,
  inputs: readonly (object | null)[],
  result: T,
  options?: unknown,
): T {
  if (watcher !== null) watcher.operation(name, inputs, [result], options)
  return result
}
