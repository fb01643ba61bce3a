/**
 * `tensor[i]`, `tensor[i] = value`, `tensor['1:3, 0']`, `for (const row of tensor)`, and unknown property names. The prototype of
 * Tensor.prototype is a proxy, which only unknown names reach, so that known ones cost nothing.
 */

import { IndexError } from '../base/errors.js'
import { gradEnabled } from '../graph/grad_mode.js'
import { partsOf, type Subscript, subscript } from '../ops/indexing/subscript.js'
import { assign } from '../ops/shape/in_place.js'
import { checkIndex, select } from '../ops/shape/slice.js'
import { bytesPerElement, elementsOf } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import { type Row, Tensor } from '../tensor/tensor.js'
import { unlisted } from './methods/add.js'
import { refuseRead, refuseWrite } from './stray_names.js'

declare module '../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Iterates over the rows, as in `tensor[i]`. */
    [Symbol.iterator](): Generator<Row<S>>
    // With noUncheckedIndexedAccess `x[i]` may be undefined for the compiler, but not these.
    /** The first row. */
    0: Row<S>
    1: Row<S>
    2: Row<S>
    3: Row<S>
    4: Row<S>
    5: Row<S>
    6: Row<S>
    7: Row<S>
    8: Row<S>
    9: Row<S>
    /** The last row. */
    [-1]: Row<S>
    [-2]: Row<S>
    /**
     * What Python has between brackets, in quotes: whole numbers, slices, `None` and `...`. A view; an assignment writes to it.
     * `any`, because numbers and tensors can be assigned.
     *
     * @example
     * const column = x[':, 0']
     * x['1:3, ::2'] = 0
     */
    // biome-ignore lint/suspicious/noExplicitAny: said above.
    [index: `${string}:${string}`]: any
    // biome-ignore lint/suspicious/noExplicitAny: said above.
    [index: `${string}, ${string}`]: any
    // biome-ignore lint/suspicious/noExplicitAny: said above.
    [index: `...${string}`]: any
  }
}

/** The index that a property name represents, as JavaScript spells numbers; else null. */
function indexOf(key: string): number | null {
  const index = Number(key)
  return String(index) === key || key === '-0' ? index : null
}

/**
 * The indices of `x['1:3, 0']`, else null. Of whole numbers alone only with spaces: without them JavaScript also spells the array of
 * `x[[0, 1]]`, which torch would take for rows.
 */
const quoted = (key: string): readonly Subscript[] | null =>
  /:|[.]{3}|None|, | ,/.test(key) ? partsOf(key) : null

function checkRow(x: Tensor, index: number): number {
  if (x.dim() === 0) {
    throw new IndexError(
      'invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number',
    )
  }
  return checkIndex(index, 0, x.shape[0])
}

/** Byte offset of an element of a vector. */
const placeOf = (x: Tensor, index: number): number =>
  x.byteOffset + index * (x.strides === null ? 1 : x.strides[0]) * bytesPerElement[x.dtype]

/** The element of a vector as a number, or the row as a view. */
function read(x: Tensor, index: number): unknown {
  const row = checkRow(x, index)
  if (x.dim() > 1) return select(x, 0, row)
  return elementsOf(x.dtype, x.storage.read(placeOf(x, row), bytesPerElement[x.dtype]))[0]
}

function write(x: Tensor, index: number, value: unknown): void {
  const row = checkRow(x, index)
  const isRecorded = gradEnabled && (x.requires_grad || x.viewOf !== null)
  if (x.dim() === 1 && x.dtype === 'float32' && typeof value === 'number' && !isRecorded) {
    const bytes = new Uint8Array(Float32Array.of(value).buffer)
    x.storage.change(() => x.storage.write(placeOf(x, row), bytes))
  } else {
    assign(select(x, 0, row), value)
  }
}

const rows: ProxyHandler<object> = {
  get(target, key, receiver) {
    if (typeof key === 'symbol' || key in target || !(receiver instanceof Tensor)) {
      return Reflect.get(target, key, receiver)
    }
    const index = indexOf(key)
    if (index !== null) return read(receiver, index)
    const property = unlisted.get(key)
    if (property !== undefined) return property(receiver)
    const parts = quoted(key)
    return parts === null ? refuseRead(key) : subscript(receiver, parts)
  },
  set(target, key, value, receiver) {
    if (typeof key === 'symbol' || !(receiver instanceof Tensor)) {
      return Reflect.set(target, key, value, receiver)
    }
    const index = indexOf(key)
    const parts = index === null ? quoted(key) : null
    if (index !== null) write(receiver, index, value)
    else if (parts !== null) assign(subscript(receiver, parts), value)
    else refuseWrite(key)
    return true
  },
}

/** An iteration over rows; `isPaired` if another was created before its first step. */
interface Walk {
  isPaired: boolean
}

let begun: Walk | null = null

/**
 * Iterates over the rows. A 0-d tensor has none and throws; but `toEqual` of vitest and jest iterates
 * over two tensors in parallel, and then gets the element: only that code creates a second iterator before the first one's first step.
 */
function iterate(this: Tensor): Generator<unknown> {
  const walk = { isPaired: begun !== null }
  if (begun !== null) begun.isPaired = true
  begun = walk
  return rowsOf(this, walk)
}

function* rowsOf(x: Tensor, walk: Walk): Generator<unknown> {
  begun = null
  if (x.dim() > 0) {
    for (let row = 0; row < x.shape[0]; row++) yield x[row]
  } else if (walk.isPaired) yield x.item()
  else throw new TypeError('iteration over a 0-d tensor')
}

Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  value: iterate,
  writable: true,
  configurable: true,
})
Object.setPrototypeOf(Tensor.prototype, new Proxy({}, rows))
