/** Copies, part of autograd. */
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

/** A copy with its own memory; gradients flow back to `x`. */
export function clone(x: Tensor): Tensor {
  checkTensor('clone', 'input', x)
  return apply(cloneRecord, [x], undefined)
}
