import { describe } from '../base/check.js'
import { defineKind } from '../call/kinds.js'

/**
 * Element types. int32 also stands for torch's int64: values that do not fit are an error. A result has the type to which torch
 * promotes its operands (`resultType` of promotion.ts).
 */
export type DType = 'float32' | 'int32' | 'uint8' | 'bool'

/** The type of 32-bit floating point numbers, torch's default. */
export const float32 = 'float32'
/** Same as {@link float32}. */
export const float = 'float32'
/** The type of integers from -2^31 to 2^31 - 1. */
export const int32 = 'int32'
/** Same as {@link int32}. */
export const int = 'int32'
/** Same as {@link int32}: integers have 32 bits, and values that do not fit are an error. */
export const int64 = 'int32'
/** Same as {@link int64}. */
export const long = 'int32'
/** The type of integers from 0 to 255, whose arithmetic wraps. */
export const uint8 = 'uint8'
/** The type of true and false. */
export const bool = 'bool'

/** A typed array that holds a dtype's elements; bool as bytes 0 and 1. */
export type TypedArray = Float32Array | Int32Array | Uint8Array

export const bytesPerElement: Record<DType, number> = { float32: 4, int32: 4, uint8: 1, bool: 1 }

/** Throws unless `dtype` is valid. */
export function checkDType(op: string, dtype: unknown): asserts dtype is DType {
  if (typeof dtype === 'string' && Object.hasOwn(bytesPerElement, dtype)) return
  const names = Object.keys(bytesPerElement).join(', ')
  const hint = dtype === 'int64' || dtype === 'long' ? " (torch.int64 is 'int32' here)" : ''
  throw new TypeError(`${op}: dtype must be one of ${names}, but got ${describe(dtype)}${hint}`)
}

/** The elements of `bytes`, without a copy. */
export function elementsOf(dtype: DType, bytes: Uint8Array<ArrayBuffer>): TypedArray {
  const length = bytes.byteLength / bytesPerElement[dtype]
  if (dtype === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, length)
  if (dtype === 'int32') return new Int32Array(bytes.buffer, bytes.byteOffset, length)
  return bytes
}

/** Room for an element of each type, and its bytes. */
export const oneElement: Record<DType, { readonly value: TypedArray; readonly bytes: Uint8Array }> = {
  float32: roomFor('float32'),
  int32: roomFor('int32'),
  uint8: roomFor('uint8'),
  bool: roomFor('bool'),
}

function roomFor(dtype: DType) {
  const bytes = new Uint8Array(bytesPerElement[dtype])
  return { value: elementsOf(dtype, bytes), bytes }
}

declare module '../call/kinds.js' {
  interface Kinds {
    dtype: DType
  }
}

defineKind('dtype', `one of ${Object.keys(bytesPerElement).join(', ')}`, (value) => {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value)
})
