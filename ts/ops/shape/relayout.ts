/** Views in place. */
import { RuntimeError } from '../../base/errors.js'
import { checkChange } from '../../graph/in_place.js'
import { type Tensor, takeLayout } from '../../tensor/tensor.js'
import { watcher } from '../../tensor/trace.js'

/** Gives `x` the shape, the strides and the history of a view of it. */
export function relayout<T extends Tensor>(x: T, view: () => Tensor): T {
  checkChange(x, [])
  // Its gradient keeps the shape.
  if (x.is_leaf && x.requires_grad)
    throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.')
  const result = view()
  x.storage.change(() => takeLayout(x, result))
  if (watcher !== null) watcher.written(x, result)
  return x
}
