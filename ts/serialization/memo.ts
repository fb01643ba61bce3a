/** What a pickle remembers, by index. */
export class Memo {
  /** By index, as pickles count. */
  private readonly inOrder: unknown[] = []
  /** Those out of order, by {@link keyOf}. */
  private readonly others = new Map<number, unknown>()
  private readonly secret = Math.floor(Math.random() * 2 ** 32)

  /** Holds at most `most`; `invalid` makes the error of what is wrong. */
  constructor(
    private readonly most: number,
    private readonly invalid: (what: string) => Error,
  ) {}

  get size(): number {
    return this.inOrder.length + this.others.size
  }

  set(index: number, value: unknown): void {
    if (index < this.inOrder.length) {
      this.inOrder[index] = value
      return
    }
    if (this.size === this.most) throw this.invalid(`it remembers more than ${this.most} values`)
    if (index === this.size && this.others.size === 0) this.inOrder.push(value)
    else this.others.set(this.keyOf(index), value)
  }

  get(index: number): unknown {
    if (index < this.inOrder.length) return this.inOrder[index]
    const key = this.keyOf(index)
    if (!this.others.has(key)) throw this.invalid(`it recalls value ${index}, which it does not remember`)
    return this.others.get(key)
  }

  /**
   * A number of 32 bits in the place of another, by a secret permutation: which numbers fall together in an
   * engine's hash table anyone can know, and a file could have only such.
   */
  private keyOf(index: number): number {
    let key = Math.imul(index ^ this.secret, 0x9e3779b1)
    key = Math.imul(key ^ (key >>> 15) ^ this.secret, 0x85ebca6b)
    return key ^ (key >>> 13)
  }
}
