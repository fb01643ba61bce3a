/** Public functions that create random tensors. */
import { readFirst, signature } from '../call/signature.js'
import type { Random } from '../ops/random/fill.js'
import * as sample from '../ops/random/sample.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { OfSize } from './create.js'

/** Keywords of random tensors. */
export interface RandomOptions extends Random {
  dtype?: 'float32' | null
  device?: 'cpu' | null
  requires_grad?: boolean
}

/** Keywords of random integers. */
export interface RandomIntegerOptions extends Random {
  /** int32 by default. */
  dtype?: DType | null
  device?: 'cpu' | null
  requires_grad?: boolean
}

const GENERATOR = 'generator: Generator = None'
const DEVICE = "device: 'cpu' = None"
const REST = ['requires_grad: bool = False', 'layout: None = None', 'pin_memory: False = False'] as const
const FLOATS = ['*', GENERATOR, "dtype: 'float32' = None", DEVICE, ...REST] as const
const INTEGERS = ['*', GENERATOR, 'dtype: dtype = None', DEVICE, ...REST] as const

const RAND = signature('rand', '*size: int', ...FLOATS)
const RANDN = signature('randn', '*size: int', ...FLOATS)
const RAND_LIKE = signature('rand_like', 'input: Tensor', ...FLOATS, 'memory_format: None = None')
const RANDN_LIKE = signature('randn_like', 'input: Tensor', ...FLOATS, 'memory_format: None = None')
const RANDINT_TO = signature('randint', 'high: number', 'size: ints', ...INTEGERS)
const RANDINT = signature('randint', 'low: number', 'high: number', 'size: ints', ...INTEGERS)
const RANDINT_LIKE_TO = signature('randint_like', 'input: Tensor', 'high: number', ...INTEGERS)
const RANDINT_LIKE = signature('randint_like', 'input: Tensor', 'low: number', 'high: number', ...INTEGERS)
const RANDPERM = signature('randperm', 'n: int', ...INTEGERS)
const BERNOULLI = signature('bernoulli', 'input: Tensor', 'p: number = None', '*', GENERATOR)
const NORMAL_OF = signature('normal', 'mean: Tensor|number = 0', 'std: Tensor|number = 1', '*', GENERATOR)
const NORMAL = signature('normal', 'mean: number', 'std: number', 'size: ints', ...FLOATS)

/**
 * Uniform values from [0, 1).
 *
 * @example torch.manual_seed(0); torch.rand(3).tolist() // [0.4963, 0.7682, 0.0885]
 */
export const rand: OfSize<RandomOptions> = (...args: unknown[]) => {
  const [size, generator, , , requires_grad] = RAND.read(args)
  return sample.rand(size, { generator, requires_grad }) as never
}

/**
 * Normal values of mean 0 and variance 1.
 *
 * @example torch.manual_seed(0); torch.randn(3).tolist() // [1.5410, -0.2934, -2.1788]
 */
export const randn: OfSize<RandomOptions> = (...args: unknown[]) => {
  const [size, generator, , , requires_grad] = RANDN.read(args)
  return sample.randn(size, { generator, requires_grad }) as never
}

/** Uniform values from [0, 1) with the shape of `input`, a float32 tensor. */
export function rand_like<S extends Shape>(input: Tensor<S>, options?: RandomOptions): Tensor<S>
export function rand_like(...args: unknown[]): Tensor {
  const [input, generator, , , requires_grad] = RAND_LIKE.read(args)
  return sample.rand_like(input, { generator, requires_grad })
}

/** Standard normal values with the shape of `input`, a float32 tensor. */
export function randn_like<S extends Shape>(input: Tensor<S>, options?: RandomOptions): Tensor<S>
export function randn_like(...args: unknown[]): Tensor {
  const [input, generator, , , requires_grad] = RANDN_LIKE.read(args)
  return sample.randn_like(input, { generator, requires_grad })
}

/**
 * Integers from [low, high), or from [0, high), as int32.
 *
 * @throws RuntimeError if the range is empty or does not fit the dtype
 * @example torch.randint(10, [2, 3]); torch.randint(-5, 5, [4], { dtype: 'float32' })
 */
