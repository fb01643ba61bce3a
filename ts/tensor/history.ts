/** The result of an operation that a tensor is, as far as tensors know it. Its class, in `ts/graph`, adds the rest by declaration merging. */
export interface History {
  /** Name of the operation. */
  readonly name: string
}

/** What users want to see of a leaf's gradient; its class is in `ts/graph` too. */
export interface GradientHooks {
  /** Registers a function; what is returned takes it away again. */
  add(hook: (gradient: never) => unknown): { remove(): void }
}
