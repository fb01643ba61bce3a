/** Changes of a tensor's own elements. */

import { isTracked } from '../autograd/apply.js'
import { no_grad } from '../autograd/grad_mode.js'
import { RuntimeError } from '../errors.js'
import { full } from '../tensor/create.js'
import { formatShape, sameShape } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { type TensorLike, to, toTensor } from './convert.js'
import { copyElements } from './copy.js'
import { expand } from './expand.js'

/** Throws where autograd forbids to change `x`. */
function checkChange(op: string, x: Tensor, other: readonly Tensor[]): void {
  if (!isTracked([x, ...other])) return
  if (x.is_leaf && x.requires_grad) {
    throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.')
  }
  throw new RuntimeError(
    `${op}: a change in place is not recorded for backward; use the form without _, or no_grad`,
  )
}

/** Overwrites `x` with `from`, broadcast and converted to its dtype. */
export function copy_<T extends Tensor>(x: T, from: TensorLike): T {
  checkTensor('copy_', 'input', x)
  // Of x's own type: float32 does not hold every int32.
  const source =
    typeof from === 'number' ? full([], from, { dtype: x.dtype }) : toTensor('copy_', 'from', from)
  checkChange('copy_', x, [source])
  const wide = no_grad(() => expand(to(source, x.dtype), x.shape))
  copyElements(wide, x)
  return x
}

/** Overwrites `x` with a result computed from it and `other`. */
export function update<T extends Tensor>(x: T, op: string, other: TensorLike, compute: () => Tensor): T {
  checkChange(op, x, [toTensor(op, 'other', other)])
  const result = no_grad(compute)
  if (!sameShape(result.shape, x.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(x.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    )
  }
  copyElements(to(result, x.dtype), x)
  return x
}
