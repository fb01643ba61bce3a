/** The rectifier. */

import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { asFloat } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import { Tensor } from '../../tensor/tensor.js'
import { clampTo, gradientFrom, shapeOfInput } from './math.js'

/** The saved tensors. */
export type ReluSaved = { readonly out: Tensor }

const record = define<undefined, ReluSaved>({
  name: 'relu',
  operands: asFloat,
  shape: shapeOfInput,
  forward([x], out) {
    kernels.relu(x.pointer(), out.pointer(), out.numel())
    return { out }
  },
  backward(upstream, { out }, _options, { ownsUpstream }) {
    if (!ownsUpstream) return [gradientFrom(kernels.relu_backward, upstream, out)]
    kernels.relu_backward_in_place(upstream.pointer(), out.pointer(), upstream.numel())
    return [upstream]
  },
})

/** `max(x, 0)`. */
export function relu(x: TensorLike): Tensor {
  if (x instanceof Tensor && x.dtype !== 'float32')
    return clampTo('relu', x, { min: 0, max: Number.POSITIVE_INFINITY }, x.dtype)
  return apply(record, [x], undefined)
}
