/** The greatest or smallest elements along a dimension. */
import { RuntimeError } from '../../base/errors.js'
import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { withSize } from '../../tensor/parts.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { withKeys } from './keys.js'

const record = defineSeveral({
  name: 'topk',
  results([x], { dim, k }: { dim: number; k: number; largest: boolean }) {
    const shape = withSize(x.shape, dim, k)
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ]
  },
  forward([x], [values, indices], { dim, k, largest }) {
    const size = splitAt(x.shape, dim)
    const threads = Math.min(runningThreads(), size[0])
    withKeys(x, threads * k, (keys, workspace) =>
      kernels.topk(keys, largest, indices.pointer(), workspace, k, threads, ...size),
    )
    gatherInto(values, x, indices, k, dim)
    return { indices }
  },
  backward: ([upstream], { indices }, { dim, k }, { inputShapes: [shape] }) => [
    upstream === null ? null : scattered(upstream, indices, k, dim, shape),
  ],
})

/** The `k` greatest or smallest elements along `dim`, and their indices; equal elements are ordered by index. */
export function topk(x: Tensor, k: number, dim: number, largest: boolean): Tensor[] {
  if (x.dtype === 'bool') throw new RuntimeError('topk does not support bool dtypes on CPU')
  const at = normalizeDim(dim, x.dim())
  const size = x.dim() === 0 ? 1 : x.shape[at]
  if (k < 0 || k > size)
    throw new RuntimeError(
      `topk: selected index k out of range: k must be from 0 to ${size}, the size of dimension ${at}, but got ${k}`,
    )
  return applyEach(record, [x], { dim: at, k: x.dim() === 0 ? 1 : k, largest })
}
