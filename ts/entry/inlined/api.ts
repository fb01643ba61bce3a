export * from '../../api.js'
export { adaptive_avg_pool2d, avg_pool2d, conv2d, max_pool2d } from './conv.js'
export * as nn from './nn.js'
