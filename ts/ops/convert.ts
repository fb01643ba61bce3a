import { describe } from '../check.js'
import { launch } from '../memory/residency.js'
import { checkDType, type DType } from '../tensor/dtype.js'
import { empty, Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { duplicate } from './copy.js'

/** A tensor, or a number that stands for a 0-d one. */
export type TensorLike = Tensor | number

/** Checks an argument that users pass, and gives it as a tensor. */
export function toTensor(op: string, argument: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value
  if (typeof value !== 'number') {
    throw new TypeError(`${op}: ${argument} must be a Tensor or a number, but got ${describe(value)}`)
  }
  const scalar = empty(op, [])
  scalar.storage.write(0, new Uint8Array(new Float32Array([value]).buffer))
  return scalar
}

/** The same as float32, which arithmetic wants; other dtypes promote and carry no gradient. */
export function toFloat(op: string, argument: string, value: TensorLike): Tensor {
  const tensor = toTensor(op, argument, value)
  return tensor.dtype === 'float32' ? tensor : to(tensor, 'float32')
}

const fromFloat = { int32: 'f32_to_i32', uint8: 'f32_to_u8', bool: 'f32_to_bool' } as const
const intoFloat = { int32: 'i32_to_f32', uint8: 'u8_to_f32', bool: 'u8_to_f32' } as const

/** The elements as another type; the tensor itself where it has that type already. */
export function to(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x
  checkDType('to', dtype)
  const bytesAlike = (x.dtype === 'bool' || x.dtype === 'uint8') && dtype === 'uint8'
  if (bytesAlike) return new Tensor(x.shape, dtype, duplicate(x).storage, 0)
  const float = x.dtype === 'float32' ? x : convert(x, 'float32', kernels[intoFloat[x.dtype]])
  return dtype === 'float32' ? float : convert(float, dtype, kernels[fromFloat[dtype]])
}

function convert(x: Tensor, dtype: DType, kernel: (x: number, out: number, length: number) => void): Tensor {
  const out = empty('to', x.shape, dtype)
  launch(() => kernel(x.pointer(), out.pointer(), out.numel()))
  return out
}
