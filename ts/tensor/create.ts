/** Tensors from data, and tensors filled with one value. */

import { isDetached, typedArrayName } from '../base/builtin.js'
import { checkNumber, describe } from '../base/check.js'
import { RuntimeError, ValueError } from '../base/errors.js'
import { kernels, linearMemory } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { bytesPerElement, checkDType, type DType, elementsOf, type TypedArray } from './dtype.js'
import { elementOf } from './promotion.js'
import { checkShape, MAX_RANK, ownIntegers, type Shape } from './shape.js'
import { expandElements } from './strided.js'
import { empty, type Tensor } from './tensor.js'

/** Element type and gradient of a new tensor. */
export interface TensorOptions {
  /** By default the type of the data, or 'float32'. */
  dtype?: DType | null
  requires_grad?: boolean
}

/** The shape of nested arrays, as far as it is known from their type. */
export type ShapeOf<T, Outer extends Shape = readonly []> = T extends readonly []
  ? readonly [...Outer, number]
  : T extends readonly (infer Element)[]
    ? // Bounded, as older compilers look for the end.
      Outer['length'] extends 8
      ? Shape
      : ShapeOf<Element, readonly [...Outer, number]>
    : Outer
/** Numbers or booleans, in arrays of any depth. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[]

type TypedArrayLike = Float32Array | Float64Array | Int32Array | Uint8Array

/** A tensor from a number, nested arrays or a typed array. */
export function tensor<const T extends NestedNumbers>(data: T, options?: TensorOptions): Tensor<ShapeOf<T>>
export function tensor(
  data: Float32Array | Float64Array | Int32Array | Uint8Array,
  options?: TensorOptions,
): Tensor<readonly [number]>
export function tensor(data: NestedNumbers | TypedArrayLike, options: TensorOptions = {}): Tensor {
  const { shape, values, dtype } = ArrayBuffer.isView(data) ? fromTypedArray(data) : fromNested(data)
  return fromValues(shape, values, options.dtype ?? dtype, options.requires_grad)
}

function fromTypedArray(data: TypedArrayLike) {
  const name = typedArrayName(data)
  if (name === undefined || name.startsWith('Big')) {
    throw new TypeError(
      `tensor: data must be numbers, nested arrays or a typed array of numbers, but got ${describe(data)}`,
    )
  }
  if (data.length === 0 && isDetached(data)) {
    throw new TypeError(`tensor: data is a ${name} whose memory was moved elsewhere`)
  }
  const dtype: DType = name === 'Int32Array' ? 'int32' : name === 'Uint8Array' ? 'uint8' : 'float32'
  // A view of linear memory, such as HeapArray's, would be detached if memory grows for the new tensor.
  const values = data.buffer === linearMemory() ? data.slice() : data
  return { shape: [values.length], values, dtype }
}

function fromNested(data: NestedNumbers) {
  const shape: number[] = []
  for (let level: unknown = data; Array.isArray(level); level = level[0]) {
    shape.push(lengthOf(level))
    if (shape.length > MAX_RANK) throw new RuntimeError(`tensor: tensors have at most ${MAX_RANK} dimensions`)
  }
  checkShape('tensor', shape)
  const values: number[] = []
  let dtype: DType | undefined
  const walk = (value: unknown, dim: number): void => {
    if (dim < shape.length) {
      if (!Array.isArray(value)) throw new TypeError('tensor: not a sequence')
      checkLength(value, dim)
      for (let i = 0; i < shape[dim]; i++) walk(value[i], dim + 1)
      // Elements may be getters that change their array.
      checkLength(value, dim)
      return
    }
    if (Array.isArray(value)) throw new TypeError('tensor: must be real number, not list')
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new TypeError(`tensor: elements must be numbers or booleans, but got ${describe(value)}`)
    }
    if (typeof value === 'number') dtype = 'float32'
    dtype ??= 'bool'
    values.push(Number(value))
  }
  const checkLength = (value: readonly unknown[], dim: number): void => {
    const length = lengthOf(value)
    if (length === shape[dim]) return
    throw new ValueError(`expected sequence of length ${shape[dim]} at dim ${dim} (got ${length})`)
  }
  walk(data, 0)
  return { shape, values, dtype: dtype ?? 'float32' }
}

/** The length of an array, checked because a proxy may return anything. */
function lengthOf(array: readonly unknown[]): number {
  const { length } = array
  if (Number.isSafeInteger(length) && length >= 0) return length
  throw new TypeError(`tensor: an array must have a length, but got ${describe(length)}`)
}

function fromValues(
  shape: Shape,
  values: ArrayLike<number>,
  dtype: DType,
  requires_grad = false,
  op = 'tensor',
): Tensor {
  const result = computed(op, shape, dtype, (i) => values[i], values)
  result.requires_grad = requires_grad
  return result
}

/** Number of elements that are converted at a time. */
const CHUNK = 2 ** 14

