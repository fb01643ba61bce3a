/** The part of a graph edge that tensors know. Its class in `ts/graph` adds the rest by declaration merging. */
export interface History {
  /** Name of the operation. */
  readonly name: string
}

/** Hooks on a leaf's gradient; their class is in `ts/graph` too. */
export interface GradientHooks {
  /** Registers a function; the returned handle removes it. */
  add(hook: (gradient: never) => unknown): { remove(): void }
}
