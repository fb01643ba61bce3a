import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'

/** Elements of a page: one that is full is never copied to grow. */
const PAGE = 2 ** 16
const FIRST = 64

type ArrayOf<D> = D extends 'float32' ? Float32Array<ArrayBuffer> : Int32Array<ArrayBuffer>
type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>
type Page = Numbers | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

/**
 * Numbers of which nobody knows how many will come. A full page is stored as bytes, or as 16-bit integers, if all of its numbers fit:
 * the file's text, its numbers, and the tensor that these become are in memory together.
 */
export class Growing<D extends 'float32' | 'int32'> {
  /** How many there are. */
  length = 0
  private pages: Page[] = []
  private page: Numbers
  private used = 0

  constructor(private readonly dtype: D) {
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
    const stored = narrowed(this.page)
    this.pages.push(stored)
    if (stored === this.page) this.page = numbers(this.dtype, PAGE)
    this.used = 0
  }

  /** Calls `work` with all numbers, from the first page to the last, and forgets each page after that. */
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

  /** The numbers as a typed array. They are gone from here after that. */
  toArray(): ArrayOf<D> {
    const all = numbers(this.dtype, this.length)
    let at = 0
    for (const page of this.drain()) {
      all.set(page, at)
      at += page.length
    }
    return all as ArrayOf<D>
  }

  /** The numbers as a tensor. They are gone from here after that. */
  toTensor<S extends Shape>(op: string, shape: S): Tensor<S> {
    const result = empty(op, shape, this.dtype)
    const widened = numbers(this.dtype, Math.min(PAGE, this.length))
    let offset = 0
    for (const page of this.drain()) {
      widened.set(page)
      const bytes = new Uint8Array(widened.buffer, 0, page.length * 4)
      result.storage.write(offset, bytes)
      offset += bytes.length
    }
    return result
  }

  /** All numbers, in the order in which they came, which stay. */
  *[Symbol.iterator](): Generator<number> {
    for (const page of this.pages) yield* page
    yield* this.page.subarray(0, this.used)
  }
}

const NOTHING = new Uint8Array(0)

function numbers(dtype: 'float32' | 'int32', length: number): Numbers {
  return dtype === 'float32' ? new Float32Array(length) : new Int32Array(length)
}

/** The same numbers in fewer bytes, or the page itself. */
function narrowed(page: Numbers): Page {
  let most = 0
  for (const value of page) {
    // Neither fractions nor NaN nor -0.
    if (!(value >= 0 && value <= 0xffff) || value !== (value | 0) || Object.is(value, -0)) return page
    if (value > most) most = value
  }
  return most <= 0xff ? Uint8Array.from(page) : Uint16Array.from(page)
}
