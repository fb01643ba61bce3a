/**
 * `tensor[i]`, `tensor[i] = value` and `for (const row of tensor)`. A proxy as the prototype of Tensor.prototype: only names that
 * no tensor has reach it, so that everything else costs what it costs without.
 */
import { is_grad_enabled } from '../autograd/grad_mode.js'
import { IndexError } from '../errors.js'
import { assign } from '../ops/in_place.js'
import { checkIndex, select } from '../ops/slice.js'
import { bytesPerElement, elementsOf } from './dtype.js'
import type { Shape } from './shape.js'
import { type Row, Tensor } from './tensor.js'

declare module './tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Walks over the rows, as `tensor[i]` gives them. */
    [Symbol.iterator](): Generator<Row<S>>
  }
}

/** The index that a property's name stands for, or null: numbers as JavaScript writes them. */
function indexOf(key: string | symbol): number | null {
  if (typeof key === 'symbol') return null
  const index = Number(key)
  return String(index) === key || key === '-0' ? index : null
}

function checkRow(x: Tensor, index: number): number {
  if (x.dim() === 0) {
    throw new IndexError(
      'invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number',
    )
  }
  return checkIndex(index, 0, x.shape[0])
}

/** The element of a vector as a number, or the row as a view. */
function read(x: Tensor, index: number): unknown {
  const row = checkRow(x, index)
  if (x.dim() > 1) return select(x, 0, row)
  const size = bytesPerElement[x.dtype]
  return elementsOf(x.dtype, x.storage.read(x.byteOffset + row * size, size))[0]
}

function write(x: Tensor, index: number, value: unknown): void {
  const row = checkRow(x, index)
  const isRecorded = is_grad_enabled() && (x.requires_grad || x.viewOf !== null)
  if (x.dim() === 1 && x.dtype === 'float32' && typeof value === 'number' && !isRecorded) {
    const bytes = new Uint8Array(Float32Array.of(value).buffer)
    x.storage.change(() => x.storage.write(x.byteOffset + 4 * row, bytes))
  } else {
    assign(select(x, 0, row), value)
  }
}

const rows: ProxyHandler<object> = {
  get(target, key, receiver) {
    const index = receiver instanceof Tensor ? indexOf(key) : null
    return index === null ? Reflect.get(target, key, receiver) : read(receiver, index)
  },
  set(target, key, value, receiver) {
    const index = receiver instanceof Tensor ? indexOf(key) : null
    if (index === null) return Reflect.set(target, key, value, receiver)
    write(receiver, index, value)
    return true
  },
}

/** Its rows, one after another, as `tensor[i]` gives them. */
function* iterate(this: Tensor): Generator<unknown> {
  if (this.dim() === 0) throw new TypeError('iteration over a 0-d tensor')
  for (let row = 0; row < this.shape[0]; row++) yield this[row]
}

Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  value: iterate,
  writable: true,
  configurable: true,
})
Object.setPrototypeOf(Tensor.prototype, new Proxy({}, rows))
