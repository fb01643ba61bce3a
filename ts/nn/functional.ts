/** Layers as functions: torch.nn.functional. */

export type { GELUApproximation } from '../ops/elementwise/activation.js'
export type { BagMode, EmbeddingBagOptions } from '../ops/embedding/embedding_bag.js'
export type { AsymmetricOptions } from '../ops/loss/asymmetric_loss.js'
export type {
  BinaryCrossEntropyOptions,
  BinaryCrossEntropyWithLogitsOptions,
} from '../ops/loss/binary_cross_entropy.js'
export type { CrossEntropyOptions } from '../ops/loss/cross_entropy.js'
export type { PositiveLabels } from '../ops/loss/multilabel_soft_margin.js'
export type { FocalOptions } from '../ops/loss/sigmoid_focal_loss.js'
export type { LayerNormOptions } from '../ops/norm/layer_norm.js'
export {
  celu,
  celu_,
  elu,
  elu_,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardtanh_,
  mish,
  prelu,
  relu6,
  rrelu,
  selu,
  selu_,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
  threshold_,
} from '../surface/activations.js'
export {
  type AttentionOptions,
  type MultiHeadAttentionOptions,
  multi_head_attention_forward,
  scaled_dot_product_attention,
} from '../surface/attention.js'
export { bilinear } from '../surface/contractions.js'
export {
  type ConvKeywords,
  type ConvTransposeKeywords,
  conv_transpose1d,
  conv_transpose2d,
  conv_transpose3d,
  conv1d,
  conv3d,
} from '../surface/conv.js'
export {
  cosine_similarity,
  type NormalizeOptions,
  normalize,
  pairwise_distance,
  pdist,
} from '../surface/distances.js'
export {
  alpha_dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  feature_alpha_dropout,
} from '../surface/dropout.js'
export { gelu, leaky_relu, logsigmoid, relu, sigmoid, silu, tanh } from '../surface/elementwise.js'
export {
  type GroupNormOptions,
  group_norm,
  type InstanceNormOptions,
  instance_norm,
  type LocalResponseNormOptions,
  local_response_norm,
  type RMSNormOptions,
  rms_norm,
} from '../surface/group_norm.js'
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
export {
  cosine_embedding_loss,
  hinge_embedding_loss,
  type MarginOptions,
  type MultiMarginOptions,
  margin_ranking_loss,
  multi_margin_loss,
  type NLLOptions,
  nll_loss,
  soft_margin_loss,
  type TripletMarginOptions,
  type TripletMarginWithDistanceOptions,
  triplet_margin_loss,
  triplet_margin_with_distance_loss,
} from '../surface/margin_loss.js'
export { type GumbelSoftmaxOptions, gumbel_softmax, one_hot } from '../surface/one_hot.js'
export { type PadModeOptions, pad } from '../surface/pad.js'
export {
  type AdaptiveSizes,
  type AvgPoolKeywords,
  adaptive_avg_pool1d,
  adaptive_avg_pool3d,
  adaptive_max_pool1d,
  adaptive_max_pool2d,
  adaptive_max_pool3d,
  avg_pool1d,
  avg_pool3d,
  type MaxPoolKeywords,
  max_pool1d,
  max_pool3d,
  type Pooled,
} from '../surface/pool.js'
export { log_softmax, softmax } from '../surface/reduce.js'
export {
  type GaussianNLLOptions,
  gaussian_nll_loss,
  type HuberOptions,
  huber_loss,
  type KLDivOptions,
  kl_div,
  l1_loss,
  type PoissonNLLOptions,
  poisson_nll_loss,
  type SmoothL1Options,
  smooth_l1_loss,
} from '../surface/regression_loss.js'
export {
  type InterpolateMode,
  type InterpolateOptions,
  interpolate,
  upsample,
  upsample_bilinear,
  upsample_nearest,
} from '../surface/resize.js'
export { embedding, embedding_bag } from '../surface/tables.js'
export { max_unpool1d, max_unpool2d, max_unpool3d, type UnpoolKeywords } from '../surface/unpool.js'
export {
  channel_shuffle,
  fold,
  pixel_shuffle,
  pixel_unshuffle,
  type UnfoldOptions,
  unfold,
} from '../surface/windows.js'
