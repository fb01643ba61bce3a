/** The rectifier. */

import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { FeatureMap } from '../conv/feature_map.js'
import { Unpooled } from '../conv/unpooled.js'
import { type TensorLike, toFloat } from '../dtype/convert.js'
import { clamp } from './integer.js'
import { gradientFrom, sameShape } from './math.js'

const record = define<undefined, { out: Tensor }>({
  name: 'relu',
  shape: sameShape,
  defer([x]) {
    const map = FeatureMap.behind(x)
    return map === null || map.rectified ? null : { work: map.rectify(), saved: (out) => ({ out }) }
  },
  forward([x], out) {
    kernels.relu(x.pointer(), out.pointer(), out.numel())
    return { out }
  },
  backward(upstream, { out }, _options, { ownsUpstream }) {
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
