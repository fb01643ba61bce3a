/** Everything that `import torch from 'softmargin'` gives, as a namespace. */
import './tensor/indexing.js'
import './tensor/methods.js'

export { enable_grad, is_grad_enabled, no_grad } from './autograd/grad_mode.js'
export * as utils from './data/namespace.js'
export { IndexError, OutOfMemoryError, RuntimeError, ValueError } from './errors.js'
export * as wasm from './memory/wasm.js'
export * as metrics from './metrics/index.js'
export * as nn from './nn/index.js'
export * from './ops/index.js'
export * as optim from './optim/index.js'
export { default_generator, Generator, manual_seed } from './random/generator.js'
export { rand, randn, randperm } from './random/sample.js'
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
