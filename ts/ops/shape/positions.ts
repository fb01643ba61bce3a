/** Indices of users, checked. */
import { IndexError, RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { nameOf } from '../../tensor/promotion.js'
import { numelOf, type Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'

/** Throws unless `index` is a tensor of integers. */
export function checkIndexTensor(op: string, index: unknown): asserts index is Tensor {
  checkTensor(op, 'index', index)
  if (index.dtype === 'int32') return
  throw new RuntimeError(
    `${op}(): Expected dtype int32/int64 for index, but got ${nameOf(index.dtype)}; write index.int()`,
  )
}

/** Positions of 0 in `shape`, for {@link addPositions}. */
export function noPositions(shape: Shape): Tensor {
  const positions = empty('index', shape, 'int32')
  // 0 in the bits of float32.
  launch(() => kernels.fill(positions.pointer(), 0, positions.numel()))
  return positions
}

/**
 * `positions += stride * index`, for indices of dimension `dim` of `size` elements, negative ones from its end if they may be.
 *
 * @throws IndexError for one that is out of range
 */
export function addPositions(
  positions: Tensor,
  index: Tensor,
  dim: number,
  size: number,
  stride: number,
  negative: boolean,
  sentence?: string,
): void {
  const count = positions.numel()
  if (count === 0) return
  const source = dense(index)
  const place = launch(() =>
    kernels.add_positions(source.pointer(), size, stride, negative, positions.pointer(), count),
  )
  if (place === count) return
  throw new IndexError(
    sentence ?? `index ${source.data()[place]} is out of bounds for dimension ${dim} with size ${size}`,
  )
}

/** A checked copy of indices of dimension `dim` of `size` elements. */
export function checkedIndices(
  index: Tensor,
  dim: number,
  size: number,
  negative = false,
  sentence?: string,
): Tensor {
  const positions = noPositions(index.shape)
  addPositions(positions, index, dim, size, 1, negative, sentence)
  return positions
}

/** Strides of contiguous elements in `shape`; 0 where dimensions behind are empty. */
export const factorsOf = (shape: Shape): number[] => shape.map((_, i) => numelOf(shape.slice(i + 1)))
