/** Tensors that kernels can take, from views whose elements lie apart. Outside of autograd. */

import { RuntimeError } from '../base/errors.js'
import { bytesPerElement } from './dtype.js'
import { copyStrided, isDense } from './elements.js'
import { broadcastStrides, numelOf, type Shape, sameShape } from './shape.js'
import { contiguousStrides, isPermuted, keptStrides, reachOf, type Strides } from './strides.js'
import { empty, type Tensor } from './tensor.js'

/** Fills `out`, contiguous and of any shape, from `x`, whose storage is another, read from its first element on with `strides`. */
export function stridedCopy(x: Tensor, out: Tensor, strides: Strides): void {
  copyStrided(part(x, out.shape, strides), out)
}

/** Elements of the storage of `x`, from `offset` elements behind its first one on. */
function part(x: Tensor, shape: Shape, strides: Strides, offset = 0): Tensor {
  return x.strided(shape, keptStrides(shape, strides), offset)
}

/** `x` itself where its elements lie one after another, else a copy of which that is true. */
export function dense<T extends Tensor>(x: T): T
export function dense(x: Tensor): Tensor {
  if (x.strides === null || isDense(x)) return x
  const copy = empty('contiguous', x.shape, x.dtype)
  copyStrided(x, copy)
  return copy
}

/** Runs a kernel that changes the elements of `x`, inside a launch: on a contiguous copy that is written back where they lie apart. */
export function changeElements(x: Tensor, kernel: (elements: Tensor) => void): void {
  const elements = dense(x)
  kernel(elements)
  if (elements === x) return
  copyStrided(elements, x)
  elements.dispose()
}

/** Dimensions from the one whose indices lie farthest apart in memory to the one whose lie closest. */
function memoryOrder({ shape, strides }: Tensor): number[] {
  const order = shape.map((_, i) => i)
  return strides === null ? order : order.sort((a, b) => strides[b] - strides[a])
}

function permuted(x: Tensor, order: readonly number[]): Tensor {
  const [shape, strides] = [x.shape, stridesOf(x)].map((list) => order.map((i) => list[i]))
  return x.strided(shape, keptStrides(shape, strides), 0)
}

/** The same elements, their dimensions in the order in which they lie in memory, outside of autograd. */
export const inMemoryOrder = (x: Tensor): Tensor => (x.strides === null ? x : permuted(x, memoryOrder(x)))

/** `values`, whose dimensions are those of `x` {@link inMemoryOrder}, in the order of `x`. */
export function fromMemoryOrder(values: Tensor, x: Tensor): Tensor {
  const order = memoryOrder(x)
  return permuted(
    values,
    order.map((_, i) => order.indexOf(i)),
  )
}

/** An uninitialised tensor whose elements lie in a storage of its own as those of `x` do in theirs. */
export function emptyAs(op: string, x: Tensor): Tensor {
  if (x.strides === null) return empty(op, x.shape, x.dtype)
  return empty(op, [reachOf(x.shape, x.strides)], x.dtype).strided(x.shape, x.strides, 0)
}

/** Throws torch's sentence where a change of one element of `x` changes another. */
export function checkSingle({ shape, strides }: Tensor): void {
  if (strides === null || !shape.some((size, i) => size > 1 && strides[i] === 0) || numelOf(shape) === 0)
    return
  throw new RuntimeError(
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
  )
}

/**
 * Throws torch's sentence where what is written over `x` is read from elements of `from` that are those of `x` in part, or in another
 * order. As torch, only of tensors without gaps in memory.
 */
export function checkApart(x: Tensor, from: Tensor): void {
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

const stridesOf = ({ shape, strides }: Tensor): Strides => strides ?? contiguousStrides(shape)
const isPacked = (x: Tensor): boolean => numelOf(x.shape) > 0 && isPermuted(x.shape, stridesOf(x))

/** The elements of `x` repeated to `shape`, outside of autograd; `x` itself if it has that shape. */
export function expandElements(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return dense(x)
  const out = empty('expand', shape, x.dtype)
  const source = dense(x)
  stridedCopy(source, out, broadcastStrides(source.shape, shape))
  return out
}