export function randint<const S extends Shape>(
  high: number,
  size: S,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint<const S extends Shape>(
  low: number,
  high: number,
  size: S,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint<const S extends Shape>(
  options: RandomIntegerOptions & { low?: number; high: number; size: S },
): Tensor<S>
export function randint(...args: unknown[]): Tensor {
  const [form, given] = readFirst(args, RANDINT_TO, RANDINT)
  const [low, high, size, generator, dtype, , requires_grad] = form === '0' ? ([0, ...given] as const) : given
  return sample.randint('randint', low, high, size, dtype ?? 'int32', { generator, requires_grad })
}

/** Integers from [low, high), or from [0, high), with the shape and dtype of `input`. */
export function randint_like<S extends Shape>(
  input: Tensor<S>,
  high: number,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint_like<S extends Shape>(
  input: Tensor<S>,
  low: number,
  high: number,
  options?: RandomIntegerOptions,
): Tensor<S>
export function randint_like<S extends Shape>(
  input: Tensor<S>,
  options: RandomIntegerOptions & { low?: number; high: number },
): Tensor<S>
export function randint_like(...args: unknown[]): Tensor {
  const [form, given] = readFirst(args, RANDINT_LIKE_TO, RANDINT_LIKE)
  const [input] = given
  if (form === '0') {
    const [, high, generator, dtype, , requires_grad] = given
    const random = { generator, requires_grad }
    return sample.randint('randint_like', 0, high, input.shape, dtype ?? input.dtype, random)
  }
  const [, low, high, generator, dtype, , requires_grad] = given
  const random = { generator, requires_grad }
  return sample.randint('randint_like', low, high, input.shape, dtype ?? input.dtype, random)
}

/**
 * 1 with the probability in each element of `input`, else 0; or with probability `p` for all elements, in
 * the shape of `input`. A number `p` draws the same values as torch on non-Intel processors; on Intel's,
 * torch uses MKL's stream.
 *
 * @throws RuntimeError if a probability is not in [0, 1]
 * @example torch.bernoulli(torch.tensor([0, 0.5, 1]))
 */
export function bernoulli<S extends Shape>(
  input: Tensor<S>,
  p?: number | ({ p?: number | null } & Random) | null,
  options?: Random,
): Tensor<S>
export function bernoulli(...args: unknown[]): Tensor {
  const [input, p, generator] = BERNOULLI.read(args)
  return sample.bernoulli(input, { p: p ?? undefined, generator })
}

/** Keywords of {@link normal} for numbers. */
export interface NormalOptions extends RandomOptions {
  mean: number
  std: number
}

/**
 * Normal values. Mean and standard deviation are tensors, broadcast together, or numbers with a
 * size.
 *
 * @throws RuntimeError if a standard deviation is negative
 * @example torch.normal(2, 0.5, [3]); torch.normal(torch.tensor([0, 10]), 1)
 */
export function normal<const S extends Shape>(
  mean: number,
  std: number,
  size: S | (RandomOptions & { size: S }),
  options?: RandomOptions,
): Tensor<S>
export function normal<const S extends Shape>(options: NormalOptions & { size: S }): Tensor<S>
export function normal(
  mean: Tensor,
  std?: Tensor | number | ({ std?: Tensor | number } & Random),
  options?: Random,
): Tensor
export function normal(mean: number, std: Tensor, options?: Random): Tensor
export function normal(options: { mean?: Tensor | number; std?: Tensor | number } & Random): Tensor
export function normal(...args: unknown[]): Tensor {
  const [form, given] = readFirst(args, NORMAL, NORMAL_OF)
  if (form === '1') return sample.normalOf(given[0], given[1], { generator: given[2] })
  const [mean, std, size, generator, , , requires_grad] = given
  return sample.normal(mean, std, size, { generator, requires_grad })
}

/** A random permutation of 0 to n - 1, int32 by default. */
export function randperm(n: number, options?: RandomIntegerOptions): Tensor<readonly [number]>
export function randperm(...args: unknown[]): Tensor<readonly [number]> {
  const [n, generator, dtype, , requires_grad] = RANDPERM.read(args)
  return sample.randperm(n, { generator, dtype: dtype ?? 'int32', requires_grad })
}
