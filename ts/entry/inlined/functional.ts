export * from '../../nn/functional.js'
export { multi_head_attention_forward, scaled_dot_product_attention } from './attention.js'
export {
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  adaptive_avg_pool3d,
  adaptive_max_pool1d,
  adaptive_max_pool2d,
  adaptive_max_pool3d,
  avg_pool1d,
  avg_pool2d,
  avg_pool3d,
  conv_transpose1d,
  conv_transpose2d,
  conv_transpose3d,
  conv1d,
  conv2d,
  conv3d,
  interpolate,
  local_response_norm,
  max_pool1d,
  max_pool2d,
  max_pool3d,
  upsample,
  upsample_bilinear,
  upsample_nearest,
} from './conv.js'
export { embedding_bag } from './embedding.js'
export {
  asymmetric_loss,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
  cross_entropy,
  huber_loss,
  l1_loss,
  mse_loss,
  multi_margin_loss,
  multilabel_margin_loss,
  nll_loss,
  sigmoid_focal_loss,
  smooth_l1_loss,
  soft_margin_loss,
} from './loss.js'
export { batch_norm, group_norm, instance_norm, layer_norm } from './norm.js'
