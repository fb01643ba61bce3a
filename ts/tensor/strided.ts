/** Contiguous tensors from strided views, and back, outside of autograd. */

import { RuntimeError } from '../base/errors.js'
import { Storage } from '../memory/storage.js'
import { bytesPerElement } from './dtype.js'
import { copyStrided, isDense } from './elements.js'
import { broadcastStrides, numelOf, type Shape, sameShape } from './shape.js'
import { isPermuted, keptStrides, reachOf, type Strides, stridesOf } from './strides.js'
import { empty, type Tensor } from './tensor.js'

/** Fills the contiguous `out` from `x`, in another storage, read with `strides` in the shape of `out`. */
export function stridedCopy(x: Tensor, out: Tensor, strides: Strides): void {
  copyStrided(part(x, out.shape, strides), out)
}

/** A strided view of the storage of `x`, `offset` elements after its first one. */
function part(x: Tensor, shape: Shape, strides: Strides, offset = 0): Tensor {
  return x.strided(shape, keptStrides(shape, strides), offset)
}

/** `x` itself if it is contiguous, else a contiguous copy. */
export function dense<T extends Tensor>(x: T): T
export function dense(x: Tensor): Tensor {
  if (x.strides === null || isDense(x)) return x
  const copy = empty('contiguous', x.shape, x.dtype)
  copyStrided(x, copy)
  return copy
}

/** Runs a kernel that changes the elements of `x`, inside a launch. A strided `x` is copied and written back. */
export function changeElements(x: Tensor, kernel: (elements: Tensor) => void): void {
  const elements = dense(x)
  kernel(elements)
  if (elements === x) return
  copyStrided(elements, x)
  elements.dispose()
}

/** The same of several tensors, all or none. */
export function changeElementsEach(tensors: readonly Tensor[], kernel: (elements: Tensor) => void): void {
  const items = tensors.map((x) => {
    const elements = dense(x)
    return { x, elements, operands: elements === x ? [x] : [x, elements], results: [x] }
  })
  Storage.changeEach(items, ({ x, elements }) => {
    kernel(elements)
    if (elements !== x) copyStrided(elements, x)
  })
}

/** Dimensions by descending stride. */
function memoryOrder({ shape, strides }: Tensor): number[] {
  const order = shape.map((_, i) => i)
  return strides === null ? order : order.sort((a, b) => strides[b] - strides[a])
}

function permuted(x: Tensor, order: readonly number[]): Tensor {
  const [shape, strides] = [x.shape, stridesOf(x)].map((list) => order.map((i) => list[i]))
  return x.strided(shape, keptStrides(shape, strides), 0)
}

/** The same elements with dimensions in the order of memory, outside of autograd. */
export const inMemoryOrder = (x: Tensor): Tensor => (x.strides === null ? x : permuted(x, memoryOrder(x)))

/** The inverse of {@link inMemoryOrder}: permutes `values` to the order of dimensions of `x`. */
export function fromMemoryOrder(values: Tensor, x: Tensor): Tensor {
  const order = memoryOrder(x)
  return permuted(
    values,
    order.map((_, i) => order.indexOf(i)),
  )
}

/** An uninitialised tensor with its own storage and the strides of `x`. */
export function emptyAs(op: string, x: Tensor): Tensor {
  if (x.strides === null) return empty(op, x.shape, x.dtype)
  return empty(op, [reachOf(x.shape, x.strides)], x.dtype).strided(x.shape, x.strides, 0)
}

/** Throws torch's error if several indices of `x` share an element. */
export function checkInternalOverlap({ shape, strides }: Tensor): void {
  if (strides === null || !shape.some((size, i) => size > 1 && strides[i] === 0) || numelOf(shape) === 0)
    return
  throw new RuntimeError(
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
  )
}

/**
 * Throws torch's error if `x`, which is written, and `from`, which is read, overlap partially, or completely in different
 * orders. As in torch, only for tensors without gaps in memory.
 */
export function checkPartialOverlap(x: Tensor, from: Tensor): void {
  if (x === from || x.storage !== from.storage || !isPacked(x) || !isPacked(from)) return
  const [start, other] = [x.byteOffset, from.byteOffset]
  const [bytes, others] = [x, from].map(({ shape, dtype }) => numelOf(shape) * bytesPerElement[dtype])
  const isSame = start === other && bytes === others
  if (isSame && sameShape(stridesOf(x), stridesOf(from))) return
  if (start >= other + others || other >= start + bytes) return
  throw new RuntimeError(
    'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.',
  )
}

const isPacked = (x: Tensor): boolean => numelOf(x.shape) > 0 && isPermuted(x.shape, stridesOf(x))

/** The elements of `x` broadcast to `shape`, outside of autograd; `x` itself if it has that shape and is contiguous. */
export function expandElements(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return dense(x)
  const out = empty('expand', shape, x.dtype)
  const source = dense(x)
  stridedCopy(source, out, broadcastStrides(source.shape, shape))
  return out
}
