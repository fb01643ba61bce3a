/**
 * `softmargin/core`: for pages that count kilobytes. The layers, losses, optimizers, metrics and data of `softmargin`, its everyday
 * functions, and tensors with the everyday methods alone, because no bundler can see which methods an app calls. Both packages may be used
 * in one app: their tensors and layers are of the same classes, which then have all methods.
 */
import '../surface/indexing.js'
import '../surface/methods/core.js'
import '../surface/conversions.js'

export { IndexError, OutOfMemoryError, RuntimeError, ValueError } from '../base/errors.js'
/** Data: datasets and loaders. Source: torch.utils. */
export * as utils from '../data/namespace.js'
export { enable_grad, is_grad_enabled, no_grad } from '../graph/grad_mode.js'
export { scope } from '../memory/scope.js'
/** Multi-label metrics, threshold tuning and class weights. Source: torchmetrics. */
export * as metrics from '../metrics/index.js'
/** Optimizers and schedules. Source: torch.optim. */
export * as optim from '../optim/index.js'
export {
  default_generator,
  Generator,
  get_rng_state,
  initial_seed,
  manual_seed,
  seed,
  set_rng_state,
} from '../random/generator.js'
export { load, load_metadata, save } from '../serialization/index.js'
export { add, div, eq, ge, gt, le, lt, mul, ne, sub } from '../surface/arithmetic.js'
export { arange, eye, full, ones, ones_like, tensor, zeros, zeros_like } from '../surface/create.js'
export {
  abs,
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
} from '../surface/elementwise.js'
export { dropout, linear, matmul } from '../surface/layers.js'
export { multilabel_soft_margin_loss } from '../surface/loss.js'
export {
  cat,
  clone,
  index_select,
  masked_fill,
  narrow,
  select,
  slice,
  stack,
  where,
} from '../surface/parts.js'
export {
  bernoulli,
  normal,
  rand,
  rand_like,
  randint,
  randint_like,
  randn,
  randn_like,
  randperm,
} from '../surface/random.js'
export { mean, sum } from '../surface/reduce.js'
export {
  as_strided,
  diagonal,
  expand,
  flatten,
  permute,
  reshape,
  squeeze,
  t,
  transpose,
  unflatten,
  unsqueeze,
} from '../surface/shape.js'
export { sparse_csr_tensor } from '../surface/sparse.js'
export { SparseCSRTensor } from '../surface/sparse_csr.js'
export { get_num_threads, set_num_threads } from '../surface/threads.js'
/** Where tensors lie in memory, and how much of it they may take. */
export * as wasm from '../surface/wasm.js'
export type { TensorLike } from '../tensor/convert.js'
export { bool, type DType, float, float32, int, int32, int64, long, uint8 } from '../tensor/dtype.js'
export type { Shape } from '../tensor/shape.js'
export { Tensor } from '../tensor/tensor.js'
/** Layers, losses and models. Source: torch.nn. */
export * as nn from './nn.js'
