/** Where the elements of a tensor lie: strides count elements from one index of a dimension to the next. */

import { numelOf, type Shape } from './shape.js'

/** Elements from one index to the next, of every dimension; 0 repeats. */
export type Strides = readonly number[]

/** Where a view lies in what it is a view of: its first element is `offset` elements from the first one there. */
export interface Geometry {
  readonly shape: Shape
  readonly strides: Strides
  readonly offset: number
}

/** Strides of row-major elements that lie one after another. A dimension without elements counts as one of size 1, as in torch. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= Math.max(shape[i], 1)
  }
  return strides
}

/** Whether the elements lie one after another in row-major order; the stride of a single index does not matter. */
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

/** Strides to keep for a tensor: null stands for those of {@link contiguousStrides}. */
export function keptStrides(shape: Shape, strides: Strides): Strides | null {
  let expected = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (strides[i] !== expected) return Object.freeze(strides)
    expected *= Math.max(shape[i], 1)
  }
  return null
}

/** Elements of a storage from the first to the last one that is reached, both included; 0 where there are none. */
export function reachOf(shape: Shape, strides: Strides): number {
  let last = 0
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 0) return 0
    last += (shape[i] - 1) * strides[i]
  }
  return last + 1
}

/** Whether an element may be reached by more than one index; as torch, true where that is too hard to tell. */
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

/** Whether the elements fill their reach, each reached by one index, in whatever order of dimensions. */
export function isPermuted(shape: Shape, strides: Strides): boolean {
  return reachOf(shape, strides) === numelOf(shape) && !mayOverlap(shape, strides)
}

/**
 * Strides that read the same elements as `target`, of as many elements, or null where no view can: where one of its dimensions would
 * span two of the old ones that do not follow on each other. Source: at::detail::computeStride.
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

/** Dimensions of a walk over two operands: sizes of 1 left out, and dimensions that follow on each other in both as one. */
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
