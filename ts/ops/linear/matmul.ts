/** Matrix products. */

import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import {
  broadcastShapes,
  checkShape,
  formatShape,
  MAX_ELEMENTS,
  numelOf,
  type Shape,
  sameShape,
} from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { type SavedFactors, savedFactors } from '../elementwise/factors.js'
import * as integer from '../elementwise/integer.js'
import { expand } from '../shape/expand.js'
import { reshape, unsqueeze } from '../shape/view.js'
import { gemm, gradientByGemm } from './gemm.js'

const matmulRecord = define({
  name: 'matmul',
  takesStrided: true,
  shape: ([a, b]) => [a.shape[0], b.shape[1]],
  dtype: ([a]) => a.dtype,
  forward([a, b], out) {
    if (a.dtype === 'float32') gemm(a, b, null, out, { m: a.shape[0], n: b.shape[1], k: a.shape[1] })
    else integer.matmul('matmul', [dense(a), dense(b)], out, false)
    return savedFactors(a, b)
  },
  backward(upstream, { a, b }, _options, { inputShapes: [left, right] }) {
    const [m, k, n] = [left[0], left[1], right[1]]
    return [
      b ? gradientByGemm(left, upstream, b, { m, n: k, k: n, bTransposed: true }) : null,
      a ? gradientByGemm(right, a, upstream, { m: k, n, k: m, aTransposed: true }) : null,
    ]
  },
})

/** Products of pairs of matrices: [count, m, k] times [count, k, n]. Either may have fewer matrices, which are then repeated. */
const bmmRecord = define<{ count: number }, SavedFactors>({
  name: 'bmm',
  takesStrided: true,
  shape: ([a, b], { count }) => [count, a.shape[1], b.shape[2]],
  dtype: ([a]) => a.dtype,
  forward([a, b], out) {
    const [m, k, n] = [a.shape[1], a.shape[2], b.shape[2]]
    if (a.dtype === 'float32') gemm(a, b, null, out, { m, n, k })
    else {
      const each = (x: Tensor, i: number) =>
        x.alias(x.shape.slice(1), (i % x.shape[0]) * numelOf(x.shape.slice(1)))
      const [left, right] = [dense(a), dense(b)]
      for (let i = 0; i < out.shape[0]; i++)
        integer.matmul('bmm', [each(left, i), each(right, i)], each(out, i), false)
    }
    return savedFactors(a, b)
  },
  backward(upstream, { a, b }, { count }, { inputShapes: [left, right] }) {
    const [m, k, n] = [left[1], left[2], right[2]]
    return [
      b
        ? ofRepeated(left, gradientByGemm([count, m, k], upstream, b, { m, n: k, k: n, bTransposed: true }))
        : null,
      a
        ? ofRepeated(right, gradientByGemm([count, k, n], a, upstream, { m: k, n, k: m, aTransposed: true }))
        : null,
    ]
  },
})

/** The gradient of matrices from that of each time that they were used. */
function ofRepeated(shape: Shape, gradient: Tensor): Tensor {
  const [count, ...matrix] = shape
  if (gradient.shape[0] === count) return gradient
  const sum = sumTo('bmm', gradient.alias([gradient.shape[0] / count, count, ...matrix]), shape)
  gradient.dispose()
  return sum
}

/**
 * Matrix product as in torch: of vectors, matrices and batches of matrices, whose first dimensions are broadcast.
 *
 * @example torch.matmul(torch.ones([2, 3]), torch.ones([3, 4])).shape // [2, 4]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensor('matmul', 'input', a)
  checkTensor('matmul', 'other', b)
  if (a.dim() === 0 || b.dim() === 0) {
    throw new RuntimeError(
      `both arguments to matmul need to be at least 1D, but they are ${a.dim()}D and ${b.dim()}D`,
    )
  }
  checkSameType('matmul', a, b)
  if (b.dim() > 2) return batched(a, b)
  const [left, right] = [a, b]
  const k = left.shape[left.dim() - 1]
  const matrix = right.dim() === 1 ? reshape(right, [right.shape[0], 1]) : right
  if (k !== matrix.shape[0]) {
    const rows = numelOf(left.shape.slice(0, -1))
    throw new RuntimeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${k} and ${matrix.shape[0]}x${matrix.shape[1]})` +
        ` (matmul: input ${formatShape(a.shape)}, other ${formatShape(b.shape)})`,
    )
  }
  const product = apply(matmulRecord, [asMatrix('matmul', left, matrix.shape[1]), matrix], undefined)
  if (left.dim() === 2 && right.dim() === 2) return product
  const result = reshape(product, [...left.shape.slice(0, -1), ...right.shape.slice(1)])
  return asWhole('matmul', [a, b], result)
}

/** [..., m, k] or [k] times [..., k, n]. */
function batched(a: Tensor, b: Tensor): Tensor {
  const left = a.dim() === 1 ? unsqueeze(a, 0) : a
  const [m, k] = left.shape.slice(-2)
  const [rows, n] = b.shape.slice(-2)
  const batch = broadcastShapes('matmul', left.shape.slice(0, -2), b.shape.slice(0, -2), ['input', 'other'])
  if (k !== rows) {
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${numelOf(batch)}, ${k}] but got: [${numelOf(batch)}, ${rows}].` +
        ` (matmul: input ${formatShape(a.shape)}, other ${formatShape(b.shape)})`,
    )
  }
  checkShape('matmul', [...batch, m, n])
  const product = apply(bmmRecord, [matricesOf(left, batch), matricesOf(b, batch)], { count: numelOf(batch) })
  return asWhole('matmul', [a, b], reshape(product, a.dim() === 1 ? [...batch, n] : [...batch, m, n]))
}

/** [..., rows, columns] as one batch that, repeated, gives those of `batch`. */
function matricesOf(x: Tensor, batch: Shape): Tensor {
  const matrix = x.shape.slice(-2)
  let own = x.shape.slice(0, -2)
  while (own.length > 0 && own[0] === 1) own = own.slice(1)
  const isRepeated = sameShape(own, batch.slice(batch.length - own.length)) && numelOf(batch) > 0
  const all = isRepeated ? x : expand(x, [...batch, ...matrix])
  return reshape(all, [numelOf(isRepeated ? own : batch), ...matrix])
}

/** Throws unless both have the same type: products do not promote. */
export function checkSameType(op: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(
      `${op}: expected m1 and m2 to have the same dtype, but got: ${a.dtype} != ${b.dtype}`,
    )
  }
  integer.checkNotBool(op, a.dtype)
}

/** `x` as a matrix [rows, last dimension]. Throws if a product with `columns` columns cannot be a tensor. */
export function asMatrix(op: string, x: Tensor, columns: number): Tensor {
  if (x.dim() === 2) return x
  const outer = x.shape.slice(0, -1)
  const rows = numelOf(outer)
  if (rows <= MAX_ELEMENTS) return reshape(x, [rows, x.shape[x.dim() - 1]])
  // This many rows have no elements; the product must have none either.
  checkShape(op, [...outer, columns])
  return reshape(x, [0, 0])
}
