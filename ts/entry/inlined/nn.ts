export * from '../../nn/index.js'
export { AdaptiveAvgPool2d, AvgPool2d, Conv2d, MaxPool2d } from './conv.js'
export * as functional from './functional.js'
export { BatchNorm1d, BatchNorm2d, LayerNorm } from './norm.js'
