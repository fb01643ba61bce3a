/** What convolves and pools, with its kernels. */
import family from '#conv.wasm?inlined'
import * as modules from '../../nn/conv.js'
import * as convolution from '../../nn/conv2d.js'
import * as norm_layers from '../../nn/group_norm.js'
import * as pool_layers from '../../nn/pool.js'
import * as pooling from '../../nn/pool2d.js'
import * as resizers from '../../nn/upsample.js'
import * as convolutions from '../../surface/conv.js'
import * as norms from '../../surface/group_norm.js'
import * as layers from '../../surface/layers.js'
import * as pools from '../../surface/pool.js'
import * as resizing from '../../surface/resize.js'
import { withKernels } from './with_kernels.js'

export const Conv2d = withKernels(convolution.Conv2d, 'conv2d', family)
export const AdaptiveAvgPool2d = withKernels(pooling.AdaptiveAvgPool2d, 'conv2d', family)
export const AvgPool2d = withKernels(pooling.AvgPool2d, 'conv2d', family)
export const MaxPool2d = withKernels(pooling.MaxPool2d, 'conv2d', family)
export const Conv1d = withKernels(modules.Conv1d, 'conv2d', family)
export const Conv3d = withKernels(modules.Conv3d, 'conv2d', family)
export const ConvTranspose1d = withKernels(modules.ConvTranspose1d, 'conv2d', family)
export const ConvTranspose2d = withKernels(modules.ConvTranspose2d, 'conv2d', family)
export const ConvTranspose3d = withKernels(modules.ConvTranspose3d, 'conv2d', family)
export const conv2d = withKernels(layers.conv2d, 'conv2d', family)
export const adaptive_avg_pool2d = withKernels(layers.adaptive_avg_pool2d, 'conv2d', family)
export const avg_pool2d = withKernels(layers.avg_pool2d, 'conv2d', family)
export const max_pool2d = withKernels(layers.max_pool2d, 'conv2d', family)
export const conv1d = withKernels(convolutions.conv1d, 'conv2d', family)
export const conv3d = withKernels(convolutions.conv3d, 'conv2d', family)
export const conv_transpose1d = withKernels(convolutions.conv_transpose1d, 'conv2d', family)
export const conv_transpose2d = withKernels(convolutions.conv_transpose2d, 'conv2d', family)
export const conv_transpose3d = withKernels(convolutions.conv_transpose3d, 'conv2d', family)
export const adaptive_avg_pool1d = withKernels(pools.adaptive_avg_pool1d, 'conv2d', family)
export const adaptive_avg_pool3d = withKernels(pools.adaptive_avg_pool3d, 'conv2d', family)
export const adaptive_max_pool1d = withKernels(pools.adaptive_max_pool1d, 'conv2d', family)
export const adaptive_max_pool2d = withKernels(pools.adaptive_max_pool2d, 'conv2d', family)
export const adaptive_max_pool3d = withKernels(pools.adaptive_max_pool3d, 'conv2d', family)
export const avg_pool1d = withKernels(pools.avg_pool1d, 'conv2d', family)
export const avg_pool3d = withKernels(pools.avg_pool3d, 'conv2d', family)
export const max_pool1d = withKernels(pools.max_pool1d, 'conv2d', family)
export const max_pool3d = withKernels(pools.max_pool3d, 'conv2d', family)
export const local_response_norm = withKernels(norms.local_response_norm, 'conv2d', family)
export const interpolate = withKernels(resizing.interpolate, 'conv2d', family)
export const upsample = withKernels(resizing.upsample, 'conv2d', family)
export const upsample_bilinear = withKernels(resizing.upsample_bilinear, 'conv2d', family)
export const upsample_nearest = withKernels(resizing.upsample_nearest, 'conv2d', family)
export const AdaptiveAvgPool1d = withKernels(pool_layers.AdaptiveAvgPool1d, 'conv2d', family)
export const AdaptiveAvgPool3d = withKernels(pool_layers.AdaptiveAvgPool3d, 'conv2d', family)
export const AdaptiveMaxPool1d = withKernels(pool_layers.AdaptiveMaxPool1d, 'conv2d', family)
export const AdaptiveMaxPool2d = withKernels(pool_layers.AdaptiveMaxPool2d, 'conv2d', family)
export const AdaptiveMaxPool3d = withKernels(pool_layers.AdaptiveMaxPool3d, 'conv2d', family)
export const AvgPool1d = withKernels(pool_layers.AvgPool1d, 'conv2d', family)
export const AvgPool3d = withKernels(pool_layers.AvgPool3d, 'conv2d', family)
export const MaxPool1d = withKernels(pool_layers.MaxPool1d, 'conv2d', family)
export const MaxPool3d = withKernels(pool_layers.MaxPool3d, 'conv2d', family)
export const Upsample = withKernels(resizers.Upsample, 'conv2d', family)
export const UpsamplingBilinear2d = withKernels(resizers.UpsamplingBilinear2d, 'conv2d', family)
export const UpsamplingNearest2d = withKernels(resizers.UpsamplingNearest2d, 'conv2d', family)
export const LocalResponseNorm = withKernels(norm_layers.LocalResponseNorm, 'conv2d', family)
