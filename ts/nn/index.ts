/** torch.nn */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from './activation.js'
export { type Layer, ModuleList, Sequential } from './container.js'
export {
  Embedding,
  EmbeddingBag,
  type EmbeddingBagModuleOptions,
  type EmbeddingModuleOptions,
  type FromPretrainedOptions,
} from './embedding.js'
export { Flatten } from './flatten.js'
export * as functional from './functional.js'
export { type ForwardHook, type ForwardPreHook, type HookOptions, RemovableHandle } from './hooks.js'
export { Identity } from './identity.js'
export * as init from './init.js'
export { LayerNorm, type LayerNormModuleOptions } from './layer_norm.js'
export { Linear } from './linear.js'
export { MultiLabelSoftMarginLoss } from './loss.js'
export { Module } from './module.js'
export { ModuleDict } from './module_dict.js'
export { Parameter } from './parameter.js'
export { ParameterList } from './parameter_list.js'
export type { IncompatibleKeys, StateDict } from './state_dict.js'
export type { WalkOptions } from './walk.js'
