/** Element types of files, and decoding them to tensors. */

import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { once } from './once.js'
import { Unreadable } from './unreadable.js'

export interface ElementType {
  /** torch's name. */
  readonly name: string
  /** Its name in safetensors; null if it has none. */
  readonly code: string | null
  /** torch's storage class for it; null for types newer than those classes. */
  readonly storage: string | null
  readonly bits: number
}

/** An element type that tensors can hold, perhaps after conversion. */
export interface ReadableType extends ElementType {
  /** The dtype that it is converted to. */
  readonly dtype: DType
  /** Converts elements, and may return the index of the first that does not fit; null if no conversion is needed. */
  readonly kernel: (() => Kernel) | null
}

type Kernel = (x: number, out: number, length: number) => unknown

const row = (
  name: string,
  code: string,
  storage: string | null,
  bits: number,
  dtype: DType,
  kernel: (() => Kernel) | null,
): ReadableType => ({ name, code, storage, bits, dtype, kernel })

/** All readable types. */
export const readableTypes = /* @__PURE__ */ once((): readonly ReadableType[] => [
  row('float32', 'F32', 'FloatStorage', 32, 'float32', null),
  row('float16', 'F16', 'HalfStorage', 16, 'float32', () => kernels.f16_to_f32),
  row('bfloat16', 'BF16', 'BFloat16Storage', 16, 'float32', () => kernels.bf16_to_f32),
  row('float64', 'F64', 'DoubleStorage', 64, 'float32', () => kernels.f64_to_f32),
  row('float8_e4m3fn', 'F8_E4M3', null, 8, 'float32', () => kernels.f8_e4m3_to_f32),
  row('float8_e5m2', 'F8_E5M2', null, 8, 'float32', () => kernels.f8_e5m2_to_f32),
  row('float8_e4m3fnuz', 'F8_E4M3FNUZ', null, 8, 'float32', () => kernels.f8_e4m3fnuz_to_f32),
  row('float8_e5m2fnuz', 'F8_E5M2FNUZ', null, 8, 'float32', () => kernels.f8_e5m2fnuz_to_f32),
  row('float8_e8m0fnu', 'F8_E8M0', null, 8, 'float32', () => kernels.f8_e8m0_to_f32),
  row('int32', 'I32', 'IntStorage', 32, 'int32', null),
  row('int64', 'I64', 'LongStorage', 64, 'int32', () => kernels.i64_to_i32),
  row('int16', 'I16', 'ShortStorage', 16, 'int32', () => kernels.i16_to_i32),
  row('int8', 'I8', 'CharStorage', 8, 'int32', () => kernels.i8_to_i32),
  row('uint16', 'U16', null, 16, 'int32', () => kernels.u16_to_i32),
  row('uint32', 'U32', null, 32, 'int32', () => kernels.u32_to_i32),
  row('uint64', 'U64', null, 64, 'int32', () => kernels.u64_to_i32),
  row('uint8', 'U8', 'ByteStorage', 8, 'uint8', null),
  row('bool', 'BOOL', 'BoolStorage', 8, 'bool', () => kernels.u8_to_bool),
])

const lacking = (
  name: string,
  bits: number,
  code: string | null,
  storage: string | null = null,
): ElementType => ({
  name,
  code,
  storage,
  bits,
})

/** Types that a file may contain, but whose tensors are refused when they are read. */
export const lackingTypes = /* @__PURE__ */ once((): readonly ElementType[] => [
  lacking('complex64', 64, 'C64', 'ComplexFloatStorage'),
  lacking('complex128', 128, null, 'ComplexDoubleStorage'),
  lacking('complex32', 32, null),
  lacking('float4_e2m1fn_x2', 8, null),
  lacking('F4', 4, 'F4'),
  lacking('F6_E2M3', 6, 'F6_E2M3'),
  lacking('F6_E3M2', 6, 'F6_E3M2'),
  lacking('quint8', 8, null, 'QUInt8Storage'),
  lacking('qint8', 8, null, 'QInt8Storage'),
  lacking('qint32', 32, null, 'QInt32Storage'),
  lacking('quint4x2', 8, null, 'QUInt4x2Storage'),
  lacking('quint2x4', 8, null, 'QUInt2x4Storage'),
  ...['bits8', 'bits1x8', 'bits2x4', 'bits4x2'].map((name) => lacking(name, 8, null)),
  lacking('bits16', 16, null),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((n) => [lacking(`int${n}`, 8, null), lacking(`uint${n}`, 8, null)]),
])

export const elementTypes = /* @__PURE__ */ once((): readonly ElementType[] => [
  ...readableTypes(),
  ...lackingTypes(),
])

export const isElementType = (value: unknown): value is ElementType =>
  elementTypes().some((type) => type === value)

export const isReadable = (type: ElementType): type is ReadableType => 'dtype' in type

/** The error for a tensor of an unsupported type. */
export const lackOf = (name: string, known: readonly (string | null)[]) =>
  new Unreadable(
    ` has the dtype ${JSON.stringify(name)}, which cannot be read; those that can are ${known.join(', ')}`,
  )

/** A new tensor from its elements in a file, or Unreadable if one does not fit. `op` starts the error messages. */
export function decode(op: string, type: ReadableType, bytes: Uint8Array, shape: Shape): Tensor | Unreadable {
  const out = empty(op, shape, type.dtype)
  const { kernel } = type
  if (kernel === null) {
    out.storage.write(0, bytes)
    return out
  }
  const length = out.numel()
  const encoded = new Storage(bytes.length)
  encoded.write(0, bytes)
  const fitting = launch(() => kernel()(encoded.pointer(), out.pointer(), length))
  encoded.dispose()
  if (typeof fitting !== 'number' || fitting >= length) return out
  out.dispose()
  const integer = integerAt(type, bytes, fitting)
  return new Unreadable(`: element ${fitting} is the ${type.name} ${integer}, which int32 does not hold`)
}

function integerAt(type: ElementType, bytes: Uint8Array, index: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + (index * type.bits) / 8, type.bits / 8)
  if (type.bits === 32) return BigInt(view.getUint32(0, true))
  return type.name === 'int64' ? view.getBigInt64(0, true) : view.getBigUint64(0, true)
}
