/** What convolves and pools, with the kernels for it: an app that uses none of these does not carry them. */
import family from '#conv.wasm?inlined'
// Goes first.
import '../../kernels/inline/inlined.js'
import { unpack } from '../../kernels/inline/unpack.js'
import { installFamily, kernels } from '../../kernels/instance.js'
import * as convolution from '../../nn/conv2d.js'
import * as pooling from '../../nn/pool2d.js'
import * as layers from '../../surface/layers.js'

function withKernels<T>(user: T): T {
  // Unless there is a whole module, which has them.
  if (kernels.conv2d === undefined) installFamily(unpack(family))
  return user
}

export const Conv2d = withKernels(convolution.Conv2d)
export const AdaptiveAvgPool2d = withKernels(pooling.AdaptiveAvgPool2d)
export const AvgPool2d = withKernels(pooling.AvgPool2d)
export const MaxPool2d = withKernels(pooling.MaxPool2d)
export const conv2d = withKernels(layers.conv2d)
export const adaptive_avg_pool2d = withKernels(layers.adaptive_avg_pool2d)
export const avg_pool2d = withKernels(layers.avg_pool2d)
export const max_pool2d = withKernels(layers.max_pool2d)
