/** The greatest or smallest elements along a dimension. */
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { withSize } from '../../tensor/parts.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { choose, choosing } from './chosen.js'
import { withKeys } from './keys.js'

const record = choosing<{ dim: number; k: number; largest: boolean }>(
  'topk',
  (x, { dim, k }) => withSize(x.shape, dim, k),
  (x, indices, { dim, k, largest }) => {
    const size = splitAt(x.shape, dim)
    const threads = Math.min(runningThreads(), size[0])
    withKeys(x, threads * k, (keys, workspace) =>
      kernels.topk(keys, largest, indices.pointer(), workspace, k, threads, ...size),
    )
  },
)

/** The `k` greatest or smallest elements along `dim`, and their indices; equal elements are ordered by index. */
export function topk(x: Tensor, k: number, dim: number, largest: boolean): Tensor[] {
  if (x.dtype === 'bool') throw new RuntimeError('topk does not support bool dtypes on CPU')
  const at = normalizeDim(dim, x.dim())
  const size = x.dim() === 0 ? 1 : x.shape[at]
  if (k < 0 || k > size)
    throw new RuntimeError(
      `topk: selected index k out of range: k must be from 0 to ${size}, the size of dimension ${at}, but got ${k}`,
    )
  return choose(record, x, { dim: at, k: x.dim() === 0 ? 1 : k, largest })
}
