/** Reordering dimensions, as views. */

import { RuntimeError } from '../../base/errors.js'
import type { GradientOnly } from '../../graph/op.js'
import { normalizeDim, ownIntegers } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { defineView, type Layout, viewBy } from './view.js'

const permuteRecord = defineView('permute')
const transposeRecord = defineView('transpose')
const tRecord = defineView('t')

const reordered = (record: GradientOnly<Layout>, x: Tensor, dims: readonly number[]): Tensor =>
  viewBy(record, x, (shape, strides) => ({
    shape: dims.map((dim) => shape[dim]),
    strides: dims.map((dim) => strides[dim]),
    offset: 0,
  }))

/** Reorders the dimensions to `dims`. */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('permute', 'input', x)
  const given = ownIntegers('permute', 'dims', dims)
  if (given.length !== x.dim()) {
    throw new RuntimeError(
      `permute: number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${x.dim()} is not equal to len(dims) = ${given.length}`,
    )
  }
  const order = given.map((dim) => normalizeDim(dim, x.dim()))
  if (new Set(order).size !== order.length)
    throw new RuntimeError('permute(): duplicate dims are not allowed.')
  return reordered(permuteRecord, x, order)
}

/** The dimensions of `x` with two of them swapped. */
const exchanged = (x: Tensor, a: number, b: number) => x.shape.map((_, i) => (i === a ? b : i === b ? a : i))

/** Swaps two dimensions. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', 'input', x)
  return reordered(transposeRecord, x, exchanged(x, normalizeDim(dim0, x.dim()), normalizeDim(dim1, x.dim())))
}

/** Transposes a matrix. */
export function t(x: Tensor): Tensor {
  checkTensor('t', 'input', x)
  if (x.dim() > 2)
    throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${x.dim()}D`)
  return reordered(tRecord, x, x.dim() < 2 ? x.shape.map((_, i) => i) : [1, 0])
}
