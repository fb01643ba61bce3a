/** Everything that `import torch from 'softmargin'` gives, as a namespace. */
import './surface/indexing.js'
import './surface/methods/index.js'
import './surface/conversions.js'

export { IndexError, OutOfMemoryError, RuntimeError, ValueError } from './base/errors.js'
/** Data: datasets and loaders. Source: torch.utils. */
export * as utils from './data/namespace.js'
export {
  enable_grad,
  inference_mode,
  is_grad_enabled,
  no_grad,
  set_grad_enabled,
} from './graph/grad_mode.js'
export type { Hook, RemovableHandle } from './graph/hooks.js'
export { scope } from './memory/scope.js'
/** Multi-label metrics, threshold tuning and class weights. Source: torchmetrics. */
export * as metrics from './metrics/index.js'
/** Layers, losses and models. Source: torch.nn. */
export * as nn from './nn/index.js'
export type { Conv2dOptions, Padding } from './ops/conv/conv2d.js'
export type { Pair } from './ops/conv/dims.js'
export type { AvgPoolOptions, MaxPoolOptions, OutputSize } from './ops/conv/pool2d.js'
export type { PositiveLabels } from './ops/loss/multilabel_soft_margin.js'
export type { BatchNormOptions } from './ops/norm/batch_norm.js'
export type { Random } from './ops/random/fill.js'
/** Optimizers and schedules. Source: torch.optim. */
export * as optim from './optim/index.js'
export {
  default_generator,
  Generator,
  get_rng_state,
  initial_seed,
  manual_seed,
  seed,
  set_rng_state,
} from './random/generator.js'
export { type LoadOptions, load, load_metadata, type SaveOptions, save } from './serialization/index.js'
export type { FileMetadata } from './serialization/safetensors.js'
export type { FileBytes } from './serialization/source.js'
/** Gradients, and operations of one's own. Source: torch.autograd. */
export * as autograd from './surface/autograd.js'
/** GPUs, of which there are none. */
export * as cuda from './surface/cuda.js'
export * from './surface/index.js'
/** Products, and norms of vectors and matrices. Source: torch.linalg. */
export * as linalg from './surface/linalg.js'
export type { ToOptions } from './surface/methods/index.js'
/** Special functions. Source: torch.special. */
export * as special from './surface/special.js'
/** Where tensors lie in memory, and how much of it they may take. */
export * as wasm from './surface/wasm.js'
export type { TensorLike } from './tensor/convert.js'
export type { NestedNumbers, ShapeOf } from './tensor/create.js'
export {
  bool,
  type DType,
  float,
  float32,
  int,
  int32,
  int64,
  long,
  type TypedArray,
  uint8,
} from './tensor/dtype.js'
export type { Nested, Shape } from './tensor/shape.js'
export { type Row, Tensor } from './tensor/tensor.js'
export type { ListOf } from './tensor/typed/lists.js'
export type { BoolTensor, ShapeError } from './tensor/typed/sizes.js'
