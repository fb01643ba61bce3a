/** torch.nn of `softmargin/core`. */
export { ReLU, Sigmoid, Tanh } from '../nn/activation.js'
export { BatchNorm1d, BatchNorm2d } from '../nn/batch_norm.js'
export { ModuleList, Sequential } from '../nn/container.js'
export { Conv2d } from '../nn/conv2d.js'
export { Dropout } from '../nn/dropout.js'
export { Embedding, EmbeddingBag } from '../nn/embedding.js'
export { Flatten } from '../nn/flatten.js'
export { AsymmetricLoss, SigmoidFocalLoss } from '../nn/focal_loss.js'
export { Identity } from '../nn/identity.js'
/** Initialisation, in place. Source: torch.nn.init. */
export * as init from '../nn/init.js'
export { LayerNorm } from '../nn/layer_norm.js'
export { Linear } from '../nn/linear.js'
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MSELoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
} from '../nn/loss.js'
export { Module } from '../nn/module.js'
export { ModuleDict } from '../nn/module_dict.js'
export { Parameter } from '../nn/parameter.js'
export { ParameterList } from '../nn/parameter_list.js'
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from '../nn/pool2d.js'
export type { IncompatibleKeys, StateDict } from '../nn/state_dict.js'
/** Gradient clipping. Source: torch.nn.utils. */
export * as utils from '../nn/utils.js'
/** Layers as functions. Source: torch.nn.functional. */
export * as functional from './functional.js'
