import { describe } from '../base/check.js'
import { IndexError, RuntimeError } from '../base/errors.js'

/** Nested arrays of any depth. */
export type Nested = number | boolean | Nested[]

/** Sizes of the dimensions. */
export type Shape = readonly number[]

/** The most elements of a float32 allocation of linear memory. */
export const MAX_ELEMENTS = 2 ** 29 - 16

/** The most dimensions of a tensor, as strided kernels support. */
export const MAX_RANK = 8

export const numelOf = (shape: Shape): number => productOf(shape, 0, shape.length)

/** The product of the sizes from `start` to before `end`, ignoring missing ones. */
export function productOf(shape: Shape, start: number, end: number): number {
  let product = 1
  // Not for…of, here and below, which V8 does not inline for frozen arrays.
  for (let i = start; i < end && i < shape.length; i++) product *= shape[i]
  return product
}

export function formatShape(shape: Shape): string {
  return `[${Array.from(shape, describe).join(', ')}]`
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** A copy of a user's shape or dimensions. Throws unless they are integers. */
export function ownIntegers<S extends Shape>(op: string, argument: string, given: S): S {
  return ownList(op, argument, given, MAX_RANK)
}

/** A copy of a user's list of integers, of at most `most`. */
export function ownList<S extends Shape>(op: string, argument: string, given: S, most = MAX_ELEMENTS): S {
  const refusal = (got: string) =>
    new TypeError(`${op}: ${argument} must be an array of integers, but got ${got}`)
  if (!Array.isArray(given)) throw refusal(describe(given))
  // Read once, because a proxy may answer differently the next time.
  const { length } = given
  if (!(length <= most)) {
    throw new RuntimeError(
      most === MAX_RANK
        ? `${op}: tensors have at most ${MAX_RANK} dimensions, but got ${describe(length)}`
        : `${op}: ${argument} has ${describe(length)} elements, more than ${most}`,
    )
  }
  const own: number[] = []
  for (let i = 0; i < length; i++) own.push(given[i])
  if (!own.every(Number.isInteger)) throw refusal(formatShape(own))
  // 0 for -0.
  for (let i = 0; i < length; i++) own[i] += 0
  return own as Shape as S
}

/** The number of elements. Throws unless `shape`, an array of integers, is valid for a tensor. */
export function checkShape(op: string, shape: Shape): number {
  let numel = 1
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i]
    if (size < 0)
      throw new RuntimeError(`${op}: Dimension size must be non-negative, but got ${formatShape(shape)}.`)
    // Also if another size is 0, because kernels count in 32 bits.
    numel = size > MAX_ELEMENTS ? Number.POSITIVE_INFINITY : numel * size
  }
  if (shape.length > MAX_RANK) {
    throw new RuntimeError(
      `${op}: tensors have at most ${MAX_RANK} dimensions, but got ${formatShape(shape)}`,
    )
  }
  if (!(numel <= MAX_ELEMENTS)) {
    throw new RuntimeError(
      `${op}: a tensor of shape ${formatShape(shape)} does not fit linear memory (at most ${MAX_ELEMENTS} elements)`,
    )
  }
  return numel
}

/** A possibly negative `dim`, normalised; rank 0 counts as one dimension here, as in torch. */
export function normalizeDim(dim: number, rank: number): number {
  const size = Math.max(rank, 1)
  if (!Number.isInteger(dim) || dim < -size || dim >= size) {
    throw new IndexError(
      `Dimension out of range (expected to be in range of [${-size}, ${size - 1}], but got ${describe(dim)})`,
    )
  }
  return dim < 0 ? dim + size : dim
}

/** The broadcast shape of two operands. `names` are the arguments in the error. */
export function broadcastShapes(op: string, a: Shape, b: Shape, names: readonly [string, string]): Shape {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const result = new Array<number>(rank)
  for (let i = 0; i < rank; i++) {
    const sizeA = a[i - rank + a.length] ?? 1
    const sizeB = b[i - rank + b.length] ?? 1
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new RuntimeError(
        `The size of tensor a (${sizeA}) must match the size of tensor b (${sizeB}) at non-singleton dimension ${i}` +
          ` (${op}: a is ${names[0]} of shape ${formatShape(a)}, b is ${names[1]} of shape ${formatShape(b)})`,
      )
    }
    result[i] = sizeA === 1 ? sizeB : sizeA
  }
  return result
}

/** The target shape of `reshape`, with -1 filled in. */
export function inferShape(shape: Shape, numel: number): Shape {
  const unknown = shape.indexOf(-1)
  let invalid = -1
  let known = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] < -1) invalid = i
    if (i !== unknown) known *= shape[i]
  }
  if (unknown !== shape.lastIndexOf(-1)) throw new RuntimeError('only one dimension can be inferred')
  if (invalid >= 0) {
    throw new RuntimeError(
      `invalid shape dimension ${shape[invalid]} at index ${invalid} of shape ${formatShape(shape)}`,
    )
  }
  if (unknown >= 0 && known === 0 && numel === 0) {
    throw new RuntimeError(
      `cannot reshape tensor of 0 elements into shape ${formatShape(shape)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    )
  }
  const fits = unknown >= 0 ? known > 0 && numel % known === 0 : known === numel
  if (!fits) throw new RuntimeError(`shape '${formatShape(shape)}' is invalid for input of size ${numel}`)
  return unknown < 0 ? shape : shape.map((size) => (size === -1 ? numel / known : size))
}

/** `[outer, axis, inner]` around dimension `dim`, or around dimensions `dim` to before `end`, for a kernel. */
export function splitAt(shape: Shape, dim: number, end = dim + 1): Split {
  return split(productOf(shape, 0, dim), productOf(shape, dim, end), productOf(shape, end, shape.length))
}

type Split = [outer: number, axis: number, inner: number]

/**
 * The same from these three sizes. All 0 if the shape without the axis has no elements, or more than a tensor (then the axis has
 * size 0), because the sizes may exceed 32 bits.
 */
export function split(outer: number, axis: number, inner: number): Split {
  const rest = outer * inner
  return rest === 0 || rest > MAX_ELEMENTS ? [0, 0, 0] : [outer, axis, inner]
}

/** Number and length of rows along the first dimension, for a kernel. The length is 0 without rows, as it may exceed 32 bits. */
export function rowsOf(shape: Shape): [rows: number, length: number] {
  return [shape[0], shape[0] === 0 ? 0 : numelOf(shape.slice(1))]
}

/** Strides, in elements, that read a contiguous `from` as `to`: 0 for broadcast dimensions. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = new Array<number>(to.length).fill(0)
  let stride = 1
  for (let i = from.length - 1; i >= 0; i--) {
    if (from[i] !== 1) strides[i + to.length - from.length] = stride
    stride *= from[i]
  }
  return strides
}
