/** torch.nn */
export { Identity, ReLU, Sigmoid } from './activation.js'
export { type Layer, Sequential } from './container.js'
export { Flatten } from './flatten.js'
export * as functional from './functional.js'
export * as init from './init.js'
export { Linear } from './linear.js'
export {
  AsymmetricLoss,
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MSELoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  SigmoidFocalLoss,
} from './loss.js'
export { Module, type StateDict } from './module.js'
export { Parameter } from './parameter.js'
