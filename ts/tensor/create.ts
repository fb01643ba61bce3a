/** Tensors from data, and tensors of one value. */

import { checkNumber, describe } from '../check.js'
import { RuntimeError, ValueError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { expandElements } from '../ops/strided.js'
import { kernels, linearMemory } from '../wasm/instance.js'
import { checkDType, type DType, type TypedArray } from './dtype.js'
import { elementOf } from './promotion.js'
import { checkShape, MAX_RANK, numelOf, ownIntegers, type Shape } from './shape.js'
import { empty, type Nested, type Tensor } from './tensor.js'

/** Element type and gradient of a new tensor. */
export interface TensorOptions {
  /** 'float32' unless the data says otherwise. */
  dtype?: DType | null
  requires_grad?: boolean
}

/** The shape of nested arrays, as far as their type tells. */
export type ShapeOf<T> = T extends readonly (infer Element)[]
  ? readonly [number, ...ShapeOf<Element>]
  : readonly []
/** Numbers or booleans, in arrays of any depth. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[]

/** A tensor from a number, nested arrays or a typed array. */
export function tensor<const T extends NestedNumbers>(data: T, options?: TensorOptions): Tensor<ShapeOf<T>>
export function tensor(
  data: Float32Array | Float64Array | Int32Array | Uint8Array,
  options?: TensorOptions,
): Tensor<readonly [number]>
export function tensor(
  data: NestedNumbers | Float32Array | Float64Array | Int32Array | Uint8Array,
  options: TensorOptions = {},
): Tensor {
  const { shape, values, dtype } = ArrayBuffer.isView(data) ? fromTypedArray(data) : fromNested(data)
  return fromValues(shape, values, options.dtype ?? dtype, options.requires_grad)
}

function fromTypedArray(data: Float32Array | Float64Array | Int32Array | Uint8Array) {
  if (!(Symbol.iterator in data) || data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new TypeError(
      `tensor: data must be numbers, nested arrays or a typed array of numbers, but got ${describe(data)}`,
    )
  }
  const dtype: DType = data instanceof Int32Array ? 'int32' : data instanceof Uint8Array ? 'uint8' : 'float32'
  // A view of linear memory, such as HeapArray's, is lost when that grows for the new tensor.
  const values = data.buffer === linearMemory() ? data.slice() : data
  return { shape: [values.length], values, dtype }
}

function fromNested(data: NestedNumbers) {
  const shape: number[] = []
  for (let level = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length)
    if (shape.length > MAX_RANK) throw new RuntimeError(`tensor: tensors have at most ${MAX_RANK} dimensions`)
  }
  const values: number[] = []
  let dtype: DType | undefined
  const walk = (value: Nested, dim: number): void => {
    if (dim < shape.length) {
      if (!Array.isArray(value)) throw new TypeError('tensor: not a sequence')
      if (value.length !== shape[dim]) {
        throw new ValueError(`expected sequence of length ${shape[dim]} at dim ${dim} (got ${value.length})`)
      }
      for (const element of value) walk(element, dim + 1)
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
  walk(data as Nested, 0)
  return { shape, values, dtype: dtype ?? 'float32' }
}

function fromValues(
  shape: Shape,
  values: ArrayLike<number>,
  dtype: DType,
  requires_grad = false,
  op = 'tensor',
): Tensor {
  checkDType(op, dtype)
  const elements = typedArray(op, dtype, values)
  const result = empty('tensor', shape, dtype)
  result.storage.write(0, new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength))
  result.requires_grad = requires_grad
  return result
}

function typedArray(op: string, dtype: DType, values: ArrayLike<number>): TypedArray {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values)
  if (dtype === 'int32' && values instanceof Int32Array) return values
  if (dtype === 'uint8' && values instanceof Uint8Array) return values
  const elements = dtype === 'int32' ? new Int32Array(values.length) : new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) elements[i] = elementOf(op, values[i], dtype)
  return elements
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
 * Every element `value`: float32 by default. Of an integer dtype fractions are cut off.
 *
 * @throws RuntimeError where the dtype does not hold it
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
  if ((last - first) * step < 0)
    throw new RuntimeError('upper bound and lower bound inconsistent with step sign')
  const length = Math.ceil((last - first) / step)
  if (!(length < 2 ** 29))
    throw new RuntimeError(`arange: from ${first} to ${last} by ${step} does not fit linear memory`)
  const dtype = options.dtype ?? 'float32'
  checkDType('arange', dtype)
  if (dtype === 'bool') throw new RuntimeError('"arange" not implemented for \'Bool\'')
  // As torch: of integers, start and step are cut off before they are added, and uint8 wraps.
  const [from, by] = dtype === 'float32' ? [first, step] : [Math.trunc(first), Math.trunc(step)]
  const values = new Float64Array(length)
  for (let i = 0; i < length; i++) values[i] = dtype === 'uint8' ? (from + i * by) & 255 : from + i * by
  return fromValues([length], values, dtype, options.requires_grad, 'arange') as Tensor<readonly [number]>
}

/** The identity matrix. */
export function eye(
  rows: number,
  columns = rows,
  options: TensorOptions = {},
): Tensor<readonly [number, number]> {
  const shape = ownIntegers('eye', 'n and m', [rows, columns] as const)
  checkShape('eye', shape)
  const values = new Float32Array(numelOf(shape))
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1
  return fromValues(shape, values, options.dtype ?? 'float32', options.requires_grad) as Tensor<typeof shape>
}
