/** Matrix products. */

import * as calls from '#kernels/calls'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import type { Storage } from '../../memory/storage.js'
import { roomy } from '../../memory/workspace.js'
import { isDense } from '../../tensor/elements.js'
import { checkShape, formatShape, MAX_ELEMENTS, numelOf, type Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { savedFactors } from '../elementwise/factors.js'
import * as integer from '../elementwise/integer.js'
import { reshape } from '../shape/view.js'

let workspace: Storage | undefined

interface Gemm {
  m: number
  n: number
  k: number
  /** `a` is stored [k, m], `b` [n, k]. */
  aTransposed?: boolean
  bTransposed?: boolean
}

/** A matrix for the kernel: its rows are contiguous, or those of its transpose. */
interface Packed {
  readonly rows: Tensor
  readonly isTransposed: boolean
}

/** Without a copy if either is contiguous. */
function packed(x: Tensor): Packed {
  const [rows, columns] = x.shape
  if (x.strides === null || isDense(x)) return { rows: x, isTransposed: false }
  const transpose = x.strided([columns, rows], [x.strides[1], x.strides[0]], 0)
  return isDense(transpose)
    ? { rows: transpose, isTransposed: true }
    : { rows: dense(x), isTransposed: false }
}

/** `out [m, n] = a b + bias`. */
function gemm(
  a: Tensor,
  b: Tensor,
  bias: Tensor | null,
  out: Tensor,
  { m, n, k, aTransposed = false, bTransposed = false }: Gemm,
): void {
  const threads = runningThreads()
  workspace = roomy(workspace, threads * kernels.gemm_workspace_bytes())
  const [left, right] = [packed(a), packed(b)]
  calls.gemm(kernels, {
    a: left.rows.pointer(),
    b: right.rows.pointer(),
    bias: bias === null ? 0 : dense(bias).pointer(),
    out: out.pointer(),
    workspace: workspace.pointer(),
    threads,
    m,
    n,
    k,
    a_transposed: aTransposed !== left.isTransposed,
    b_transposed: bTransposed !== right.isTransposed,
  })
}

function gradientByGemm(shape: Shape, a: Tensor, b: Tensor, dims: Gemm): Tensor {
  const gradient = empty('backward', shape)
  gemm(a, b, null, gradient, dims)
  return gradient
}

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

/**
 * Matrix product as in torch: vectors and matrices in any combination, and [..., m, k] with [k, n].
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
  if (b.dim() > 2) {
    throw new RuntimeError(
      `matmul: other must be a vector or a matrix, but got shape ${formatShape(b.shape)}`,
    )
  }
  checkSameType('matmul', a, b)
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
  return reshape(product, [...left.shape.slice(0, -1), ...right.shape.slice(1)])
}

/** Throws unless both have the same type: products do not promote. */
function checkSameType(op: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(
      `${op}: expected m1 and m2 to have the same dtype, but got: ${a.dtype} != ${b.dtype}`,
    )
  }
  integer.checkNotBool(op, a.dtype)
}

/** `x` as a matrix [rows, last dimension]. Throws if a product with `columns` columns cannot be a tensor. */
function asMatrix(op: string, x: Tensor, columns: number): Tensor {
  if (x.dim() === 2) return x
  const outer = x.shape.slice(0, -1)
  const rows = numelOf(outer)
  if (rows <= MAX_ELEMENTS) return reshape(x, [rows, x.shape[x.dim() - 1]])
  // This many rows have no elements; the product must have none either.
  checkShape(op, [...outer, columns])
  return reshape(x, [0, 0])
}

/** Rows of `x` times the transposed weight, plus the bias if there is one; `x` is [rows, in]. */
const linearRecord = define({
  name: 'linear',
  takesStrided: true,
  shape: ([x, weight]) => [x.shape[0], weight.shape[0]],
  dtype: ([x]) => x.dtype,
  forward([x, weight, bias], out) {
    const dims = { m: x.shape[0], n: weight.shape[0], k: x.shape[1], bTransposed: true }
    if (x.dtype === 'float32') gemm(x, weight, bias ?? null, out, dims)
    else
      integer.linear(
        [x, weight, bias].map((given) => given && dense(given)),
        out,
      )
    return savedFactors(x, weight)
  },
  backward(upstream, { a: x, b: weight }, _options, { needs, inputShapes }) {
    const [[rows, inputs], [outputs]] = inputShapes
    const [toInput, toWeight] = [
      { m: rows, n: inputs, k: outputs },
      { m: outputs, n: inputs, k: rows, aTransposed: true },
    ]
    return [
      weight ? gradientByGemm(inputShapes[0], upstream, weight, toInput) : null,
      x ? gradientByGemm(inputShapes[1], upstream, x, toWeight) : null,
      needs[2] ? sumTo('linear', upstream, [outputs]) : null,
    ]
  },
})

/**
 * `x weightᵀ + bias`, in one kernel: x [..., in], weight [out, in], bias [out], result [..., out].
 * Source: torch.nn.functional.linear.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensor('linear', 'input', x)
  checkTensor('linear', 'weight', weight)
  if (bias !== null) checkTensor('linear', 'bias', bias)
  const input = x
  if (weight.dim() !== 2) {
    throw new RuntimeError(
      `linear: weight must be a matrix [out, in], but got shape ${formatShape(weight.shape)}`,
    )
  }
  if (input.dim() === 0 || input.shape[input.dim() - 1] !== weight.shape[1]) {
    const rows = numelOf(input.shape.slice(0, -1))
    throw new RuntimeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${input.shape.at(-1) ?? 1} and ${weight.shape[1]}x${weight.shape[0]})` +
        ` (linear: input ${formatShape(input.shape)}, weight ${formatShape(weight.shape)})`,
    )
  }
  const outputs = weight.shape[0]
  if (bias !== null && (bias.dim() !== 1 || bias.shape[0] !== outputs)) {
    throw new RuntimeError(
      `linear: bias must have shape [${outputs}] to match weight ${formatShape(weight.shape)}, but got ${formatShape(bias.shape)}`,
    )
  }
  for (const other of bias === null ? [weight] : [weight, bias]) checkSameType('linear', input, other)
  const operands = [asMatrix('linear', input, outputs), weight]
  if (bias !== null) operands.push(bias)
  const product = apply(linearRecord, operands, undefined)
  return input.dim() === 2 ? product : reshape(product, [...input.shape.slice(0, -1), outputs])
}