/** A tensor with element `at(i)` at each index i, or with the elements of `same` if no conversion is needed. */
export function computed(
  op: string,
  shape: Shape,
  dtype: DType,
  at: (index: number) => number,
  same?: ArrayLike<number>,
): Tensor {
  checkDType(op, dtype)
  // Allocated first: if it fails, no memory is taken in JavaScript either.
  const result = empty(op, shape, dtype)
  const { storage } = result
  if (same !== undefined && typedArrayName(same) === arrayNames[dtype]) {
    const { buffer, byteOffset, byteLength } = same as TypedArray
    storage.write(0, new Uint8Array(buffer, byteOffset, byteLength))
    return result
  }
  const numel = result.numel()
  for (let start = 0; start < numel; start += CHUNK) {
    const chunk = elementsOf(dtype, new Uint8Array(Math.min(CHUNK, numel - start) * bytesPerElement[dtype]))
    if (dtype === 'float32') for (let i = 0; i < chunk.length; i++) chunk[i] = at(start + i)
    else for (let i = 0; i < chunk.length; i++) chunk[i] = elementOf(op, at(start + i), dtype)
    storage.write(start * bytesPerElement[dtype], new Uint8Array(chunk.buffer))
  }
  return result
}

/** The typed array that is stored without conversion; there is none for bool. */
const arrayNames: Record<DType, string> = {
  float32: 'Float32Array',
  int32: 'Int32Array',
  uint8: 'Uint8Array',
  bool: '',
}

function filled<S extends Shape>(
  op: string,
  shape: S,
  value: number,
  options: TensorOptions = {},
): Tensor<S> {
  const { requires_grad = false } = options
  const dtype = options.dtype ?? 'float32'
  const own = ownIntegers(op, 'size', shape)
  checkNumber(op, 'fill_value', value)
  checkDType(op, dtype)
  checkShape(op, own)
  elementOf(op, value, dtype)
  let result: Tensor
  if (dtype === 'float32') {
    const floats = empty(op, own)
    launch(() => kernels.fill(floats.pointer(), value, floats.numel()))
    result = floats
  } else {
    result = expandElements(fromValues([], [value], dtype, false, op), own)
  }
  result.requires_grad = requires_grad
  return result as Tensor<S>
}

/**
 * Every element `value`: float32 by default. Integer dtypes truncate fractions.
 *
 * @throws RuntimeError if `value` does not fit the dtype
 */
export const full = <const S extends Shape>(shape: S, value: number, options?: TensorOptions): Tensor<S> =>
  filled('full', shape, value, options)
/** Zeros. */
export const zeros = <const S extends Shape>(shape: S, options?: TensorOptions): Tensor<S> =>
  filled('zeros', shape, 0, options)
/** Ones. */
export const ones = <const S extends Shape>(shape: S, options?: TensorOptions): Tensor<S> =>
  filled('ones', shape, 1, options)
/** `first`, `first + step`, … below `last`. */
export function arange(
  first: number,
  last: number,
  step: number,
  options: TensorOptions,
): Tensor<readonly [number]> {
  if (step === 0) throw new RuntimeError('step must be nonzero')
  if (!Number.isFinite(step)) throw new RuntimeError(`step must be finite but got ${step}`)
  if ((last - first) * step < 0)
    throw new RuntimeError('upper bound and lower bound inconsistent with step sign')
  const length = Math.ceil((last - first) / step)
  if (!(length < 2 ** 29))
    throw new RuntimeError(`arange: from ${first} to ${last} by ${step} does not fit linear memory`)
  const dtype = options.dtype ?? 'float32'
  checkDType('arange', dtype)
  if (dtype === 'bool') throw new RuntimeError('"arange" not implemented for \'Bool\'')
  // As in torch: for integers, start and step are truncated before the addition, and uint8 wraps.
  const [from, by] = dtype === 'float32' ? [first, step] : [Math.trunc(first), Math.trunc(step)]
  const result = computed('arange', [length], dtype, (i) =>
    dtype === 'uint8' ? (from + i * by) & 255 : from + i * by,
  )
  result.requires_grad = options.requires_grad ?? false
  return result as Tensor<readonly [number]>
}

/** The identity matrix. */
export function eye(
  rows: number,
  columns = rows,
  options: TensorOptions = {},
): Tensor<readonly [number, number]> {
  const shape = ownIntegers('eye', 'n and m', [rows, columns] as const)
  checkShape('eye', shape)
  const { requires_grad = false, ...rest } = options
  const result = filled('eye', shape, 0, rest)
  const one = elementsOf(result.dtype, new Uint8Array(bytesPerElement[result.dtype]))
  one[0] = 1
  const bytes = new Uint8Array(one.buffer)
  for (let i = 0; i < Math.min(rows, columns); i++) {
    result.storage.write(i * (columns + 1) * bytes.length, bytes)
  }
  result.requires_grad = requires_grad
  return result
}
