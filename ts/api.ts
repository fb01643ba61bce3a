/** Everything that `import torch from 'softmargin'` gives, as a namespace. */
import './tensor/indexing.js'
import './tensor/methods.js'
// After the methods, which it closes.
import './tensor/conversions.js'

export { enable_grad, is_grad_enabled, no_grad } from './autograd/grad_mode.js'
export type { Hook, RemovableHandle } from './autograd/hooks.js'
/** Data: datasets and loaders. Source: torch.utils. */
export * as utils from './data/namespace.js'
export { IndexError, OutOfMemoryError, RuntimeError, ValueError } from './errors.js'
export { scope } from './memory/scope.js'
/** Where tensors lie in memory, and how much of it they may take. */
export * as wasm from './memory/wasm.js'
/** Multi-label metrics, and what makes rare labels count. Source: torchmetrics. */
export * as metrics from './metrics/index.js'
/** Layers, losses and models. Source: torch.nn. */
export * as nn from './nn/index.js'
export type { BatchNormOptions } from './ops/batch_norm.js'
export type { Conv2dOptions, Padding } from './ops/conv2d.js'
export type { TensorLike } from './ops/convert.js'
export type { Pair } from './ops/dims.js'
export type { PositiveLabels } from './ops/multilabel_soft_margin.js'
export type { AvgPoolOptions, MaxPoolOptions, OutputSize } from './ops/pool2d.js'
/** Optimizers and schedules. Source: torch.optim. */
export * as optim from './optim/index.js'
export type { Random } from './random/fill.js'
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
export * from './surface/index.js'
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
export type { ToOptions } from './tensor/methods.js'
export type { Shape } from './tensor/shape.js'
export { type Nested, type Row, Tensor } from './tensor/tensor.js'
