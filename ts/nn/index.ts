/** torch.nn */
export {
  GELU,
  type GELUOptions,
  type InPlaceOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  LogSoftmax,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Tanh,
} from './activation.js'
export { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from './attention.js'
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormModuleOptions } from './batch_norm.js'
export {
  AlphaDropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  FeatureAlphaDropout,
} from './channel_dropout.js'
export { type Layer, ModuleList, Sequential } from './container.js'
export {
  Conv1d,
  Conv3d,
  type ConvModuleOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
} from './conv.js'
export type { ConvPaddingMode } from './conv_padding.js'
export { Conv2d, type Conv2dModuleOptions } from './conv2d.js'
export { Bilinear, type BilinearOptions, CosineSimilarity, PairwiseDistance } from './distances.js'
export { Dropout, type DropoutOptions } from './dropout.js'
export {
  Embedding,
  EmbeddingBag,
  type EmbeddingBagModuleOptions,
  type EmbeddingModuleOptions,
  type FromPretrainedOptions,
  type TableOptions,
} from './embedding.js'
export type { FactoryOptions } from './factory.js'
export { Flatten, type FlattenOptions } from './flatten.js'
export { AsymmetricLoss, SigmoidFocalLoss } from './focal_loss.js'
/** Layers as functions. Source: torch.nn.functional. */
export * as functional from './functional.js'
export {
  GLU,
  type GLUOptions,
  Hardsigmoid,
  Hardswish,
  LogSigmoid,
  Mish,
  Softmax2d,
  Softmin,
  Softplus,
  type SoftplusOptions,
  Softsign,
  Tanhshrink,
} from './gate.js'
export {
  GroupNorm,
  type GroupNormModuleOptions,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type InstanceNormModuleOptions,
  LocalResponseNorm,
  RMSNorm,
  type RMSNormModuleOptions,
} from './group_norm.js'
export type { ForwardHook, ForwardPreHook, HookOptions, Nothing } from './hooks.js'
export { Identity } from './identity.js'
/** Initialisation, in place. Source: torch.nn.init. */
export * as init from './init.js'
export { LayerNorm, type LayerNormModuleOptions } from './layer_norm.js'
export {
  Hardshrink,
  type HardshrinkOptions,
  Hardtanh,
  type HardtanhOptions,
  ReLU6,
  Softshrink,
  type SoftshrinkOptions,
  Threshold,
  type ThresholdOptions,
} from './limit.js'
export { Linear, type LinearOptions } from './linear.js'
export {
  BCELoss,
  type BCELossOptions,
  BCEWithLogitsLoss,
  type BCEWithLogitsLossOptions,
  CrossEntropyLoss,
  type CrossEntropyLossOptions,
  MSELoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  type MultiLabelSoftMarginLossOptions,
} from './loss.js'
export type { IgnoreIndexOption, LossOptions, WeightedLossOptions } from './loss_base.js'
export {
  CosineEmbeddingLoss,
  HingeEmbeddingLoss,
  type MarginLossOptions,
  MarginRankingLoss,
  MultiMarginLoss,
  type MultiMarginLossOptions,
  NLLLoss,
  type NLLLossOptions,
  SoftMarginLoss,
  TripletMarginLoss,
  type TripletMarginLossOptions,
  TripletMarginWithDistanceLoss,
} from './margin_loss.js'
export { Module } from './module.js'
export { ModuleDict } from './module_dict.js'
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from './pad.js'
export { Parameter } from './parameter.js'
export { ParameterDict } from './parameter_dict.js'
export { ParameterList } from './parameter_list.js'
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool3d,
  MaxPool1d,
  MaxPool3d,
} from './pool.js'
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from './pool2d.js'
export {
  CELU,
  type CELUOptions,
  ELU,
  type ELUOptions,
  PReLU,
  type PReLUOptions,
  RReLU,
  type RReLUOptions,
  SELU,
} from './rectifier.js'
export type { RecurrentOptions } from './recurrent/base.js'
export { type CellOptions, GRUCell, LSTMCell, RNNCell, type RNNCellOptions } from './recurrent/cells.js'
export {
  GRU,
  LSTM,
  type LSTMOptions,
  RNN,
  type RNNNonlinearity,
  type RNNOptions,
} from './recurrent/layers.js'
export {
  GaussianNLLLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  PoissonNLLLoss,
  type PoissonNLLLossOptions,
  SmoothL1Loss,
} from './regression_loss.js'
export type { IncompatibleKeys, StateDict } from './state_dict.js'
export {
  Transformer,
  TransformerDecoder,
  TransformerEncoder,
  type TransformerOptions,
  type TransformOptions,
} from './transformer.js'
export {
  type Activation,
  type DecodeOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './transformer_layer.js'
export { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from './upsample.js'
/** Gradient clipping. Source: torch.nn.utils. */
export * as utils from './utils.js'
export type { WalkOptions } from './walk.js'
export { ChannelShuffle, Fold, PixelShuffle, PixelUnshuffle, Unflatten, Unfold } from './windows.js'
