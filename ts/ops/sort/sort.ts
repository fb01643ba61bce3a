/** Sorting along a dimension. */
import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { withKeys } from './keys.js'

const record = defineSeveral({
  name: 'sort',
  results: ([x], _options: { dim: number; descending: boolean }) => [
    { shape: x.shape, dtype: x.dtype },
    { shape: x.shape, dtype: 'int32' },
  ],
  forward([x], [values, indices], { dim, descending }) {
    const size = splitAt(x.shape, dim)
    const threads = Math.min(runningThreads(), size[0])
    withKeys(x, threads * 2 * size[1], (keys, workspace) =>
      kernels.sort(keys, descending, indices.pointer(), workspace, threads, ...size),
    )
    gatherInto(values, x, indices, size[1], dim)
    return { indices }
  },
  backward: ([upstream], { indices }, { dim }, { inputShapes: [shape] }) => [
    upstream === null ? null : scattered(upstream, indices, splitAt(shape, dim)[1], dim, shape),
  ],
})

/** The sorted elements along `dim`, and their original indices; equal elements keep their order. */
export function sort(x: Tensor, dim: number, descending: boolean): Tensor[] {
  return applyEach(record, [x], { dim: normalizeDim(dim, x.dim()), descending })
}
