/** Traces, covariances, and products of vectors along a dimension. */

import { RuntimeError, ValueError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, normalizeDim, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { div, mul, sub } from '../elementwise/binary.js'
import { clamp, sqrt } from '../elementwise/math.js'
import { sum } from '../reduce/reduce.js'
import { diagonal } from '../shape/diagonal.js'
import { expand } from '../shape/expand.js'
import { transpose } from '../shape/permute.js'
import { roll } from '../shape/reverse.js'
import { reshape, squeeze, unsqueeze } from '../shape/view.js'
import { matmul } from './matmul.js'

/** The sum of the diagonal of a matrix. */
export function trace(x: Tensor): Tensor {
  if (x.dim() !== 2) throw new RuntimeError(`trace: expected a matrix, but got tensor with dim ${x.dim()}`)
  return sum(diagonal(x))
}

/** Options of {@link cov}. */
export interface CovarianceOptions {
  readonly correction: number
  readonly fweights: Tensor | null
  readonly aweights: Tensor | null
}

function checkWeights(name: string, weights: Tensor, count: number, isWhole: boolean): void {
  if (weights.dim() > 1)
    throw new RuntimeError(
      `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${weights.dim()} dimensions`,
    )
  if (weights.numel() !== count)
    throw new RuntimeError(
      `cov(): expected ${name} to have the same numel as there are observations in the input but got ${weights.numel()} != ${count}`,
    )
  const isInteger = weights.dtype === 'int32' || weights.dtype === 'uint8'
  if (isWhole !== isInteger)
    throw new RuntimeError(
      `cov(): expected ${name} to have ${isWhole ? 'integral' : 'floating point'} dtype but got ${name} with ${nameOf(weights.dtype)} dtype`,
    )
  if (weights.data().some((weight) => weight < 0)) throw new RuntimeError(`cov(): ${name} cannot be negative`)
}

/** The covariances of the rows of `x`. */
export function cov(x: Tensor, { correction, fweights, aweights }: CovarianceOptions): Tensor {
  if (x.dim() > 2)
    throw new RuntimeError(
      `cov(): expected input to have two or fewer dimensions but got an input with ${x.dim()} dimensions`,
    )
  if (x.dtype === 'bool') throw new RuntimeError('cov(): bool dtype is not supported for input')
  const rows = to(x.dim() === 2 ? x : reshape(x, [1, x.numel()]), 'float32')
  const count = rows.shape[1]
  if (fweights !== null) checkWeights('fweights', fweights, count, true)
  if (aweights !== null) checkWeights('aweights', aweights, count, false)
  const weights = fweights !== null && aweights !== null ? mul(fweights, aweights) : (fweights ?? aweights)
  const weighted = (values: Tensor) => (weights === null ? values : mul(values, weights))
  const total = weights === null ? count : to(sum(weights), 'float32')
  if (typeof total !== 'number' && count > 0 && total.item() === 0)
    throw new ValueError("cov(): weights sum to zero, can't be normalized")
  const centered = sub(rows, unsqueeze(div(sum(weighted(rows), { dim: 1 }), total), 1))
  const products = matmul(centered, transpose(weighted(centered), 0, 1))
  const lost =
    weights === null || aweights === null || typeof total === 'number' || correction === 0
      ? correction
      : div(mul(sum(mul(weights, aweights)), correction), total)
  const freedom =
    typeof total === 'number' ? Math.max(total - correction, 0) : clamp(sub(total, lost), { min: 0 })
  return squeeze(div(products, freedom))
}

/** The correlations of the rows of `x`. */
export function corrcoef(x: Tensor): Tensor {
  if (x.dim() > 2)
    throw new RuntimeError(
      `corrcoef(): expected input to have two or fewer dimensions but got an input with ${x.dim()} dimensions`,
    )
  const covariances = cov(x, { correction: 1, fweights: null, aweights: null })
  if (covariances.dim() === 0) return div(covariances, covariances)
  const deviation = sqrt(diagonal(covariances))
  return clamp(div(div(covariances, unsqueeze(deviation, 1)), unsqueeze(deviation, 0)), { min: -1, max: 1 })
}

/** Sums of products along `dim`, broadcast. */
export const vecdot = (x: Tensor, y: Tensor, dim: number): Tensor => {
  const shape = broadcastShapes('linalg.vecdot', x.shape, y.shape, ['x', 'y'])
  if (shape.length === 0) throw new RuntimeError('linalg.vecdot: x and y must have at least one dimension')
  const product = mul(x, y)
  const sums = sum(product, { dim: normalizeDim(dim, shape.length) })
  return x.dtype === y.dtype ? to(sums, x.dtype) : sums
}

/** The cross product of vectors of three elements along `dim`. */
export function cross(op: string, a: Tensor, b: Tensor, dim: number | null): Tensor {
  if (op === 'linalg.cross' && a.dim() !== b.dim())
    throw new RuntimeError('linalg.cross: inputs must have the same number of dimensions.')
  const shape = broadcastShapes(op, a.shape, b.shape, ['input', 'other'])
  const at = dim === null ? a.shape.indexOf(3) : normalizeDim(dim, a.dim())
  if (at < 0) throw new RuntimeError('no dimension of size 3 in input')
  if (a.shape[at] !== 3 || b.shape[at] !== 3)
    throw new RuntimeError(
      `${op}: inputs dimension ${at} must have length 3. Got shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    )
  const [x, y] = [a, b].map((side) => (sameShape(side.shape, shape) ? side : expand(side, shape)))
  return sub(mul(roll(x, -1, at), roll(y, -2, at)), mul(roll(x, -2, at), roll(y, -1, at)))
}
