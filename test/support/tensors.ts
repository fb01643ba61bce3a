import torch from '../../ts/index.js'
import type { Tensor } from '../../ts/tensor/tensor.js'
import { stream } from './stream.js'

export const int32 = (values: number[]): Tensor => torch.tensor(values, { dtype: 'int32' })

/** A tensor that autograd tracks. */
export const leaf = (values: number[] = [1, -2]): Tensor => torch.tensor(values, { requires_grad: true })

/** Numbers in [-2, 2), the same for the same seed. */
export function uniform(shape: readonly number[], seed: number): Tensor {
  const random = stream(seed)
  const length = shape.reduce((product, size) => product * size, 1)
  return torch.tensor(Float32Array.from({ length }, () => 4 * random() - 2)).reshape([...shape])
}
