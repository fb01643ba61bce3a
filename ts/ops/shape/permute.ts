/** Dimensions in another order. */

import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { normalizeDim, numelOf, ownIntegers } from '../../tensor/shape.js'
import { stridedCopy } from '../../tensor/strided.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'

function permuteInto(x: Tensor, out: Tensor, dims: readonly number[]): void {
  const strides = x.shape.map((_, i) => numelOf(x.shape.slice(i + 1)))
  stridedCopy(
    x,
    out,
    dims.map((dim) => strides[dim]),
  )
}

const permuteRecord = define<{ dims: readonly number[] }>({
  name: 'permute',
  shape: ([x], { dims }) => dims.map((dim) => x.shape[dim]),
  forward([x], out, { dims }) {
    permuteInto(x, out, dims)
  },
  backward(upstream, _saved, { dims }, { inputShapes }) {
    const gradient = empty('backward', inputShapes[0])
    permuteInto(
      upstream,
      gradient,
      dims.map((_, i) => dims.indexOf(i)),
    )
    return [gradient]
  },
})

/** Dimensions in the order `dims`. A copy, not a view. */
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
  if (x.dtype === 'float32') return apply(permuteRecord, [x], { dims: order })
  const out = empty(
    'permute',
    order.map((dim) => x.shape[dim]),
    x.dtype,
  )
  permuteInto(x, out, order)
  return out
}

/** Two dimensions exchanged. A copy, not a view. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', 'input', x)
  const [a, b] = [normalizeDim(dim0, x.dim()), normalizeDim(dim1, x.dim())]
  const dims = x.shape.map((_, i) => (i === a ? b : i === b ? a : i))
  return permute(x, dims)
}

/** Rows and columns exchanged. A copy, not a view. */
export function t(x: Tensor): Tensor {
  checkTensor('t', 'input', x)
  if (x.dim() > 2)
    throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${x.dim()}D`)
  return x.dim() < 2 ? x : transpose(x, 0, 1)
}
