/** The greatest or smallest element so far, along a dimension. */
import { kernels } from '../../kernels/instance.js'
import { splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { choose, choosing } from './chosen.js'
import { withKeys } from './keys.js'

const extreme = (name: string, least: boolean) =>
  choosing<{ dim: number }>(
    name,
    (x) => x.shape,
    (x, indices, { dim }) =>
      withKeys(x, 0, (keys) =>
        kernels.cumulative_extreme(
          keys,
          indices.pointer(),
          least,
          x.dtype === 'float32',
          ...splitAt(x.shape, dim),
        ),
      ),
  )

const [cummaxRecord, cumminRecord] = [extreme('cummax', false), extreme('cummin', true)]

/** The greatest elements so far, and the index of the last of each; NaN from the first one on. */
export const cummax = (x: Tensor, dim: number): Tensor[] => choose(cummaxRecord, x, { dim })

/** The smallest elements so far, and the index of the last of each; NaN from the first one on. */
export const cummin = (x: Tensor, dim: number): Tensor[] => choose(cumminRecord, x, { dim })
