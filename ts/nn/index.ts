/** torch.nn */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Tanh } from './activation.js'
export { BatchNorm1d, BatchNorm2d, type BatchNormModuleOptions } from './batch_norm.js'
export { type Layer, ModuleList, Sequential } from './container.js'
export { Conv2d } from './conv2d.js'
export { Dropout } from './dropout.js'
export {
  Embedding,
  EmbeddingBag,
  type EmbeddingBagModuleOptions,
  type EmbeddingModuleOptions,
  type FromPretrainedOptions,
} from './embedding.js'
export { Flatten } from './flatten.js'
/** Layers as functions. Source: torch.nn.functional. */
export * as functional from './functional.js'
export type { ForwardHook, ForwardPreHook, HookOptions, Nothing } from './hooks.js'
export { Identity } from './identity.js'
/** Initialisation, in place. Source: torch.nn.init. */
export * as init from './init.js'
export { LayerNorm, type LayerNormModuleOptions } from './layer_norm.js'
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
export { Module } from './module.js'
export { ModuleDict } from './module_dict.js'
export { Parameter } from './parameter.js'
export { ParameterList } from './parameter_list.js'
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from './pool2d.js'
export type { IncompatibleKeys, StateDict } from './state_dict.js'
/** Gradient clipping. Source: torch.nn.utils. */
export * as utils from './utils.js'
export type { WalkOptions } from './walk.js'
