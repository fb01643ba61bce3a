export * from '../../nn/index.js'
export {
  MultiheadAttention,
  Transformer,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from './attention.js'
export {
  AdaptiveAvgPool2d,
  AvgPool2d,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  MaxPool2d,
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
export { BatchNorm1d, BatchNorm2d, LayerNorm } from './norm.js'
export { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from './recurrent.js'
