/** Functions of the namespace `torch`. */
export { type AlphaOptions, add, div, eq, ge, gt, le, lt, mul, ne, sub } from './arithmetic.js'
export {
  type ArangeOptions,
  arange,
  eye,
  full,
  type OfSize,
  ones,
  ones_like,
  type TensorOptions,
  tensor,
  zeros,
  zeros_like,
} from './create.js'
export {
  abs,
  type ClampOptions,
  clamp,
  exp,
  log,
  logsigmoid,
  neg,
  pow,
  relu,
  sigmoid,
  sqrt,
  tanh,
} from './elementwise.js'
export {
  adaptive_avg_pool2d,
  avg_pool2d,
  batch_norm,
  conv2d,
  type DropoutOptions,
  dropout,
  linear,
  matmul,
  max_pool2d,
} from './layers.js'
export { multilabel_soft_margin_loss, type ReductionOptions, type WeightOptions } from './loss.js'
export {
  cat,
  clone,
  index_select,
  masked_fill,
  narrow,
  type SliceOptions,
  select,
  slice,
  stack,
  where,
} from './parts.js'
export {
  bernoulli,
  type NormalOptions,
  normal,
  type RandomIntegerOptions,
  type RandomOptions,
  rand,
  rand_like,
  randint,
  randint_like,
  randn,
  randn_like,
  randperm,
} from './random.js'
export {
  type ArgmaxOptions,
  amax,
  amin,
  argmax,
  argmin,
  type DimOptions,
  log_softmax,
  max,
  mean,
  min,
  type ReduceOptions,
  type ResultType,
  type SoftmaxOptions,
  softmax,
  sum,
} from './reduce.js'
export type { ValuesAndIndices } from './return_types.js'
export {
  as_strided,
  type DiagonalOptions,
  diagonal,
  expand,
  type FlattenOptions,
  flatten,
  permute,
  reshape,
  squeeze,
  t,
  transpose,
  unflatten,
  unsqueeze,
  type Variadic,
} from './shape.js'
export { type SortOptions, sort, type TopkOptions, topk } from './sort.js'
export { get_num_threads, set_num_threads } from './threads.js'
