/** Element types of files, and their elements as tensors. */

import { RuntimeError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { Storage } from '../memory/storage.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'

export interface ElementType {
  /** torch's name. */
  readonly name: string
  /** Its name in safetensors. */
  readonly code: string
  /** torch's class of storages that hold it; null for those that came after such classes. */
  readonly storage: string | null
  readonly bytes: number
  /** What it becomes. */
  readonly dtype: DType
  /** Converts, and may return the index of the first that does not fit; null where the bytes are the dtype's own. */
  readonly kernel: (() => Kernel) | null
}

type Kernel = (x: number, out: number, length: number) => unknown

const row = (
  name: string,
  code: string,
  storage: string | null,
  bytes: number,
  dtype: DType,
  kernel: (() => Kernel) | null,
): ElementType => ({ name, code, storage, bytes, dtype, kernel })

/** All that can be read. */
export const elementTypes: readonly ElementType[] = [
  row('float32', 'F32', 'FloatStorage', 4, 'float32', null),
  row('float16', 'F16', 'HalfStorage', 2, 'float32', () => kernels.f16_to_f32),
  row('bfloat16', 'BF16', 'BFloat16Storage', 2, 'float32', () => kernels.bf16_to_f32),
  row('float64', 'F64', 'DoubleStorage', 8, 'float32', () => kernels.f64_to_f32),
  row('int32', 'I32', 'IntStorage', 4, 'int32', null),
  row('int64', 'I64', 'LongStorage', 8, 'int32', () => kernels.i64_to_i32),
  row('int16', 'I16', 'ShortStorage', 2, 'int32', () => kernels.i16_to_i32),
  row('int8', 'I8', 'CharStorage', 1, 'int32', () => kernels.i8_to_i32),
  row('uint16', 'U16', null, 2, 'int32', () => kernels.u16_to_i32),
  row('uint32', 'U32', null, 4, 'int32', () => kernels.u32_to_i32),
  row('uint64', 'U64', null, 8, 'int32', () => kernels.u64_to_i32),
  row('uint8', 'U8', 'ByteStorage', 1, 'uint8', null),
  row('bool', 'BOOL', 'BoolStorage', 1, 'bool', () => kernels.u8_to_bool),
]

/** A new tensor of `shape` from its elements as a file has them. `op` begins the errors. */
export function decode(op: string, type: ElementType, bytes: Uint8Array, shape: Shape): Tensor {
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
  if (typeof fitting === 'number' && fitting < length) {
    out.dispose()
    throw new RuntimeError(
      `${op}: element ${fitting} is the ${type.name} ${integerAt(type, bytes, fitting)}, which int32 does not hold`,
    )
  }
  return out
}

function integerAt(type: ElementType, bytes: Uint8Array, index: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * type.bytes, type.bytes)
  if (type.bytes === 4) return BigInt(view.getUint32(0, true))
  return type.name === 'int64' ? view.getBigInt64(0, true) : view.getBigUint64(0, true)
}
