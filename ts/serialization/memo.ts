/** A pickle's memo: values by index. */
export class Memo {
  /** Values with consecutive indices, as in honest pickles. */
  private readonly inOrder: unknown[] = []
  /** Values with other indices, by {@link keyOf}. */
  private readonly others = new Map<number, unknown>()
  private readonly secret = Math.floor(Math.random() * 2 ** 32)

  /** Holds at most `most` values; `invalid` makes an error from a message. */
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
   * A secret permutation of 32-bit numbers. Without it, a hostile file could use only indices that collide in an
   * engine's hash table.
   */
  private keyOf(index: number): number {
    let key = Math.imul(index ^ this.secret, 0x9e3779b1)
    key = Math.imul(key ^ (key >>> 15) ^ this.secret, 0x85ebca6b)
    return key ^ (key >>> 13)
  }
}
