/** Layers as functions: torch.nn.functional. */
export { type AsymmetricOptions, asymmetric_loss } from '../ops/asymmetric_loss.js'
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
} from '../ops/binary_cross_entropy.js'
export { type CrossEntropyOptions, cross_entropy } from '../ops/cross_entropy.js'
export { logsigmoid, relu, sigmoid } from '../ops/elementwise.js'
export { linear } from '../ops/matmul.js'
export { mse_loss } from '../ops/mse_loss.js'
export { multilabel_margin_loss } from '../ops/multilabel_margin_loss.js'
export { multilabel_soft_margin_loss } from '../ops/multilabel_soft_margin.js'
export { type FocalOptions, sigmoid_focal_loss } from '../ops/sigmoid_focal_loss.js'
