/** A copy that gradients flow back through. */
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { copyElements } from '../../tensor/copy.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'

const cloneRecord = define({
  name: 'clone',
  shape: ([x]) => x.shape,
  dtype: ([x]) => x.dtype,
  takesStrided: true,
  forward([x], out) {
    copyElements(x, out)
  },
  backward: (upstream) => [upstream],
})

/** A copy with memory of its own; gradients flow back to `x`. */
export function clone(x: Tensor): Tensor {
  checkTensor('clone', 'input', x)
  return apply(cloneRecord, [x], undefined)
}
