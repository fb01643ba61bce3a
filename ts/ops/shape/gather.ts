/** The elements of a dimension at an index for each place. */
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { to } from '../../tensor/convert.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { broadcastShapes, formatShape, normalizeDim, type Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { expand } from './expand.js'
import { selected } from './index_select.js'
import { checkedIndices, checkIndexTensor } from './positions.js'
import { slice } from './slice.js'
import { reshape } from './view.js'

/** Inputs are a tensor and indices, which have its shape but for `dim`. */
const record = define({
  name: 'gather',
  shape: ([, index], _options: { dim: number }) => index.shape,
  dtype: ([x]) => x.dtype,
  forward([x, index], out, { dim }) {
    if (out.numel() > 0) gatherInto(out, x, index, index.shape[dim] ?? 1, dim)
    return { index }
  },
  backward: (upstream, { index }, { dim }, { inputShapes: [shape] }) => [
    scattered(upstream, index, index.numel() === 0 ? 0 : (index.shape[dim] ?? 1), dim, shape),
    null,
  ],
})

/** The elements at checked indices, which are not the user's, of the shape of `x` but for `dim`. */
export const gathered = (x: Tensor, dim: number, index: Tensor): Tensor => apply(record, [x, index], { dim })

/** The first elements of dimensions other than `dim`, as many as `shape` has. */
export function narrowed(x: Tensor, shape: Shape, dim: number): Tensor {
  let part = x
  for (const [i, size] of shape.entries()) if (i !== dim && size < x.shape[i]) part = slice(part, i, 0, size)
  return part
}

/** Checks indices of dimension `dim`, which are at most as large as `x` in the others; a copy of them that is in range. */
export function ownIndex(op: string, x: Tensor, dim: number, given: Tensor, negative = false): Tensor {
  const index = given.numel() === 0 ? to(given, 'int32') : given
  checkIndexTensor(op, index)
  if (index.numel() > 0 && Math.max(index.dim(), 1) !== Math.max(x.dim(), 1)) {
    throw new RuntimeError(`${op}(): Index tensor must have the same number of dimensions as input tensor`)
  }
  const other = index.shape.findIndex((size, i) => i !== dim && size > x.shape[i])
  if (other >= 0) {
    throw new RuntimeError(
      `Size does not match at dimension ${other} expected index ${formatShape(index.shape)} to be no larger than self ${formatShape(x.shape)} apart from dimension ${dim}`,
    )
  }
  return checkedIndices(index, dim, x.shape[dim] ?? 1, negative)
}

/** `x[…, index[…, i, …], …]` along `dim`. */
export function gather(x: Tensor, dim: number, index: Tensor, negative = false): Tensor {
  const at = normalizeDim(dim, x.dim())
  const own = ownIndex('gather', x, at, index, negative)
  if (own.numel() === 0) return reshape(selected(reshape(x, [-1]), 0, reshape(own, [0])), index.shape)
  // A 0-d tensor counts as a vector.
  if (x.dim() === 0) return reshape(gathered(reshape(x, [1]), 0, reshape(own, [-1])), index.shape)
  const wide = index.dim() === 0 ? reshape(own, [1]) : own
  const result = reshape(gathered(narrowed(x, wide.shape, at), at, wide), index.shape)
  return index.dim() === 0 ? result : asWhole('take_elements', [x, index], result, at)
}

/** {@link gather} of `x` and indices that are broadcast but for `dim`; of the flat tensor without one. */
export function take_along_dim(x: Tensor, index: Tensor, dim: number | null): Tensor {
  if (dim === null) return gather(reshape(x, [-1]), 0, reshape(index, [-1]), true)
  if (x.dim() !== index.dim()) {
    throw new RuntimeError(
      `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${x.dim()} dimensions for input, and ${index.dim()} dimensions for indices`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  const ones = (shape: Shape) => shape.map((size, i) => (i === at ? 1 : size))
  const shape = broadcastShapes('take_along_dim', ones(x.shape), ones(index.shape), ['input', 'indices'])
  const withOwn = (own: Tensor) => shape.map((size, i) => (i === at ? own.shape[at] : size))
  return gather(expand(x, withOwn(x)), at, expand(index, withOwn(index)), true)
}
