/** One element of each line along a dimension, by its place in the order: the k-th, the median, or the most frequent. */
import { type Kernels, RankCode } from '#kernels'
import { IndexError, RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { full } from '../../tensor/create.js'
import { nameOf } from '../../tensor/promotion.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { resultShape } from '../reduce/dims.js'
import { flatten } from '../shape/view.js'
import { choose, choosing } from './chosen.js'
import { withKeys } from './keys.js'

interface Ranked {
  readonly dim: number
  readonly keepdim: boolean
  readonly evenly?: () => Kernels['max_axis_backward']
  /** The place, for {@link kthvalue}. */
  readonly k: number
}

const ranking = (name: string, code: number) =>
  choosing<Ranked>(
    name,
    (x, { dim, keepdim }) => resultShape([x], { dims: x.dim() === 0 ? [] : [dim], keepdim }),
    (x, indices, { dim, k }) => {
      const [outer, axis, inner] = splitAt(x.shape, dim)
      const isFloat = x.dtype === 'float32'
      withKeys(x, 2 * axis, (keys, workspace) =>
        kernels.rank(keys, code, k, isFloat, indices.pointer(), workspace, outer, axis, inner),
      )
    },
  )

const records = {
  kthvalue: ranking('kthvalue', RankCode.at),
  median: ranking('median', RankCode.median),
  nanmedian: ranking('nanmedian', RankCode.nanmedian),
  mode: ranking('mode', RankCode.mode),
}

/** The element of each line along `dim` that the operation `name` chooses, and its index. */
export function ranked(
  name: keyof typeof records,
  x: Tensor,
  dim: number,
  keepdim: boolean,
  k = 1,
): Tensor[] {
  const at = normalizeDim(dim, x.dim())
  const size = x.dim() === 0 ? 1 : x.shape[at]
  if (x.dtype === 'bool' && name !== 'mode')
    throw new RuntimeError(`"${name === 'kthvalue' ? name : 'median'}_cpu" not implemented for 'Bool'`)
  if (size === 0) throw new IndexError(`${name}(): Expected reduction dim ${at} to have non-zero size.`)
  if (k < 1 || k > size)
    throw new RuntimeError(`${name}(): selected number k out of range for dimension ${at}`)
  return choose(records[name], x, { dim: at, keepdim, k: k - 1 })
}

/** Not in the record: what only chooses does without that kernel. */
const sharing = () => kernels.max_axis_backward

/** The median of all elements, among which equal ones share the gradient evenly; NaN without elements. */
export function medianOfAll(name: 'median' | 'nanmedian', x: Tensor): Tensor {
  if (x.dtype === 'bool') throw new RuntimeError(`"median_cpu" not implemented for '${nameOf(x.dtype)}'`)
  if (x.numel() === 0) {
    if (x.dtype === 'float32') return full([], Number.NaN)
    throw new RuntimeError(`${name}(): integers without elements have no median`)
  }
  return choose(records[name], flatten(x), { dim: 0, keepdim: false, k: 0, evenly: sharing })[0]
}
