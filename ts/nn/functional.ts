/** Layers as functions: torch.nn.functional. */

export { type GELUApproximation, gelu, leaky_relu, silu, tanh } from '../ops/activation.js'
export { type AsymmetricOptions, asymmetric_loss } from '../ops/asymmetric_loss.js'
export { batch_norm } from '../ops/batch_norm.js'
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
} from '../ops/binary_cross_entropy.js'
export { conv2d } from '../ops/conv2d.js'
export { type CrossEntropyOptions, cross_entropy } from '../ops/cross_entropy.js'
export { dropout } from '../ops/dropout.js'
export { logsigmoid, sigmoid } from '../ops/elementwise.js'
export { embedding } from '../ops/embedding.js'
export { type BagMode, type EmbeddingBagOptions, embedding_bag } from '../ops/embedding_bag.js'
export { type LayerNormOptions, layer_norm } from '../ops/layer_norm.js'
export { linear } from '../ops/matmul.js'
export { mse_loss } from '../ops/mse_loss.js'
export { multilabel_margin_loss } from '../ops/multilabel_margin_loss.js'
export { multilabel_soft_margin_loss, type PositiveLabels } from '../ops/multilabel_soft_margin.js'
export { adaptive_avg_pool2d, avg_pool2d, max_pool2d } from '../ops/pool2d.js'
export { relu } from '../ops/relu.js'
export { type FocalOptions, sigmoid_focal_loss } from '../ops/sigmoid_focal_loss.js'
export { log_softmax, softmax } from '../ops/softmax.js'
