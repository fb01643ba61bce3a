/** Random tensors. */

import { no_grad } from '../autograd/grad_mode.js'
import { describe } from '../check.js'
import { RuntimeError } from '../errors.js'
import { add, mul } from '../ops/binary.js'
import { type TensorLike, to } from '../ops/convert.js'
import { checkDType, type DType } from '../tensor/dtype.js'
import { broadcastShapes, ownIntegers, type Shape } from '../tensor/shape.js'
import { checkTensor, empty, Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { fillBernoulli, fillBernoulliEach, fillNormal, fillUniform, integers, type Random } from './fill.js'
import { checkGenerator, default_generator, drawing } from './generator.js'

export interface RandomOptions extends Random {
  requires_grad?: boolean
}

export interface RandomIntegerOptions extends Random {
  /** int32 by default. */
  dtype?: DType
}

/**
 * Uniform values from [0, 1).
 *
 * @example torch.manual_seed(0); torch.rand([3]).tolist() // [0.4963, 0.7682, 0.0885]
 */
export function rand<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<S> {
  const result = empty('rand', ownIntegers('rand', 'shape', shape))
  result.requires_grad = options.requires_grad ?? false
  fillUniform('rand', result, 0, 1, options)
  return result
}

/**
 * Normal values of mean 0 and variance 1.
 *
 * @example torch.manual_seed(0); torch.randn([3]).tolist() // [1.5410, -0.2934, -2.1788]
 */
export function randn<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<S> {
  const result = empty('randn', ownIntegers('randn', 'shape', shape))
  result.requires_grad = options.requires_grad ?? false
  fillNormal('randn', result, 0, 1, options)
  return result
}

/** Uniform values from [0, 1) in the shape of `x`, a float32 tensor. */
export function rand_like<S extends Shape>(x: Tensor<S>, options?: RandomOptions): Tensor<S> {
  checkLike('rand_like', x)
  return rand(x.shape, options)
}

/** Normal values in the shape of `x`, a float32 tensor. */
export function randn_like<S extends Shape>(x: Tensor<S>, options?: RandomOptions): Tensor<S> {
  checkLike('randn_like', x)
  return randn(x.shape, options)
}

function checkLike(op: string, x: unknown): void {
  checkTensor(op, 'input', x)
  if (x.dtype !== 'float32') throw new RuntimeError(`${op}: input must be float32, but got ${x.dtype}`)
}

/**
 * Whole numbers from [low, high), or from [0, high), as int32.
 *
 * @throws RuntimeError where the range is empty or does not fit the dtype
 * @example torch.randint(10, [2, 3]); torch.randint(-5, 5, [4], { dtype: 'float32' })
 */
export function randint<const S extends Shape>(
  high: number,
  shape: S,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint<const S extends Shape>(
  low: number,
  high: number,
  shape: S,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint(
  ...args: FromZero<[shape: Shape, options?: RandomIntegerOptions | undefined]>
): Tensor {
  const [low, high, shape, options = {}] = withLow(args)
  return integersOf('randint', low, high, shape, options)
}

/** Whole numbers from [low, high), or from [0, high), in the shape and dtype of `x`. */
export function randint_like<S extends Shape>(
  x: Tensor<S>,
  high: number,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint_like<S extends Shape>(
  x: Tensor<S>,
  low: number,
  high: number,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint_like(
  x: Tensor,
  ...args: FromZero<[options?: RandomIntegerOptions | undefined]>
): Tensor {
  checkTensor('randint_like', 'input', x)
  const [low, high, options] = withLow(args)
  return integersOf('randint_like', low, high, x.shape, { dtype: x.dtype, ...options })
}

/** Arguments that begin with a range, whose start may be left out. */
type FromZero<Rest extends unknown[]> = [high: number, ...Rest] | [low: number, high: number, ...Rest]

function withLow<Rest extends unknown[]>(args: FromZero<Rest>): [low: number, high: number, ...Rest] {
  const [, second] = args as unknown[]
  return (typeof second === 'number' ? args : [0, ...args]) as [number, number, ...Rest]
}

function integersOf(
  op: string,
  low: number,
  high: number,
  shape: Shape,
  { dtype = 'int32', ...random }: RandomIntegerOptions,
): Tensor {
  checkDType(op, dtype)
  const sizes = ownIntegers(op, 'shape', shape)
  return drawing(op, random, () => {
    const drawn = integers(op, sizes, low, high, dtype, random)
    const result = to(drawn, dtype)
    if (result !== drawn) drawn.dispose()
    return result
  })
}

/**
 * 1 with the probability that each element of `input` gives, else 0; or with probability `p` each, in
 * the shape of `input`. A number `p` draws what torch draws on processors that are not Intel's: there
 * it takes the numbers of Intel's MKL.
 *
 * @throws RuntimeError where a probability is not in [0, 1]
 * @example torch.bernoulli(torch.tensor([0, 0.5, 1]))
 */
export function bernoulli<S extends Shape>(
  input: Tensor<S>,
  { p, ...random }: { p?: number } & Random = {},
): Tensor<S> {
  checkTensor('bernoulli', 'input', input)
  if (p === undefined) checkLike('bernoulli', input)
  const result = empty('bernoulli', input.shape)
  if (p === undefined) fillBernoulliEach('bernoulli', result, input, random)
  else fillBernoulli('bernoulli', result, p, random)
  return result
}

/**
 * Normal values whose mean and standard deviation are numbers, of a shape that is then given, or
 * tensors, broadcast.
 *
 * @throws RuntimeError where a standard deviation is negative
 * @example torch.normal(2, 0.5, [3]); torch.normal(torch.tensor([0, 10]), 1)
 */
export function normal<const S extends Shape>(
  mean: number,
  std: number,
  shape: S,
  options?: Random,
): Tensor<S>
export function normal(mean: Tensor | number, std: Tensor | number, options?: Random): Tensor
export function normal(
  mean: Tensor | number,
  std: Tensor | number,
  ...rest: [shape: Shape, options?: Random | undefined] | [options?: Random | undefined]
): Tensor {
  const [first, second] = rest
  if (!(mean instanceof Tensor) && !(std instanceof Tensor)) {
    const result = empty('normal', ownIntegers('normal', 'shape', first as Shape))
    fillNormal('normal', result, mean, std, second)
    return result
  }
  const shapes = [mean, std].map((value) => (value instanceof Tensor ? value.shape : []))
  const noise = empty('normal', broadcastShapes('normal', shapes[0], shapes[1], ['mean', 'std']))
  const random = first as Random | undefined
  if (!(std instanceof Tensor)) {
    return drawing('normal', random ?? {}, () => {
      fillNormal('normal', noise, 0, std, random)
      return sumOf(noise, mean)
    })
  }
  if (std.data().some((value) => !(value >= 0)))
    throw new RuntimeError('normal expects all elements of std >= 0.0')
  return drawing('normal', random ?? {}, () => {
    fillNormal('normal', noise, 0, 1, random)
    const scaled = no_grad(() => mul(noise, std))
    noise.dispose()
    return sumOf(scaled, mean)
  })
}

/** `noise + mean`, outside of autograd; frees the noise. */
function sumOf(noise: Tensor, mean: TensorLike): Tensor {
  const result = no_grad(() => add(noise, mean))
  noise.dispose()
  return result
}

/** The numbers 0 to n - 1 in random order, as int32. */
export function randperm(
  n: number,
  { generator = default_generator() }: Random = {},
): Tensor<readonly [number]> {
  if (!Number.isInteger(n)) throw new TypeError(`randperm: n must be an integer, but got ${describe(n)}`)
  if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${n}]`)
  checkGenerator('randperm', generator)
  const result = empty('randperm', ownIntegers('randperm', 'n', [n] as const), 'int32')
  generator.use((state) => kernels.random_permutation(state, result.pointer(), n))
  return result
}
