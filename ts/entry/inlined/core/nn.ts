export * from '../../../core/nn.js'
export { AdaptiveAvgPool2d, AvgPool2d, Conv2d, MaxPool2d } from '../conv.js'
export { EmbeddingBag } from '../embedding.js'
export {
  AsymmetricLoss,
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  MSELoss,
  MultiLabelMarginLoss,
  SigmoidFocalLoss,
} from '../loss.js'
export { BatchNorm1d, BatchNorm2d, LayerNorm } from '../norm.js'
export * as functional from './functional.js'
