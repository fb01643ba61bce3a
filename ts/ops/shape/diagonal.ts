/** Views of diagonals and windows. */

import { RuntimeError } from '../../base/errors.js'
import { checkShape, normalizeDim } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { defineView, viewBy } from './view.js'

const diagonalRecord = defineView('diagonal')
const unfoldRecord = defineView('unfold')

/** The diagonal of `dim1` and `dim2`, moved by `offset`, as the last dimension in place of both. */
export function diagonal(x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  checkTensor('diagonal', 'input', x)
  const [a, b] = [normalizeDim(dim1, x.dim()), normalizeDim(dim2, x.dim())]
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`)
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)]
  const length = Math.max(Math.min(x.shape[a] - down, x.shape[b] - right), 0)
  const others = (_: number, i: number) => i !== a && i !== b
  return viewBy(diagonalRecord, x, (shape, strides) => ({
    shape: [...shape.filter(others), length],
    strides: [...strides.filter(others), strides[a] + strides[b]],
    offset: length === 0 ? 0 : down * strides[a] + right * strides[b],
  }))
}

/** Windows of `size` elements along `dimension`, `step` elements apart, as a new last dimension. */
export function unfold(x: Tensor, dimension: number, size: number, step: number): Tensor {
  checkTensor('unfold', 'self', x)
  const at = normalizeDim(dimension, x.dim())
  const length = x.shape[at] ?? 1
  if (size < 0) throw new RuntimeError(`size is ${size} but must be >= 0`)
  if (size > length) {
    throw new RuntimeError(`maximum size for tensor at dimension ${at} is ${length} but size is ${size}`)
  }
  if (step <= 0) throw new RuntimeError(`step is ${step} but must be > 0`)
  const windows = Math.floor((length - size) / step) + 1
  const replaced = (list: readonly number[], value: number) => list.map((own, i) => (i === at ? value : own))
  checkShape('unfold', [...replaced(x.shape, windows), size])
  return viewBy(unfoldRecord, x, (shape, strides) => {
    const stride = strides[at] ?? 1
    // A 0-d tensor has a single window and no other dimension.
    if (shape.length === 0) return { shape: [size], strides: [1], offset: 0 }
    return {
      shape: [...replaced(shape, windows), size],
      strides: [...replaced(strides, step * stride), stride],
      offset: 0,
    }
  })
}
