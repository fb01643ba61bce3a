/** Copying between a tensor and a part of another, outside of autograd. */

import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { bytesPerElement } from './dtype.js'
import { type Shape, splitAt } from './shape.js'
import { empty, type Tensor } from './tensor.js'

/** Copies `x` to the part of `into` that starts at `start` of dimension `dim`, or that part to `x`. */
export function copyPart(
  direction: 'into' | 'from',
  x: Tensor,
  whole: Tensor,
  dim: number,
  start: number,
): void {
  const size = bytesPerElement[x.dtype]
  const [outer, axis, inner] = splitAt(whole.shape, dim)
  const length = x.shape[dim] * inner * size
  launch(() => {
    const part = whole.pointer() + start * inner * size
    if (direction === 'into')
      kernels.rectangle_copy(x.pointer(), part, outer, length, length, axis * inner * size)
    else kernels.rectangle_copy(part, x.pointer(), outer, length, axis * inner * size, length)
  })
}

/** `shape` with another size of dimension `dim`. */
export const withSize = (shape: Shape, dim: number, size: number): number[] =>
  shape.map((s, i) => (i === dim ? size : s))

/** A gradient of zeros, of which only a part is filled. */
export function zerosLike(shape: Shape): Tensor {
  const gradient = empty('backward', shape)
  kernels.fill(gradient.pointer(), 0, gradient.numel())
  return gradient
}
