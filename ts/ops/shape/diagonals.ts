/** Vectors as diagonals. */
import { RuntimeError } from '../../base/errors.js'
import { zeros } from '../../tensor/create.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { normalizeDim } from '../../tensor/shape.js'
import { stridesOf } from '../../tensor/strides.js'
import type { Tensor } from '../../tensor/tensor.js'
import { as_strided } from './as_strided.js'
import { clone } from './clone.js'
import { diagonal } from './diagonal.js'
import { copy_, fill_ } from './in_place.js'
import { reshape } from './view.js'

/** The last dimension as a diagonal of two new ones. */
export function diag_embed(x: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  const [a, b] = [normalizeDim(dim1, x.dim() + 1), normalizeDim(dim2, x.dim() + 1)]
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`)
  if (x.dim() === 0) throw new RuntimeError('diag_embed: input must have at least 1 dimension')
  const size = Math.abs(offset) + x.shape[x.dim() - 1]
  const shape = x.shape.slice(0, -1)
  shape.splice(Math.min(a, b), 0, size)
  shape.splice(Math.max(a, b), 0, size)
  const result = zeros(shape, { dtype: x.dtype })
  copy_(diagonal(result, offset, a, b), x)
  return result
}

/** A vector as a diagonal, or the diagonal of a matrix. */
export function diag(x: Tensor, offset: number): Tensor {
  if (x.dim() === 1) return diag_embed(x, offset, 0, 1)
  if (x.dim() === 2) return clone(diagonal(x, offset))
  throw new RuntimeError(`diag(): Supports 1D or 2D tensors. Got ${x.dim()}D`)
}

/** The elements as a diagonal. */
export const diagflat = (x: Tensor, offset: number): Tensor => diag_embed(reshape(x, [-1]), offset, 0, 1)

/** Overwrites the diagonal; of a tall matrix once more after each square part if `wrap`. Source: at::native::fill_diagonal_. */
export function fill_diagonal_(x: Tensor, value: number, wrap: boolean): Tensor {
  const [height, width] = x.shape
  if (x.dim() < 2) throw new RuntimeError('dimensions must larger than 1')
  if (x.dim() > 2 && x.shape.some((size) => size !== height))
    throw new RuntimeError('all dimensions of input must be of equal length')
  const strides = stridesOf(x)
  const step = strides.reduce((sum, stride) => sum + stride, 0)
  const own = x.byteOffset / bytesPerElement[x.dtype]
  const turn = x.dim() === 2 && wrap && width > 0 ? width + 1 : Math.max(height, 1)
  for (let row = 0; row < height; row += turn) {
    const length = Math.min(height - row, ...x.shape.slice(1))
    fill_(as_strided(x, [length], [step], own + row * strides[0]), value)
  }
  return x
}
