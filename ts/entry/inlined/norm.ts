/** What normalises, with its kernels. */
import family from '#norm.wasm?inlined'
import * as batch from '../../nn/batch_norm.js'
import * as group_layers from '../../nn/group_norm.js'
import * as layer from '../../nn/layer_norm.js'
import * as groups from '../../surface/group_norm.js'
import * as layers from '../../surface/layers.js'
import { withKernels } from './with_kernels.js'

/** For layers that normalise too. */
export { family as norm }

export const BatchNorm1d = withKernels(batch.BatchNorm1d, 'batch_norm', family)
export const BatchNorm2d = withKernels(batch.BatchNorm2d, 'batch_norm', family)
export const LayerNorm = withKernels(layer.LayerNorm, 'batch_norm', family)
export const batch_norm = withKernels(layers.batch_norm, 'batch_norm', family)
export const layer_norm = withKernels(layers.layer_norm, 'batch_norm', family)
export const group_norm = withKernels(groups.group_norm, 'batch_norm', family)
export const instance_norm = withKernels(groups.instance_norm, 'batch_norm', family)
export const GroupNorm = withKernels(group_layers.GroupNorm, 'batch_norm', family)
export const InstanceNorm1d = withKernels(group_layers.InstanceNorm1d, 'batch_norm', family)
export const InstanceNorm2d = withKernels(group_layers.InstanceNorm2d, 'batch_norm', family)
export const InstanceNorm3d = withKernels(group_layers.InstanceNorm3d, 'batch_norm', family)
export const BatchNorm3d = withKernels(batch.BatchNorm3d, 'batch_norm', family)
