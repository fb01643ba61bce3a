/** Containers while a pickle fills them, before they are converted to JavaScript's. */

/** The result of converting a container. */
export interface Built {
  readonly value: object
  /** Nesting depth of the parts built so far, including itself. */
  height: number
  /** Whether it is still being filled; if it is met then, it contains itself. */
  isOpen: boolean
}

/** Shared by all empty containers, of which a small file may have a million. */
const NOTHING: readonly unknown[] = []

/** A dict or a set. */
abstract class Pickled {
  built: Built | null = null
  private own: unknown[] | null

  /** Takes ownership of `items`. */
  constructor(items: unknown[] = []) {
    this.own = items.length === 0 ? null : items
  }

  /** Alternating keys and values, where later ones win; or a set's members. */
  get items(): readonly unknown[] {
    return this.own ?? NOTHING
  }

  add(items: readonly unknown[]): void {
    this.own ??= []
    for (const item of items) this.own.push(item)
  }
}

/** A dict: its keys may be of any type. */
export class PickledDict extends Pickled {
  /** The value for a string key. */
  get(name: string): unknown {
    for (let i = this.items.length - 2; i >= 0; i -= 2) if (this.items[i] === name) return this.items[i + 1]
    return undefined
  }
}

/** A set or a frozenset. */
export class PickledSet extends Pickled {}
