import { defineKind } from '../call/kinds.js'
import { describe } from '../check.js'

/** Element types. Arithmetic is done in float32; the others hold targets, indices and conditions. */
export type DType = 'float32' | 'int32' | 'uint8' | 'bool'

/** A typed array that holds a dtype's elements; bool as bytes 0 and 1. */
export type TypedArray = Float32Array | Int32Array | Uint8Array

export const bytesPerElement: Record<DType, number> = { float32: 4, int32: 4, uint8: 1, bool: 1 }

/** Throws unless `dtype` is one of them. */
export function checkDType(op: string, dtype: unknown): asserts dtype is DType {
  if (typeof dtype === 'string' && Object.hasOwn(bytesPerElement, dtype)) return
  const names = Object.keys(bytesPerElement).join(', ')
  throw new TypeError(`${op}: dtype must be one of ${names}, but got ${describe(dtype)}`)
}

/** The elements of `bytes`, without a copy. */
export function elementsOf(dtype: DType, bytes: Uint8Array<ArrayBuffer>): TypedArray {
  const length = bytes.byteLength / bytesPerElement[dtype]
  if (dtype === 'float32') return new Float32Array(bytes.buffer, bytes.byteOffset, length)
  if (dtype === 'int32') return new Int32Array(bytes.buffer, bytes.byteOffset, length)
  return bytes
}

declare module '../call/kinds.js' {
  interface Kinds {
    dtype: DType
  }
}

defineKind('dtype', `one of ${Object.keys(bytesPerElement).join(', ')}`, (value) => {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value)
})
