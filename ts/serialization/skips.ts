import { ValueError } from '../base/errors.js'
import { quote } from './source.js'

/** Entries to skip, by dotted names from the outermost container inwards. */
export class Skips {
  private constructor(
    private readonly names: readonly { readonly whole: string; readonly rest: string }[],
    /** Names that were found. */
    private readonly met: Set<string>,
  ) {}

  static of(names: readonly string[]): Skips {
    return new Skips(
      names.map((name) => ({ whole: name, rest: name })),
      new Set(),
    )
  }

  /** Whether nothing is skipped. */
  get areNone(): boolean {
    return this.names.length === 0
  }

  /** What to skip inside of the entry `key`; null for all of it. */
  below(key: string): Skips | null {
    if (this.names.length === 0) return this
    const inside: { whole: string; rest: string }[] = []
    for (const { whole, rest } of this.names) {
      if (rest === key) {
        this.met.add(whole)
        return null
      }
      if (rest[key.length] === '.' && rest.startsWith(key))
        inside.push({ whole, rest: rest.slice(key.length + 1) })
    }
    return new Skips(inside, this.met)
  }

  /** Throws if a name was not found: it may be misspelt. */
  checkMet(): void {
    const unmet = this.names.find(({ whole }) => !this.met.has(whole))
    if (unmet !== undefined) {
      throw new ValueError(`load: skip has the name ${quote(unmet.whole)}, which is not in the file`)
    }
  }
}
