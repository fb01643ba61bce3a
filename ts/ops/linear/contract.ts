/** Products over several dimensions, and of several matrices. */

import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { eye, full } from '../../tensor/create.js'
import { formatShape, normalizeDim, numelOf, type Shape, sameShape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { masked_fill } from '../elementwise/where.js'
import { sum } from '../reduce/reduce.js'
import { clone } from '../shape/clone.js'
import { expand } from '../shape/expand.js'
import { permute } from '../shape/permute.js'
import { reshape, squeeze, unsqueeze } from '../shape/view.js'
import { matmul } from './matmul.js'

/** Sums of products over dimensions `of` of both, or over the last ones of `a` and the first ones of `b`. */
export function tensordot(
  a: Tensor,
  b: Tensor,
  of: number | readonly [readonly number[], readonly number[]],
): Tensor {
  if (typeof of === 'number' && (of < 0 || of > Math.min(a.dim(), b.dim()))) {
    throw new RuntimeError(`tensordot expects 0 <= dims <= ndim_a and ndim_b, but got ${of}`)
  }
  const count = typeof of === 'number' ? of : 0
  const [left, right] =
    typeof of === 'number'
      ? [a.shape.map((_, i) => i).slice(a.dim() - count), b.shape.map((_, i) => i).slice(0, count)]
      : [of[0].map((dim) => normalizeDim(dim, a.dim())), of[1].map((dim) => normalizeDim(dim, b.dim()))]
  if (left.length !== right.length) throw new RuntimeError('both dimension lists should have same length')
  for (const [list, name] of [
    [left, 'first'],
    [right, 'second'],
  ] as const) {
    if (new Set(list).size < list.length)
      throw new RuntimeError(`tensordot: a dimension appears twice in the ${name} list`)
  }
  let [x, y] = [a, b]
  for (const [i, dim] of left.entries()) {
    const [m, n] = [x.shape[dim], y.shape[right[i]]]
    if (m === n) continue
    // A dimension of size 1 counts for all of the other, which is summed.
    if (m === 1) y = to(sum(y, { dim: right[i], keepdim: true }), b.dtype)
    else if (n === 1) x = to(sum(x, { dim, keepdim: true }), a.dtype)
    else {
      throw new RuntimeError(
        `contracted dimensions need to match, but first has size ${m} in dim ${dim} and second has size ${n} in dim ${right[i]}`,
      )
    }
  }
  const rest = (shape: Shape, dims: readonly number[]) =>
    shape.map((_, i) => i).filter((i) => !dims.includes(i))
  const [rows, columns] = [rest(x.shape, left), rest(y.shape, right)]
  const sizes = (shape: Shape, dims: readonly number[]) => dims.map((dim) => shape[dim])
  const inner = numelOf(sizes(x.shape, left))
  const shape = [...sizes(x.shape, rows), ...sizes(y.shape, columns)]
  const wide = reshape(permute(x, [...rows, ...left]), [numelOf(sizes(x.shape, rows)), inner])
  const tall = reshape(permute(y, [...right, ...columns]), [inner, numelOf(sizes(y.shape, columns))])
  return reshape(matmul(wide, tall), shape)
}

/** The product of each element of `a` with all of `b`, block by block. */
export function kron(a: Tensor, b: Tensor): Tensor {
  const rank = Math.max(a.dim(), b.dim())
  const padded = (shape: Shape) => [...Array.from({ length: rank - shape.length }, () => 1), ...shape]
  const [left, right] = [padded(a.shape), padded(b.shape)]
  const wide = reshape(
    a,
    left.flatMap((size) => [size, 1]),
  )
  const tall = reshape(
    b,
    right.flatMap((size) => [1, size]),
  )
  return reshape(
    mul(wide, tall),
    left.map((size, i) => size * right[i]),
  )
}

/** The product of several matrices, of which the first and the last may be vectors, in the cheapest order. */
export function multi_dot(given: readonly Tensor[], op = 'multi_dot'): Tensor {
  if (given.length < 2) throw new RuntimeError(`${op}(): expected at least 2 tensors but got ${given.length}`)
  const last = given.length - 1
  for (const [i, x] of given.entries()) {
    checkTensor(op, `tensors[${i}]`, x)
    const isEnd = i === 0 || i === last
    if (x.dim() === 2 || (isEnd && x.dim() === 1)) continue
    throw new RuntimeError(`${op}(): tensor ${i} must be ${isEnd ? '1D or 2D' : '2D'} but got ${x.dim()}D`)
  }
  const matrices = given.map((x, i) => (x.dim() === 2 ? x : unsqueeze(x, i === 0 ? 0 : 1)))
  for (const [i, { shape }] of matrices.entries()) {
    if (i > 0 && matrices[i - 1].shape[1] !== shape[0]) {
      throw new RuntimeError(
        `${op}(): tensors ${i - 1} and ${i} with shapes ${formatShape(given[i - 1].shape)} and ${formatShape(given[i].shape)} cannot be multiplied`,
      )
    }
  }
  const product = inOrder(matrices)
  const dims = [...(given[0].dim() === 1 ? [0] : []), ...(given[last].dim() === 1 ? [1] : [])]
  return dims.length === 0 ? product : squeeze(product, dims)
}

/** The product in the order with the fewest multiplications (dynamic programming over intervals). */
function inOrder(matrices: readonly Tensor[]): Tensor {
  const sizes = [matrices[0].shape[0], ...matrices.map(({ shape }) => shape[1])]
  const count = matrices.length
  const costs = matrices.map(() => new Array<number>(count).fill(0))
  const splits = matrices.map(() => new Array<number>(count).fill(0))
  for (let length = 2; length <= count; length++) {
    for (let i = 0; i + length <= count; i++) {
      const j = i + length - 1
      costs[i][j] = Number.POSITIVE_INFINITY
      for (let k = i; k < j; k++) {
        const cost = costs[i][k] + costs[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
        if (cost < costs[i][j]) [costs[i][j], splits[i][j]] = [cost, k]
      }
    }
  }
  const between = (i: number, j: number): Tensor =>
    i === j ? matrices[i] : matmul(between(i, splits[i][j]), between(splits[i][j] + 1, j))
  return between(0, count - 1)
}

/** Each matrix of `x` times itself, `n` times. */
export function matrix_power(x: Tensor, n: number, op: string): Tensor {
  const [rows, columns] = x.shape.slice(-2)
  if (x.dim() < 2) {
    throw new RuntimeError(`${op}: The input tensor A must have at least 2 dimensions.`)
  }
  if (rows !== columns) {
    throw new RuntimeError(
      `${op}: A must be batches of square matrices, but they are ${rows} by ${columns} matrices`,
    )
  }
  if (n < 0)
    throw new RuntimeError(
      `${op}: n must not be negative, as there is no inverse here, but got ${describe(n)}`,
    )
  if (n === 0) {
    const unit = expand(eye(rows, rows, { dtype: x.dtype }), x.shape)
    // A gradient of 0, even if elements are not numbers.
    return x.requires_grad ? add(masked_fill(x, full([], 1, { dtype: 'bool' }), 0), unit) : clone(unit)
  }
  if (n === 1) return clone(x)
  if (n === 3) return matmul(matmul(x, x), x)
  let [square, result]: [Tensor, Tensor | null] = [x, null]
  for (let rest = n; ; ) {
    if (rest % 2 === 1) result = result === null ? square : matmul(result, square)
    rest = Math.floor(rest / 2)
    if (rest === 0) return result ?? square
    square = matmul(square, square)
  }
}

/** `x1 weight x2 + bias` for each output: x1 [..., in1], x2 [..., in2], weight [out, in1, in2]. */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const shapes = [x1, x2, weight].map(({ shape }) => formatShape(shape)).join(', ')
  if (weight.dim() !== 3)
    throw new RuntimeError(`bilinear(): weight must be [out, in1, in2], but got shapes ${shapes}`)
  const [out, in1, in2] = weight.shape
  const rows = x1.shape.slice(0, -1)
  const fits = x1.dim() > 0 && x2.dim() > 0 && sameShape(rows, x2.shape.slice(0, -1))
  if (!fits || x1.shape.at(-1) !== in1 || x2.shape.at(-1) !== in2)
    throw new RuntimeError(`bilinear(): input1, input2 and weight do not match: got shapes ${shapes}`)
  if (bias !== null && !sameShape(bias.shape, [out]))
    throw new RuntimeError(`bilinear(): bias must have shape [${out}], but got ${formatShape(bias.shape)}`)
  const count = numelOf(rows)
  const mixed = matmul(reshape(x1, [count, in1]), reshape(permute(weight, [1, 0, 2]), [in1, out * in2]))
  const product = matmul(reshape(mixed, [count, out, in2]), reshape(x2, [count, in2, 1]))
  const result = reshape(product, [...rows, out])
  return bias === null ? result : add(result, bias)
}
