/** As ts/core/index.ts. */
export * from '../../../core/index.js'
export * as metrics from '../metrics.js'
export * as optim from '../optimizers.js'
export { SparseCSRTensor, sparse_csr_tensor } from '../sparse.js'
export * as utils from '../utils.js'
export * as nn from './nn.js'
