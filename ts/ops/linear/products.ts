/** Products of vectors and matrices that check the number of dimensions, and sums with them. */

import { RuntimeError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { full, zeros } from '../../tensor/create.js'
import { resultType } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { masked_fill } from '../elementwise/where.js'
import { transpose } from '../shape/permute.js'
import { select } from '../shape/slice.js'
import { reshape, unsqueeze } from '../shape/view.js'
import { checkSameType, matmul } from './matmul.js'

/** Throws unless `x` has `rank` dimensions. */
function checkRank(op: string, argument: string, x: Tensor, rank: number): void {
  if (x.dim() === rank) return
  const kinds = ['a number', 'a vector', 'a matrix', 'a batch of matrices [b, n, m]']
  throw new RuntimeError(`${op}: ${argument} must be ${kinds[rank]}, but got shape ${formatShape(x.shape)}`)
}

/** Matrix times matrix. */
export function mm(input: Tensor, mat2: Tensor): Tensor {
  checkRank('mm', 'self', input, 2)
  checkRank('mm', 'mat2', mat2, 2)
  return matmul(input, mat2)
}

/** Matrix times vector. */
export function mv(input: Tensor, vec: Tensor): Tensor {
  checkRank('mv', 'self', input, 2)
  checkRank('mv', 'vec', vec, 1)
  return matmul(input, vec)
}

/** The products of pairs of matrices [b, n, m], [b, m, p]. */
export function bmm(input: Tensor, mat2: Tensor, names = ['bmm', 'self', 'mat2']): Tensor {
  checkRank(names[0], names[1], input, 3)
  checkRank(names[0], names[2], mat2, 3)
  if (input.shape[0] !== mat2.shape[0]) {
    throw new RuntimeError(
      `${names[0]}: ${names[1]} and ${names[2]} must have as many matrices, but got shapes ${formatShape(input.shape)} and ${formatShape(mat2.shape)}`,
    )
  }
  return matmul(input, mat2)
}

/** The inner product of two vectors. */
export function dot(input: Tensor, other: Tensor, op = 'dot'): Tensor {
  if (input.dim() !== 1 || other.dim() !== 1) {
    throw new RuntimeError(`${op}: 1D tensors expected, but got ${input.dim()}D and ${other.dim()}D tensors`)
  }
  if (input.shape[0] !== other.shape[0]) {
    throw new RuntimeError(
      `${op}: inconsistent tensor size, expected tensor ${formatShape(input.shape)} and src ${formatShape(other.shape)} to have the same number of elements`,
    )
  }
  return matmul(input, other)
}

/** Sums of products along the last dimension of both. */
export function inner(input: Tensor, other: Tensor): Tensor {
  if (input.dim() === 0 || other.dim() === 0) return mul(input, other)
  if (input.shape.at(-1) !== other.shape.at(-1)) {
    throw new RuntimeError(
      `inner() the last dimension must match on both input tensors but got shapes ${formatShape(input.shape)} and ${formatShape(other.shape)}`,
    )
  }
  const last = other.shape.length - 1
  const rows = reshape(other, [other.shape.slice(0, last).reduce((a, b) => a * b, 1), other.shape[last]])
  const product = matmul(input, transpose(rows, 0, 1))
  return reshape(product, [...input.shape.slice(0, -1), ...other.shape.slice(0, last)])
}

/** The product of each element of one vector with each of another. */
export function outer(input: Tensor, vec2: Tensor, op = 'outer'): Tensor {
  checkRank(op, op === 'addr' ? 'vec1' : 'self', input, 1)
  checkRank(op, 'vec2', vec2, 1)
  return mul(unsqueeze(input, 1), vec2)
}

/** Factors of the two terms of a sum. */
export interface Factors {
  /** Of `input`, which is ignored if it is 0. */
  readonly beta: number | boolean
  /** Of the product. */
  readonly alpha: number | boolean
}

/** `beta input + alpha product`, of the product's shape. For integers fractions of the factors are cut off. */
function combined(op: string, input: Tensor, product: Tensor, { beta, alpha }: Factors): Tensor {
  checkSameType(op, input, product)
  for (const [name, factor] of Object.entries({ beta, alpha }))
    if (typeof factor === 'boolean')
      throw new RuntimeError(`Boolean ${name} only supported for Boolean results.`)
  const whole = (factor: number | boolean) =>
    product.dtype === 'float32' ? Number(factor) : Math.trunc(Number(factor))
  return weighted(op, input, product, { beta: whole(beta), alpha: whole(alpha) })
}

function weighted(op: string, input: Tensor, product: Tensor, { beta, alpha }: Factors): Tensor {
  const { shape } = product
  if (!sameShape(broadcastShapes(op, input.shape, shape, ['input', 'product']), shape)) {
    throw new RuntimeError(
      `${op}: input of shape ${formatShape(input.shape)} cannot be expanded to the shape ${formatShape(shape)} of the product`,
    )
  }
  const scaled = (x: Tensor, factor: number | boolean) => (Number(factor) === 1 ? x : mul(x, factor))
  const term = scaled(product, alpha)
  if (Number(beta) !== 0) return add(scaled(input, beta), term)
  // Even NaN counts as 0, and its gradient is 0.
  return input.requires_grad ? add(masked_fill(input, full([], 1, { dtype: 'bool' }), 0), term) : term
}

/** `beta input + alpha mat1 mat2`. */
export function addmm(input: Tensor, mat1: Tensor, mat2: Tensor, factors: Factors): Tensor {
  checkRank('addmm', 'mat1', mat1, 2)
  checkRank('addmm', 'mat2', mat2, 2)
  return combined('addmm', input, matmul(mat1, mat2), factors)
}

/** `beta input + alpha mat vec`. */
export function addmv(input: Tensor, mat: Tensor, vec: Tensor, factors: Factors): Tensor {
  checkRank('addmv', 'mat', mat, 2)
  checkRank('addmv', 'vec', vec, 1)
  return combined('addmv', input, matmul(mat, vec), factors)
}

/** `beta input + alpha vec1 vec2ᵀ`, of the type to which all are promoted. */
export function addr(input: Tensor, vec1: Tensor, vec2: Tensor, { beta, alpha }: Factors): Tensor {
  const dtype = resultType([input, vec1, vec2])
  for (const [name, factor] of Object.entries({ beta, alpha })) {
    if (dtype !== 'float32' && !Number.isInteger(Number(factor)))
      throw new RuntimeError(
        `For integral input tensors, argument ${name} must not be a floating point number.`,
      )
    if (typeof factor === 'boolean' && dtype !== 'bool')
      throw new RuntimeError(`Boolean ${name} only supported for Boolean results.`)
  }
  const own = (factor: number | boolean) => (dtype === 'bool' ? Number(factor) !== 0 : factor)
  const product = outer(vec1, vec2, 'addr')
  return weighted('addr', to(input, dtype), to(product, dtype), { beta: own(beta), alpha: own(alpha) })
}

/** `beta input + alpha batch1 batch2`, product by product. */
export function baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, factors: Factors): Tensor {
  return combined('baddbmm', input, bmm(batch1, batch2, ['baddbmm', 'batch1', 'batch2']), factors)
}

/** `beta input + alpha Σ batch1 batch2`, added product by product, as torch does. */
export function addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, { beta, alpha }: Factors): Tensor {
  const products = bmm(batch1, batch2, ['addbmm', 'batch1', 'batch2'])
  const [count, ...shape] = products.shape
  if (count === 0) return combined('addbmm', input, zeros(shape, { dtype: products.dtype }), { beta, alpha })
  let total = combined('addbmm', input, select(products, 0, 0), { beta, alpha })
  for (let i = 1; i < count; i++)
    total = combined('addbmm', total, select(products, 0, i), { beta: 1, alpha })
  return total
}
