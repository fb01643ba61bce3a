/** Random tensors. */
import * as kernels from '#kernels'
import { checkNumber, describe } from '../check.js'
import { RuntimeError } from '../errors.js'
import { ownIntegers, type Shape } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { checkGenerator, default_generator, type Generator } from './generator.js'

export interface RandomOptions {
  requires_grad?: boolean
  /** Where the numbers come from; the default generator if left out. */
  generator?: Generator
}

/** Overwrites `x` with uniform values from [low, high). */
export function fillUniform(
  op: string,
  x: Tensor,
  low: number,
  high: number,
  generator = default_generator(),
): void {
  checkFloats(op, x)
  checkNumber(op, 'low', low)
  checkNumber(op, 'high', high)
  checkGenerator(op, generator)
  if (low > high) {
    throw new RuntimeError(`${op} expects to return a [from, to) range, but found from=${low} > to=${high}`)
  }
  generator.use((state) => kernels.random_uniform(state, x.pointer(), x.numel(), low, high))
  x.storage.version++
}

/** Overwrites `x` with normal values. */
export function fillNormal(
  op: string,
  x: Tensor,
  mean: number,
  std: number,
  generator = default_generator(),
): void {
  checkFloats(op, x)
  checkNumber(op, 'mean', mean)
  checkNumber(op, 'std', std)
  checkGenerator(op, generator)
  if (std < 0) throw new RuntimeError(`${op} expects std >= 0.0, but found std ${std}`)
  generator.use((state) => kernels.random_normal(state, x.pointer(), x.numel(), mean, std))
  x.storage.version++
}

/** Throws unless `x` has the four bytes an element that the kernels write. */
function checkFloats(op: string, x: Tensor): void {
  checkTensor(op, 'input', x)
  if (x.dtype !== 'float32') throw new RuntimeError(`${op}: input must be float32, but got ${x.dtype}`)
}

/** Uniform values from [0, 1). */
export function rand<const S extends Shape>(
  shape: S,
  { requires_grad = false, generator }: RandomOptions = {},
): Tensor<S> {
  const result = empty('rand', ownIntegers('rand', 'shape', shape))
  fillUniform('rand', result, 0, 1, generator)
  return result.requires_grad_(requires_grad)
}

/** Normal values of mean 0 and variance 1. */
export function randn<const S extends Shape>(
  shape: S,
  { requires_grad = false, generator }: RandomOptions = {},
): Tensor<S> {
  const result = empty('randn', ownIntegers('randn', 'shape', shape))
  fillNormal('randn', result, 0, 1, generator)
  return result.requires_grad_(requires_grad)
}

/** 1 with probability `p`, else 0, each element on its own. */
export function bernoulli(
  shape: Shape,
  p: number,
  { generator = default_generator() }: { generator?: Generator } = {},
): Tensor {
  if (!(p >= 0 && p <= 1)) throw new RuntimeError(`bernoulli expects p to be in [0, 1], but got p=${p}`)
  const result = empty('bernoulli', shape)
  generator.use((state) => kernels.random_bernoulli(state, result.pointer(), result.numel(), p))
  return result
}

/** The numbers 0 to n - 1 in random order, as int32. */
export function randperm(
  n: number,
  { generator = default_generator() }: { generator?: Generator } = {},
): Tensor<readonly [number]> {
  if (!Number.isInteger(n)) throw new TypeError(`randperm: n must be an integer, but got ${describe(n)}`)
  if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${n}]`)
  checkGenerator('randperm', generator)
  const result = empty('randperm', ownIntegers('randperm', 'n', [n] as const), 'int32')
  generator.use((state) => kernels.random_permutation(state, result.pointer(), n))
  return result
}
