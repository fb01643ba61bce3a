/** The rectifier. */

import { apply } from '../autograd/apply.js'
import { empty, Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { type TensorLike, toFloat } from './convert.js'
import { gradientFrom, sameShape } from './elementwise.js'
import { FeatureMap } from './feature_map.js'
import { clamp } from './integer.js'
import { define } from './record.js'
import { Unpooled } from './unpooled.js'

const record = define({
  name: 'relu',
  shape: sameShape,
  defer([x]) {
    const map = FeatureMap.behind(x)
    return map === null || map.rectified ? null : map.rectify()
  },
  forward([x], out) {
    if (out.storage.deferred === null) kernels.relu(x.pointer(), out.pointer(), out.numel())
    return [out]
  },
  backward(upstream, [out], _options, { ownsUpstream }) {
    const before = Unpooled.behind(upstream)?.beforeRelu() ?? null
    if (before !== null) return [empty('backward', upstream.shape, 'float32', before)]
    if (!ownsUpstream) return [gradientFrom(kernels.relu_backward, upstream, out)]
    kernels.relu_backward_in_place(upstream.pointer(), out.pointer(), upstream.numel())
    return [upstream]
  },
})

/** `max(x, 0)`. */
export function relu(x: TensorLike): Tensor {
  if (x instanceof Tensor && x.dtype !== 'float32')
    return clamp('relu', x, 0, Number.POSITIVE_INFINITY, x.dtype)
  return apply(record, [toFloat('relu', 'input', x)], undefined)
}
