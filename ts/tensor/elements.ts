/** Elements that lie apart in a storage: reading them, and copies from one order to another. Outside of autograd. */

import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { unscoped } from '../memory/scope.js'
import { Storage } from '../memory/storage.js'
import { bytesPerElement, type DType } from './dtype.js'
import { MAX_RANK, numelOf, type Shape } from './shape.js'
import { contiguousStrides, isContiguous, mergedDims, reachOf, type Strides } from './strides.js'

/** Elements of one type in a storage, from a byte on. */
export interface Elements {
  readonly storage: Storage
  readonly byteOffset: number
  readonly dtype: DType
  readonly shape: Shape
  /** Null where they are those of {@link contiguousStrides}. */
  readonly strides: Strides | null
}

/** Whether kernels can take the elements as rows, one after another. */
export const isDense = ({ shape, strides }: Elements): boolean =>
  strides === null || isContiguous(shape, strides)

/** Sizes and strides on their way to a kernel. */
let dims: Storage | undefined

/** Walks over both, of one shape and type and not overlapping, with the kernel that copies or adds. Runs inside a launch. */
function walk(kernel: 'copy' | 'add', from: Elements, into: Elements): void {
  const [fromStrides, intoStrides] = [from, into].map((x) => x.strides ?? contiguousStrides(x.shape))
  const merged = mergedDims(into.shape, fromStrides, intoStrides)
  dims ??= unscoped(() => new Storage(12 * MAX_RANK)).keep()
  dims.write(0, new Uint8Array(Uint32Array.of(...merged.shape, ...merged.a, ...merged.b).buffer))
  const [shape, rank] = [dims.pointer(), merged.shape.length]
  const walk = [shape, shape + 4 * rank, shape + 8 * rank, rank] as const
  const lengths = [reachOf(from.shape, fromStrides), reachOf(into.shape, intoStrides)] as const
  const source = from.storage.pointer() + from.byteOffset
  const target = into.storage.pointer() + into.byteOffset
  if (kernel === 'add') kernels.strided_add(source, target, ...lengths, ...walk)
  else kernels.strided_copy(source, target, bytesPerElement[into.dtype], ...lengths, ...walk)
}

/** Copies elements onto others, of one shape and type, in storages apart; does not count as a change of theirs. */
export function copyStrided(from: Elements, into: Elements): void {
  launch(() => walk('copy', from, into))
}

/** Adds float32 elements to others of their shape, in a storage apart; several may be added to one. Does not count as a change. */
export function addStrided(from: Elements, into: Elements): void {
  launch(() => walk('add', from, into))
}

/** A copy of the bytes, row-major. */
export function readElements(x: Elements): Uint8Array<ArrayBuffer> {
  const { storage, byteOffset, dtype, shape } = x
  const bytes = numelOf(shape) * bytesPerElement[dtype]
  // A view without elements may begin behind the last one of its storage.
  if (isDense(x)) return storage.read(bytes === 0 ? 0 : byteOffset, bytes)
  const copy = new Storage(bytes)
  copyStrided(x, { storage: copy, byteOffset: 0, dtype, shape, strides: null })
  const read = copy.read(0, bytes)
  copy.dispose()
  return read
}
