/** Sorting along a dimension. */
import { kernels } from '../../kernels/instance.js'
import { runningThreads } from '../../kernels/threads/fork.js'
import { splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { choose, choosing } from './chosen.js'
import { withKeys } from './keys.js'

const record = choosing<{ dim: number; descending: boolean }>(
  'sort',
  (x) => x.shape,
  (x, indices, { dim, descending }) => {
    const size = splitAt(x.shape, dim)
    const threads = Math.min(runningThreads(), size[0])
    withKeys(x, threads * 2 * size[1], (keys, workspace) =>
      kernels.sort(keys, descending, indices.pointer(), workspace, threads, ...size),
    )
  },
)

/** The sorted elements along `dim`, and their original indices; equal elements keep their order. */
export const sort = (x: Tensor, dim: number, descending: boolean): Tensor[] =>
  choose(record, x, { dim, descending })
