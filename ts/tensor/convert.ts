import { describe } from '../base/check.js'
import { RuntimeError } from '../base/errors.js'
import { defineKind } from '../call/kinds.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { checkDType, type DType } from './dtype.js'
import { checkFloat } from './promotion.js'
import { dense } from './strided.js'
import { empty, Tensor } from './tensor.js'
import { watcher } from './trace.js'

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

/** Throws unless an argument that users pass is a tensor, or a scalar. */
export function checkScalar(op: string, argument: string, value: unknown): asserts value is TensorLike {
  if (isTensorLike(value)) return
  throw new TypeError(`${op}: ${argument} must be a Tensor or a number, but got ${describe(value)}`)
}

/** Checks an argument that users pass, and gives it as a tensor. */
export function toTensor(op: string, argument: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value
  return scalar(op, argument, value, typeof value === 'boolean' ? 'bool' : 'float32')
}

/**
 * A scalar as a tensor of `dtype`, beside tensors that it does not change the type of: beside uint8 it wraps.
 *
 * @throws RuntimeError where int32 does not hold it
 */
export function scalar(op: string, argument: string, value: number | boolean, dtype: DType): Tensor {
  checkScalar(op, argument, value)
  const number = Number(value)
  if (dtype === 'int32' && number !== (number | 0)) {
    throw new RuntimeError(`${op}: ${argument} ${number} does not fit int32, which stands for int64 here`)
  }
  const x = empty('scalar', [], dtype)
  const Elements = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
  x.storage.write(0, new Uint8Array(new Elements([number]).buffer))
  return x
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
  const out = empty('to', x.shape, dtype)
  const source = dense(x)
  if (launch(() => convertInto(source, out))) {
    if (watcher !== null) watcher.operation('to', [x], [out], undefined)
    return out
  }
  out.dispose()
  return null
}

/** Fills `out`, inside a launch, with the elements of `x`, which is as contiguous as it, as another type; whether int32 holds all of them. */
export function convertInto(x: Tensor, out: Tensor): boolean {
  const kernel = conversions[`${x.dtype} ${out.dtype}` as keyof typeof conversions]
  const fits: unknown = kernels[kernel](x.pointer(), out.pointer(), out.numel())
  return fits !== 0
}
