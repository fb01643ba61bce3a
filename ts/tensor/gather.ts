/** Gathering elements by index along a dimension, outside of autograd. */
import { kernels } from '../kernels/instance.js'
import { bytesPerElement } from './dtype.js'
import { zerosLike } from './parts.js'
import { type Shape, splitAt } from './shape.js'
import type { Tensor } from './tensor.js'

/** Writes the elements of `x` at `indices` to `values`; there are `count` along `dim`. */
export function gatherInto(values: Tensor, x: Tensor, indices: Tensor, count: number, dim: number): void {
  const size = bytesPerElement[x.dtype]
  kernels.gather(x.pointer(), size, indices.pointer(), values.pointer(), count, ...splitAt(x.shape, dim))
}

/** The gradient of the tensor of `shape` from which elements were gathered. */
export function scattered(
  upstream: Tensor,
  indices: Tensor,
  count: number,
  dim: number,
  shape: Shape,
): Tensor {
  const gradient = zerosLike(shape)
  const target = gradient.pointer()
  kernels.scatter_add(upstream.pointer(), indices.pointer(), target, count, ...splitAt(shape, dim))
  return gradient
}
