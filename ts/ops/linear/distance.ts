/** Distances and angles between vectors. */

import { RuntimeError } from '../../base/errors.js'
import { applyComposed, defineComposed } from '../../graph/composed.js'
import { to } from '../../tensor/convert.js'
import { full, tensor } from '../../tensor/create.js'
import { nameOf, resultType } from '../../tensor/promotion.js'
import { broadcastShapes, formatShape, normalizeDim, numelOf, sameShape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { add, div, eq, mul, sub } from '../elementwise/binary.js'
import { clamp, sqrt } from '../elementwise/math.js'
import { masked_fill } from '../elementwise/where.js'
import { vector_norm } from '../reduce/norm.js'
import { sum } from '../reduce/reduce.js'
import { expand } from '../shape/expand.js'
import { selected } from '../shape/index_select.js'
import { cat } from '../shape/join.js'
import { transpose } from '../shape/permute.js'
import { unsqueeze } from '../shape/view.js'
import { matmul } from './matmul.js'

/** More rows than so many are compared by a product, in torch too. */
const FEW_ROWS = 25

/** Euclidean distances by `|a|² + |b|² - 2 a b`. */
const euclideanRecord = defineComposed<undefined, { a: Tensor; b: Tensor; out: Tensor }>({
  name: 'cdist',
  backward(upstream, { a, b, out }, _options, { needs }) {
    // d|a - b| / da = (a - b) / |a - b|; 0 where both are the same.
    const slopes = masked_fill(div(upstream, out), eq(out, 0), 0)
    const towards = (own: Tensor, other: Tensor, ratio: Tensor) =>
      sub(mul(own, sum(ratio, { dim: -1, keepdim: true })), matmul(ratio, other))
    return [
      needs[0] ? towards(a, b, slopes) : null,
      needs[1] ? towards(b, a, transpose(slopes, -2, -1)) : null,
    ]
  },
})

function euclidean(a: Tensor, b: Tensor): Tensor {
  return applyComposed(euclideanRecord, [a, b], undefined, () => {
    // In one product, as torch does.
    const squares = (x: Tensor) => sum(mul(x, x), { dim: -1, keepdim: true })
    const ones = (x: Tensor) => full([...x.shape.slice(0, -1), 1], 1)
    const left = cat([mul(a, -2), squares(a), ones(a)], -1)
    const right = cat([b, ones(b), squares(b)], -1)
    const out = sqrt(clamp(matmul(left, transpose(right, -2, -1)), { min: 0 }))
    return { result: out, saved: { a, b, out } }
  })
}

const MODES = [
  'use_mm_for_euclid_dist_if_necessary',
  'use_mm_for_euclid_dist',
  'donot_use_mm_for_euclid_dist',
]

/** The distances [..., P, R] of all rows of `x1` [..., P, M] to all of `x2` [..., R, M]. */
export function cdist(x1: Tensor, x2: Tensor, p: number, mode: string | number): Tensor {
  for (const [name, x] of [
    ['X1', x1],
    ['X2', x2],
  ] as const) {
    if (x.dtype !== 'float32')
      throw new RuntimeError(`cdist only supports floating-point dtypes, ${name} got: ${nameOf(x.dtype)}`)
    if (x.dim() < 2)
      throw new RuntimeError(`cdist only supports at least 2D tensors, ${name} got: ${x.dim()}D`)
  }
  const [columns, others] = [x1.shape.at(-1), x2.shape.at(-1)]
  if (columns !== others)
    throw new RuntimeError(`X1 and X2 must have the same number of columns. X1: ${columns} X2: ${others}`)
  if (!(p >= 0)) throw new RuntimeError('cdist only supports non-negative p values')
  const which = typeof mode === 'number' ? mode : MODES.indexOf(mode)
  if (MODES[which] === undefined) throw new RuntimeError(`${mode} is not a valid value for compute_mode`)
  const batch = broadcastShapes('cdist', x1.shape.slice(0, -2), x2.shape.slice(0, -2), ['x1', 'x2'])
  const [a, b] = [x1, x2].map((x) => {
    const shape = [...batch, ...x.shape.slice(-2)]
    return sameShape(shape, x.shape) ? x : expand(x, shape)
  })
  const isLarge = Math.max(a.shape.at(-2) ?? 0, b.shape.at(-2) ?? 0) > FEW_ROWS
  if (p === 2 && (which === 1 || (which === 0 && isLarge))) return euclidean(a, b)
  if (columns === 0) return sum(mul(unsqueeze(a, -2), unsqueeze(b, -3)), { dim: -1 })
  return vector_norm(sub(unsqueeze(a, -2), unsqueeze(b, -3)), p, { dim: -1 }, 'cdist')
}

/** The distances of all pairs of rows of a matrix, in their order. */
export function pdist(x: Tensor, p: number): Tensor {
  if (x.dim() !== 2) throw new RuntimeError(`pdist only supports 2D tensors, got: ${x.dim()}D`)
  if (x.dtype !== 'float32') throw new RuntimeError('pdist only supports floating-point dtypes')
  if (!(p >= 0)) throw new RuntimeError('pdist only supports non-negative p values')
  const [rows] = x.shape
  const length = numelOf([rows, Math.max(rows - 1, 0)]) / 2
  if (length > 2 ** 26)
    throw new RuntimeError(`pdist: the distances of ${rows} rows do not fit linear memory`)
  const [firsts, seconds] = [new Int32Array(length), new Int32Array(length)]
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++, k++) {
      firsts[k] = i
      seconds[k] = j
    }
  }
  const [left, right] = [firsts, seconds].map((indices) => selected(x, 0, tensor(indices)))
  return vector_norm(sub(left, right), p, { dim: 1 }, 'pdist')
}

/** `|x1 - x2 + eps|` along the last dimension. */
export const pairwise_distance = (x1: Tensor, x2: Tensor, p: number, eps: number, keepdim: boolean): Tensor =>
  vector_norm(to(add(sub(x1, x2), eps), 'float32'), p, { dim: -1, keepdim }, 'pairwise_distance')

/** The cosine of the angle between vectors along `dim`; lengths below `eps` count as `eps`. */
export function cosine_similarity(x1: Tensor, x2: Tensor, dim: number, eps: number): Tensor {
  const dtype = resultType([x1, x2])
  if (dtype !== 'float32')
    throw new RuntimeError(`expected common dtype to be floating point, yet common dtype is ${nameOf(dtype)}`)
  const shape = broadcastShapes('cosine_similarity', x1.shape, x2.shape, ['x1', 'x2'])
  const at = normalizeDim(dim, shape.length)
  const [a, b] = [x1, x2].map((x) => {
    const whole = to(sameShape(x.shape, shape) ? x : expand(x, shape), 'float32')
    const length = vector_norm(whole, 2, { dim: at, keepdim: true }, 'cosine_similarity')
    return div(whole, clamp(length, { min: eps }))
  })
  return sum(mul(a, b), { dim: at })
}

/** Vectors along `dim` over their length, which is at least `eps`. */
export function normalize(x: Tensor, p: number, dim: number | readonly number[], eps: number): Tensor {
  if (x.dtype !== 'float32')
    throw new RuntimeError(
      `normalize: input must be floating point, but got ${nameOf(x.dtype)} of shape ${formatShape(x.shape)}`,
    )
  return div(x, clamp(vector_norm(x, p, { dim, keepdim: true }, 'normalize'), { min: eps }))
}
