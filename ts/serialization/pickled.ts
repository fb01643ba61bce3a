/** Containers as a pickle fills them, before they become JavaScript's. */

/** What a container became. */
export interface Built {
  readonly value: object
  /** Levels of containers in it, itself included, as far as they are built. */
  height: number
  /** Whether members are still to come: then it cannot stand inside itself. */
  isOpen: boolean
}

/** Shared by all that are empty: a small file may have a million of them. */
const NOTHING: readonly unknown[] = []

/** A dict or a set. */
abstract class Pickled {
  built: Built | null = null
  private own: unknown[] | null

  /** Takes over `items`. */
  constructor(items: unknown[] = []) {
    this.own = items.length === 0 ? null : items
  }

  /** Keys and values in turn, a later one worth more than an equal key's before; a set's members. */
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
  /** The value of a text. */
  get(name: string): unknown {
    for (let i = this.items.length - 2; i >= 0; i -= 2) if (this.items[i] === name) return this.items[i + 1]
    return undefined
  }
}

/** A set or a frozenset. */
export class PickledSet extends Pickled {}
