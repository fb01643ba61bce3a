import { bytesAt, floatsAt } from '../kernels/heap.js'
import { numelOf } from '../tensor/shape.js'
import { empty, type Tensor } from '../tensor/tensor.js'

export type Matrix = readonly [rows: number, columns: number]

/**
 * A tensor whose elements `write` writes when they are first needed: until then they take the few bytes that a parser packed them to,
 * and the text of the file may be gone.
 */
export function lateTensor(
  op: string,
  shape: Matrix,
  dtype: 'float32' | 'uint8',
  write: (elements: Float32Array | Uint8Array) => void,
): Tensor<Matrix> {
  const count = numelOf(shape)
  return empty(op, shape, dtype, {
    compute: (pointer) => write(dtype === 'uint8' ? bytesAt(pointer, count) : floatsAt(pointer, count)),
    release: () => {},
  })
}
