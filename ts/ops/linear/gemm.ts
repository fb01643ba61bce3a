/** Calls of the kernels of matrix products. */

import * as calls from '#kernels/calls'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import type { Storage } from '../../memory/storage.js'
import { roomy } from '../../memory/workspace.js'
import { isDense } from '../../tensor/elements.js'
import type { Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

let workspace: Storage | undefined

/** Sizes of a product `[m, k] [k, n]`. */
export interface Gemm {
  m: number
  n: number
  k: number
  /** `a` is stored [k, m], `b` [n, k]. */
  aTransposed?: boolean
  bTransposed?: boolean
}

/** A matrix for the kernel, or a batch of them: rows are contiguous, or those of the transpose. */
interface Packed {
  readonly rows: Tensor
  readonly isTransposed: boolean
}

/** Without a copy if either is contiguous. */
function packed(x: Tensor): Packed {
  if (x.strides === null || isDense(x)) return { rows: x, isTransposed: false }
  const exchanged = (list: readonly number[]) => [...list.slice(0, -2), list[x.dim() - 1], list[x.dim() - 2]]
  const transpose = x.strided(exchanged(x.shape), exchanged(x.strides), 0)
  return isDense(transpose)
    ? { rows: transpose, isTransposed: true }
    : { rows: dense(x), isTransposed: false }
}

/** `out = a b + bias` for matrices; for batches [count, rows, columns] the product of each pair, without a bias. */
export function gemm(
  a: Tensor,
  b: Tensor,
  bias: Tensor | null,
  out: Tensor,
  { m, n, k, aTransposed = false, bTransposed = false }: Gemm,
): void {
  const threads = runningThreads()
  workspace = roomy(workspace, threads * kernels.gemm_workspace_bytes())
  const [left, right] = [packed(a), packed(b)]
  const operands = {
    a: left.rows.pointer(),
    b: right.rows.pointer(),
    out: out.pointer(),
    workspace: workspace.pointer(),
    threads,
    m,
    n,
    k,
    a_transposed: aTransposed !== left.isTransposed,
    b_transposed: bTransposed !== right.isTransposed,
  }
  if (out.dim() === 2) calls.gemm(kernels, { ...operands, bias: bias === null ? 0 : dense(bias).pointer() })
  else {
    const [count, a_count, b_count] = [out.shape[0], a.shape[0], b.shape[0]]
    calls.gemm_batch(kernels, { ...operands, count, a_count, b_count })
  }
}

/** A gradient of `shape`. */
export function gradientByGemm(shape: Shape, a: Tensor, b: Tensor, dims: Gemm): Tensor {
  const gradient = empty('backward', shape)
  gemm(a, b, null, gradient, dims)
  return gradient
}
