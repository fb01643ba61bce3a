export * from '../../nn/index.js'
export {
  MultiheadAttention,
  Transformer,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from './attention.js'
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  LocalResponseNorm,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
} from './conv.js'
export { EmbeddingBag } from './embedding.js'
export * as functional from './functional.js'
export {
  AsymmetricLoss,
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  L1Loss,
  MSELoss,
  MultiLabelMarginLoss,
  MultiMarginLoss,
  NLLLoss,
  SigmoidFocalLoss,
  SmoothL1Loss,
  SoftMarginLoss,
} from './loss.js'
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LayerNorm,
} from './norm.js'
export { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from './recurrent.js'
