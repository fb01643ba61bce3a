/** What convolves and pools, with its kernels. */
import family from '#conv.wasm?inlined'
import * as convolution from '../../nn/conv2d.js'
import * as pooling from '../../nn/pool2d.js'
import * as layers from '../../surface/layers.js'
import { withKernels } from './with_kernels.js'

export const Conv2d = withKernels(convolution.Conv2d, 'conv2d', family)
export const AdaptiveAvgPool2d = withKernels(pooling.AdaptiveAvgPool2d, 'conv2d', family)
export const AvgPool2d = withKernels(pooling.AvgPool2d, 'conv2d', family)
export const MaxPool2d = withKernels(pooling.MaxPool2d, 'conv2d', family)
export const conv2d = withKernels(layers.conv2d, 'conv2d', family)
export const adaptive_avg_pool2d = withKernels(layers.adaptive_avg_pool2d, 'conv2d', family)
export const avg_pool2d = withKernels(layers.avg_pool2d, 'conv2d', family)
export const max_pool2d = withKernels(layers.max_pool2d, 'conv2d', family)
