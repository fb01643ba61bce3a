/** The layout of a tensor's elements: the stride of a dimension is the distance in elements between consecutive indices. */

import { numelOf, type Shape } from './shape.js'

/** The stride of each dimension; 0 repeats elements. */
export type Strides = readonly number[]

/** The layout of a view: its first element is `offset` elements after that of the viewed tensor. */
export interface Geometry {
  readonly shape: Shape
  readonly strides: Strides
  readonly offset: number
}

/** Strides of contiguous row-major elements. A dimension of size 0 counts as size 1, as in torch. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= Math.max(shape[i], 1)
  }
  return strides
}

/** The strides of a tensor or layout, whose null stands for {@link contiguousStrides}. */
export const stridesOf = ({
  shape,
  strides,
}: {
  readonly shape: Shape
  readonly strides: Strides | null
}): Strides => strides ?? contiguousStrides(shape)

/** Whether the elements are contiguous in row-major order; strides of dimensions of size 1 do not matter. */
export function isContiguous(shape: Shape, strides: Strides): boolean {
  let expected = 1
  let isSo = true
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 0) return true
    if (shape[i] === 1) continue
    if (strides[i] !== expected) isSo = false
    expected *= shape[i]
  }
  return isSo
}

/** The representation of strides in a tensor: null for {@link contiguousStrides}. */
export function keptStrides(shape: Shape, strides: Strides): Strides | null {
  let expected = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (strides[i] !== expected) return Object.freeze(strides)
    expected *= Math.max(shape[i], 1)
  }
  return null
}

/** The extent in the storage: the number of elements from the first to the last one; 0 without elements. */
export function reachOf(shape: Shape, strides: Strides): number {
  let last = 0
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 0) return 0
    last += (shape[i] - 1) * strides[i]
  }
  return last + 1
}

/** Whether several indices may share an element; as in torch, true if that is too hard to decide. */
export function mayOverlap(shape: Shape, strides: Strides): boolean {
  if (numelOf(shape) <= 1) return false
  const dims = shape.map((size, i) => ({ size, stride: strides[i] })).filter(({ size }) => size > 1)
  dims.sort((a, b) => a.stride - b.stride)
  let last = 0
  for (const { size, stride } of dims) {
    if (stride <= last) return true
    last += (size - 1) * stride
  }
  return false
}

/** Whether the elements fill their extent without gaps or overlap, in any order of dimensions. */
export function isPermuted(shape: Shape, strides: Strides): boolean {
  return reachOf(shape, strides) === numelOf(shape) && !mayOverlap(shape, strides)
}

/**
 * The strides of a view in the shape `target`, which has as many elements; null if no view is possible, because a new dimension would
 * span old ones that are not contiguous to each other. Source: at::detail::computeStride.
 */
export function stridesAs(shape: Shape, strides: Strides, target: Shape): Strides | null {
  const numel = numelOf(shape)
  if (numel === 0) return contiguousStrides(target)
  const result = new Array<number>(target.length).fill(1)
  let view = target.length - 1
  let base = strides.at(-1) ?? 1
  let elements = 1
  let placed = 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    elements *= shape[dim]
    const isEnd = dim === 0 || (shape[dim - 1] !== 1 && strides[dim - 1] !== elements * base)
    if (!isEnd) continue
    while (view >= 0 && (placed < elements || target[view] === 1)) {
      result[view] = placed * base
      placed *= target[view--]
    }
    if (placed !== elements) return null
    if (dim === 0) break
    base = strides[dim - 1]
    elements = 1
    placed = 1
  }
  return view === -1 ? result : null
}

/** Dimensions for iterating over two operands, without those of size 1, and with those merged that are contiguous in both. */
export function mergedDims(
  shape: Shape,
  a: Strides,
  b: Strides,
): { shape: number[]; a: number[]; b: number[] } {
  const merged = { shape: [] as number[], a: [] as number[], b: [] as number[] }
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 1) continue
    const last = merged.shape.length - 1
    if (last >= 0 && merged.a[last] === a[i] * shape[i] && merged.b[last] === b[i] * shape[i]) {
      merged.shape[last] *= shape[i]
      merged.a[last] = a[i]
      merged.b[last] = b[i]
    } else {
      merged.shape.push(shape[i])
      merged.a.push(a[i])
      merged.b.push(b[i])
    }
  }
  return merged
}
