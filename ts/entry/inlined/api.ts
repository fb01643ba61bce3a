export * from '../../api.js'
export {
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  avg_pool1d,
  avg_pool2d,
  conv_transpose1d,
  conv_transpose2d,
  conv_transpose3d,
  conv1d,
  conv2d,
  conv3d,
  max_pool1d,
  max_pool2d,
  max_pool3d,
} from './conv.js'
export * as metrics from './metrics.js'
export * as nn from './nn.js'
export { batch_norm, group_norm, layer_norm } from './norm.js'
export * as optim from './optimizers.js'
export { SparseCSRTensor, sparse_csr_tensor } from './sparse.js'
export * as utils from './utils.js'
