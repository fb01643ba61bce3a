export * from '../../../core/functional.js'
export { adaptive_avg_pool2d, avg_pool2d, conv2d, max_pool2d } from '../conv.js'
export { embedding_bag } from '../embedding.js'
export {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  mse_loss,
  multilabel_margin_loss,
  sigmoid_focal_loss,
} from '../loss.js'
export { batch_norm, layer_norm } from '../norm.js'
