import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { defineKind } from '../call/kinds.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { checkDType, type DType } from './dtype.js'
import { checkFloat } from './promotion.js'
import { dense } from './strided.js'
import { empty, Tensor } from './tensor.js'

/**
 * A tensor, or a scalar: beside integer tensors a number without a fraction is an integer, as Python's int; any other makes the
 * result float32. A boolean is a bool.
 */
export type TensorLike = Tensor | number | boolean

/** Whether `value` is one. */
export const isTensorLike = (value: unknown): value is TensorLike =>
  value instanceof Tensor || typeof value === 'number' || typeof value === 'boolean'

declare module '../call/kinds.js' {
  interface Kinds {
    TensorLike: TensorLike
  }
}

defineKind('TensorLike', 'a Tensor or a number', isTensorLike)

/** Checks an argument that users pass, and gives it as a tensor. */
export function toTensor(op: string, argument: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value
  if (typeof value === 'boolean') {
    const truth = empty(op, [], 'bool')
    truth.storage.write(0, Uint8Array.of(Number(value)))
    return truth
  }
  if (typeof value !== 'number') {
    throw new TypeError(`${op}: ${argument} must be a Tensor or a number, but got ${describe(value)}`)
  }
  const scalar = empty(op, [])
  scalar.storage.write(0, new Uint8Array(new Float32Array([value]).buffer))
  return scalar
}

/** The same as float32, to which operations promote that have no other kernel; other dtypes carry no gradient. */
export function toFloat(op: string, argument: string, value: TensorLike): Tensor {
  const tensor = toTensor(op, argument, value)
  return tensor.dtype === 'float32' ? tensor : to(tensor, 'float32')
}

/** The tensor as it is, if an operation that knows nothing but float32 takes it. */
export function onlyFloat(op: string, argument: string, value: TensorLike): Tensor {
  const tensor = toTensor(op, argument, value)
  checkFloat(op, argument, tensor.dtype)
  return tensor
}

/** The kernels from one type to another; bool has bytes 0 and 1. */
const conversions = {
  'float32 int32': 'f32_to_i32',
  'float32 uint8': 'f32_to_u8',
  'float32 bool': 'f32_to_bool',
  'int32 float32': 'i32_to_f32',
  'int32 uint8': 'i32_to_u8',
  'int32 bool': 'i32_to_bool',
  'uint8 float32': 'u8_to_f32',
  'uint8 int32': 'u8_to_i32',
  'uint8 bool': 'u8_to_bool',
  'bool float32': 'u8_to_f32',
  'bool int32': 'u8_to_i32',
  'bool uint8': 'u8_to_bool',
} as const

/**
 * The elements as another type; the tensor itself where it has that type already. Fractions are cut off, and uint8 wraps, as torch's.
 *
 * @throws RuntimeError where int32 does not hold an element
 */
export function to(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x
  checkDType('to', dtype)
  const converted = tryTo(x, dtype)
  if (converted !== null) return converted
  throw new RuntimeError('to: NaN, or a number beyond int32, cannot be converted to int32')
}

/** The same; null where int32 does not hold an element. */
export function tryTo(x: Tensor, dtype: DType): Tensor | null {
  if (x.dtype === dtype) return x
  const kernel = conversions[`${x.dtype} ${dtype}` as keyof typeof conversions]
  const out = empty('to', x.shape, dtype)
  const source = dense(x)
  const fits: unknown = launch(() => kernels[kernel](source.pointer(), out.pointer(), out.numel()))
  if (fits !== 0) return out
  out.dispose()
  return null
}
