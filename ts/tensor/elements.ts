/** Strided elements of a storage: reading, copying and adding them, outside of autograd. */

import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { unscoped } from '../memory/scope.js'
import { Storage } from '../memory/storage.js'
import { bytesPerElement, type DType } from './dtype.js'
import { MAX_RANK, numelOf, type Shape } from './shape.js'
import { isContiguous, mergedDims, reachOf, type Strides, stridesOf } from './strides.js'

/** Elements of a storage, starting at a byte offset. */
export interface Elements {
  readonly storage: Storage
  readonly byteOffset: number
  readonly dtype: DType
  readonly shape: Shape
  /** Null for contiguous elements. */
  readonly strides: Strides | null
}

/** Whether the elements are contiguous, as kernels require. */
export const isDense = ({ shape, strides }: Elements): boolean =>
  strides === null || isContiguous(shape, strides)

/** Buffer for the sizes and strides of a kernel call. */
let dims: Storage | undefined

/** Runs the kernel that copies or adds, on elements of the same shape and type that do not overlap. Runs inside a launch. */
function walk(kernel: 'copy' | 'add', from: Elements, into: Elements): void {
  const [fromStrides, intoStrides] = [stridesOf(from), stridesOf(into)]
  const merged = mergedDims(into.shape, fromStrides, intoStrides)
  // First, because deferred work computes the elements here, and may need the buffer for itself.
  const source = from.storage.pointer() + from.byteOffset
  const target = into.storage.pointer() + into.byteOffset
  dims ??= unscoped(() => new Storage(12 * MAX_RANK)).keep()
  dims.write(0, new Uint8Array(Uint32Array.of(...merged.shape, ...merged.a, ...merged.b).buffer))
  const [shape, rank] = [dims.pointer(), merged.shape.length]
  const walk = [shape, shape + 4 * rank, shape + 8 * rank, rank] as const
  const lengths = [reachOf(from.shape, fromStrides), reachOf(into.shape, intoStrides)] as const
  if (kernel === 'add') kernels.strided_add(source, target, ...lengths, ...walk)
  else kernels.strided_copy(source, target, bytesPerElement[into.dtype], ...lengths, ...walk)
}

/** Copies elements to others of the same shape and type in another storage; does not count as a change. */
export function copyStrided(from: Elements, into: Elements): void {
  launch(() => walk('copy', from, into))
}

/** Adds float32 elements to others of the same shape in another storage, which may repeat elements. Does not count as a change. */
export function addStrided(from: Elements, into: Elements): void {
  launch(() => walk('add', from, into))
}

/** A copy of the bytes, row-major. */
export function readElements(x: Elements): Uint8Array<ArrayBuffer> {
  const { storage, byteOffset, dtype, shape } = x
  const bytes = numelOf(shape) * bytesPerElement[dtype]
  // A view without elements may start after the end of its storage.
  if (isDense(x)) return storage.read(bytes === 0 ? 0 : byteOffset, bytes)
  const copy = new Storage(bytes)
  copyStrided(x, { storage: copy, byteOffset: 0, dtype, shape, strides: null })
  const read = copy.read(0, bytes)
  copy.dispose()
  return read
}
