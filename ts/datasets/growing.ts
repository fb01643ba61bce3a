import { RuntimeError } from '../base/errors.js'
import { MAX_ELEMENTS } from '../tensor/shape.js'
import { type Numbers, type Page, Palette, packed, type Target, writePage } from './packed_page.js'

/** Elements of a page: one that is full is never copied to grow. */
const PAGE = 2 ** 16
const FIRST = 64

type ArrayOf<D> = D extends 'float32' ? Float32Array<ArrayBuffer> : Int32Array<ArrayBuffer>

/**
 * Numbers of which nobody knows how many will come. Full pages are packed: the file's text, its numbers, and the tensor that these
 * become are in memory together. They are read once, and are gone from here after that.
 */
export class Growing<D extends 'float32' | 'int32'> {
  /** How many there are. */
  length = 0
  private pages: Page[] = []
  private page: Numbers
  private used = 0

  /** `op` is for the error where they are more than a tensor can hold. */
  constructor(
    private readonly op: string,
    private readonly dtype: D,
  ) {
    this.page = numbers(dtype, FIRST)
  }

  push(value: number): void {
    if (this.used === this.page.length) this.makeRoom()
    this.page[this.used++] = value
    this.length++
  }

  private makeRoom(): void {
    if (this.used < PAGE) {
      const larger = numbers(this.dtype, Math.min(PAGE, this.used * 4))
      larger.set(this.page)
      this.page = larger
      return
    }
    if (this.length + PAGE > MAX_ELEMENTS)
      throw new RuntimeError(
        `${this.op}: the file has more than ${MAX_ELEMENTS} numbers, which no tensor holds; parse it in parts`,
      )
    const stored = packed(this.page)
    this.pages.push(stored)
    if (stored === this.page) this.page = numbers(this.dtype, PAGE)
    this.used = 0
  }

  /** Whether all of them are 0 or 1. */
  get areBinary(): boolean {
    const isBinary = (value: number) => value === 0 || value === 1
    return (
      this.pages.every((page) => page instanceof Palette && page.colours.every(isBinary)) &&
      this.page.subarray(0, this.used).every(isBinary)
    )
  }

  /** The pages, each forgotten after it was given. */
  private *drain(): Generator<Page> {
    const { pages } = this
    for (let i = 0; i < pages.length; i++) {
      const page = pages[i]
      pages[i] = NOTHING
      yield page
    }
    yield this.page.subarray(0, this.used)
    this.pages = []
    this.page = numbers(this.dtype, FIRST)
    this.used = 0
    this.length = 0
  }

  /** Writes them to `target`. */
  writeTo(target: Target): void {
    let at = 0
    for (const page of this.drain()) {
      writePage(page, target, at)
      at += page.length
    }
  }

  /** Them as a typed array. */
  toArray(): ArrayOf<D> {
    const all = numbers(this.dtype, this.length)
    this.writeTo(all)
    return all as ArrayOf<D>
  }

  /** A function that gives one after the other. */
  reader(): () => number {
    const pages = this.drain()
    const buffer = numbers(this.dtype, PAGE)
    let at = 0
    let end = 0
    return () => {
      if (at === end) {
        const page = pages.next().value as Page
        writePage(page, buffer, 0)
        at = 0
        end = page.length
      }
      return buffer[at++]
    }
  }
}

const NOTHING = new Uint16Array(0)

function numbers(dtype: 'float32' | 'int32', length: number): Numbers {
  return dtype === 'float32' ? new Float32Array(length) : new Int32Array(length)
}
