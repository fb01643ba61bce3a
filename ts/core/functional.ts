/** torch.nn.functional of `softmargin/core`. */
export { logsigmoid, relu, sigmoid, tanh } from '../surface/elementwise.js'
export {
  adaptive_avg_pool2d,
  avg_pool2d,
  batch_norm,
  conv2d,
  dropout,
  layer_norm,
  linear,
  max_pool2d,
} from '../surface/layers.js'
export {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  mse_loss,
  multilabel_margin_loss,
  multilabel_soft_margin_loss,
  sigmoid_focal_loss,
} from '../surface/loss.js'
export { embedding, embedding_bag } from '../surface/tables.js'
