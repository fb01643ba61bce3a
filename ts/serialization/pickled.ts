/** Containers as a pickle fills them, before they become JavaScript's. */

/** A dict: its keys may be of any type. */
export class PickledDict {
  /** Keys and values in turn; a later key is worth more than an equal one before. */
  readonly items: unknown[]

  constructor(items: unknown[] = []) {
    this.items = items
  }

  /** The value of a text. */
  get(name: string): unknown {
    for (let i = this.items.length - 2; i >= 0; i -= 2) if (this.items[i] === name) return this.items[i + 1]
    return undefined
  }
}

/** A set or a frozenset. */
export class PickledSet {
  constructor(readonly values: unknown[] = []) {}
}
