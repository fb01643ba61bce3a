/** torch.nn */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from './activation.js'
export { type Layer, Sequential } from './container.js'
export {
  Embedding,
  EmbeddingBag,
  type EmbeddingBagModuleOptions,
  type EmbeddingModuleOptions,
  type FromPretrainedOptions,
} from './embedding.js'
export { Flatten } from './flatten.js'
export * as functional from './functional.js'
export { Identity } from './identity.js'
export * as init from './init.js'
export { LayerNorm, type LayerNormModuleOptions } from './layer_norm.js'
export { Linear } from './linear.js'
export { MultiLabelSoftMarginLoss } from './loss.js'
export { Module, type StateDict } from './module.js'
export { Parameter } from './parameter.js'
