export * from '../../nn/functional.js'
export { adaptive_avg_pool2d, avg_pool2d, conv2d, max_pool2d } from './conv.js'
export { batch_norm, layer_norm } from './norm.js'
