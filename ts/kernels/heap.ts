import { OutOfMemoryError } from '../base/errors.js'
import { kernels, linearMemory, renewBuffer } from './instance.js'

/** The limit of a single allocation: half of a 32-bit address space. */
const MAX_BYTES = 2 ** 31 - 64

const MIN_SLAB = 4 * 2 ** 20
const MAX_SLAB = 256 * 2 ** 20

/** Evicts cached memory, oldest first; false if there was nothing to evict. */
let reclaim: (bytes: number) => boolean = () => false

/** Sets the function that {@link allocate} calls when linear memory cannot grow. */
export function setReclaim(free: (bytes: number) => boolean): void {
  reclaim = free
}

/** The length of linear memory when it was last asked for: asking takes as long as a small kernel where it is shared. */
let end = 0

/** Uninitialised bytes of linear memory, 16-byte aligned. */
export function allocate(bytes: number): number {
  if (!(bytes <= MAX_BYTES)) throw outOfMemory(bytes)
  // It also says if there are no kernels.
  if (end === 0) end = linearMemory().byteLength
  do {
    const pointer = kernels.allocate(bytes) >>> 0
    if (pointer === 0) continue
    // No free block was large enough, so this one lies where memory has grown.
    if (pointer + bytes > end) growAhead()
    return pointer
  } while (reclaim(bytes))
  throw outOfMemory(bytes)
}

/** Throws if `bytes` exceeds the limit of an allocation. */
export function checkBytes(bytes: number): void {
  if (!(bytes <= MAX_BYTES)) throw outOfMemory(bytes)
}

const outOfMemory = (bytes: number) =>
  new OutOfMemoryError(
    `softmargin: linear memory cannot hold ${megabytes(bytes)} MiB more; nothing was changed`,
  )

/** Grows memory by a quarter at a time: each growth makes V8 collect garbage, so small steps are slow. */
function growAhead(): void {
  const slab = Math.min(MAX_SLAB, Math.max(MIN_SLAB, linearMemory().byteLength / 4))
  const pointer = kernels.allocate(slab) >>> 0
  if (pointer !== 0) kernels.free(pointer, slab)
  renewBuffer()
  end = linearMemory().byteLength
}

export function free(pointer: number, bytes: number): void {
  kernels.free(pointer, bytes)
}

/** A view of linear memory at `pointer`, valid only until the next call. */
export function bytesAt(pointer: number, length: number): Uint8Array {
  return new Uint8Array(linearMemory(), pointer, length)
}

/** Copies bytes within linear memory; source and target must not overlap. */
export function copyWithin(target: number, source: number, length: number): void {
  new Uint8Array(linearMemory()).copyWithin(target, source, source + length)
}

/** A copy outside of linear memory. */
export function copyAt(pointer: number, length: number): Uint8Array<ArrayBuffer> {
  return copyOf(bytesAt(pointer, length))
}

/** The same for callers that do not read its `buffer`: V8 then allocates a short one on its own heap. */
export function copyAside(pointer: number, length: number): Uint8Array {
  if (length > 64) return copyAt(pointer, length)
  const copy = new Uint8Array(length)
  copyInto(copy, pointer)
  return copy
}

let everything = new Uint8Array(0)

/** Copies a few bytes of linear memory one by one, which is faster than through a view. */
export function copyInto(target: Uint8Array, pointer: number): void {
  // Growth detaches the view, which makes it empty.
  if (everything.length < pointer + target.length) everything = new Uint8Array(linearMemory())
  for (let i = 0; i < target.length; i++) target[i] = everything[pointer + i]
}

/** A copy of bytes from anywhere. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.prototype.slice.call(bytes) as Uint8Array<ArrayBuffer>
  } catch (error) {
    throw new OutOfMemoryError(
      `softmargin: the runtime has no room for a copy of ${megabytes(bytes.length)} MiB`,
      { cause: error },
    )
  }
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

export function floatsAt(pointer: number, length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(linearMemory(), pointer, length)
}

let room = 0
let roomForOne = new Float32Array(0)

/** Address of a number for a kernel that takes an operand's, until the next one is asked for. */
export function numberAt(value: number): number {
  if (room === 0) room = allocate(4)
  // Growing detaches it, which leaves it empty.
  if (roomForOne.length === 0) roomForOne = floatsAt(room, 1)
  roomForOne[0] = value
  return room
}
