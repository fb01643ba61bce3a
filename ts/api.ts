/** Everything that `import torch from 'softmargin'` gives, as a namespace. */
import './tensor/indexing.js'
import './tensor/methods.js'

export { enable_grad, is_grad_enabled, no_grad } from './autograd/grad_mode.js'
export * as utils from './data/namespace.js'
export { IndexError, OutOfMemoryError, RuntimeError, ValueError } from './errors.js'
export { scope } from './memory/scope.js'
export * as wasm from './memory/wasm.js'
export * as metrics from './metrics/index.js'
export * as nn from './nn/index.js'
export * from './ops/index.js'
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
} from './random/sample.js'
export { load, load_metadata, save } from './serialization/index.js'
export {
  arange,
  eye,
  full,
  ones,
  ones_like,
  type TensorOptions,
  tensor,
  zeros,
  zeros_like,
} from './tensor/create.js'
export type { DType } from './tensor/dtype.js'
export type { Shape } from './tensor/shape.js'
export { Tensor } from './tensor/tensor.js'
