/** Random tensors. */

import { RuntimeError } from '../../base/errors.js'
import { isTracked, recordResult } from '../../graph/apply.js'
import { no_grad } from '../../graph/grad_mode.js'
import { defineGradient } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { default_generator, drawing, type Generator } from '../../random/generator.js'
import { type TensorLike, to } from '../../tensor/convert.js'
import type { DType } from '../../tensor/dtype.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkFloat } from '../../tensor/promotion.js'
import { broadcastShapes, ownIntegers, type Shape } from '../../tensor/shape.js'
import { checkTensor, empty, Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { fillBernoulli, fillBernoulliEach, fillNormal, fillUniform, integers, type Random } from './fill.js'

export interface RandomOptions extends Random {
  requires_grad?: boolean
}

/** Uniform values from [0, 1). */
export function rand<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<S> {
  const result = empty('rand', ownIntegers('rand', 'size', shape))
  result.requires_grad = options.requires_grad ?? false
  fillUniform('rand', result, 0, 1, options)
  return result
}

/** Normal values of mean 0 and variance 1. */
export function randn<const S extends Shape>(shape: S, options: RandomOptions = {}): Tensor<S> {
  const result = empty('randn', ownIntegers('randn', 'size', shape))
  result.requires_grad = options.requires_grad ?? false
  fillNormal('randn', result, 0, 1, options)
  return result
}

/** Uniform values from [0, 1) with the shape of `x`, a float32 tensor. */
export function rand_like<S extends Shape>(x: Tensor<S>, options?: RandomOptions): Tensor<S> {
  checkLike('rand_like', x)
  return rand(x.shape, options)
}

/** Standard normal values with the shape of `x`, a float32 tensor. */
export function randn_like<S extends Shape>(x: Tensor<S>, options?: RandomOptions): Tensor<S> {
  checkLike('randn_like', x)
  return randn(x.shape, options)
}

function checkLike(op: string, x: unknown): void {
  checkTensor(op, 'input', x)
  if (x.dtype !== 'float32') throw new RuntimeError(`${op}: input must be float32, but got ${x.dtype}`)
}

/** Integers from [low, high). */
export function randint(
  op: string,
  low: number,
  high: number,
  shape: Shape,
  dtype: DType,
  { requires_grad = false, ...random }: RandomOptions,
): Tensor {
  checkLeaf(requires_grad, dtype)
  const sizes = ownIntegers(op, 'size', shape)
  return drawing(op, random, () => {
    const drawn = integers(op, sizes, low, high, dtype, random)
    const result = to(drawn, dtype)
    if (result !== drawn) drawn.dispose()
    return result.requires_grad_(requires_grad)
  })
}

/** Draws have gradients of zero for their parameters, as in torch. */
const drawn = (name: 'bernoulli' | 'normal') =>
  defineGradient({
    name,
    backward: (_upstream, _saved, _options, { needs, inputShapes }) =>
      inputShapes.map((shape, i) => (needs[i] ? zerosLike(shape) : null)),
  })
const bernoulliRecord = drawn('bernoulli')
const normalRecord = drawn('normal')

/** 1 with the probability in each element of `input`, or with probability `p` for all, else 0. */
export function bernoulli<S extends Shape>(
  input: Tensor<S>,
  { p, ...random }: { p?: number | undefined } & Random = {},
): Tensor<S> {
  checkTensor('bernoulli', 'input', input)
  if (p === undefined) checkLike('bernoulli', input)
  const result = empty('bernoulli', input.shape)
  if (p === undefined) fillBernoulliEach('bernoulli', result, input, random)
  else fillBernoulli('bernoulli', result, p, random)
  const own = to(result, input.dtype) as Tensor<S>
  if (isTracked([input])) recordResult(bernoulliRecord, [input], own, undefined)
  return own
}

/** Normal values of one mean and standard deviation. */
export function normal(mean: number, std: number, shape: Shape, options: RandomOptions): Tensor {
  const result = empty('normal', ownIntegers('normal', 'size', shape))
  result.requires_grad = options.requires_grad ?? false
  fillNormal('normal', result, mean, std, options)
  return result
}

/** Normal values whose mean or standard deviation is a tensor, or both, broadcast. */
export function normalOf(mean: Tensor | number, std: Tensor | number, random: Random): Tensor {
  if (!(mean instanceof Tensor) && !(std instanceof Tensor))
    throw new TypeError('normal: of a mean and std that are numbers, size must be given')
  const inputs = [mean, std].filter((value) => value instanceof Tensor)
  for (const input of inputs) checkFloat('normal', 'mean and std', input.dtype)
  const result = drawNormal(mean, std, random)
  if (isTracked(inputs)) recordResult(normalRecord, inputs, result, undefined)
  return result
}

function drawNormal(mean: Tensor | number, std: Tensor | number, random: Random): Tensor {
  const shapes = [mean, std].map((value) => (value instanceof Tensor ? value.shape : []))
  const noise = empty('normal', broadcastShapes('normal', shapes[0], shapes[1], ['mean', 'std']))
  if (!(std instanceof Tensor)) {
    return drawing('normal', random, () => {
      fillNormal('normal', noise, 0, std, random)
      return sumOf(noise, mean)
    })
  }
  if (std.data().some((value) => !(value >= 0)))
    throw new RuntimeError('normal expects all elements of std >= 0.0')
  return drawing('normal', random, () => {
    fillNormal('normal', noise, 0, 1, random)
    const scaled = no_grad(() => mul(noise, std))
    noise.dispose()
    return sumOf(scaled, mean)
  })
}

/** Throws, before anything is drawn, if integers should require grad. */
function checkLeaf(requires_grad: boolean, dtype: DType): void {
  if (requires_grad && dtype !== 'float32')
    throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients')
}

/** `noise + mean`, outside of autograd; frees the noise. */
function sumOf(noise: Tensor, mean: TensorLike): Tensor {
  const result = no_grad(() => add(noise, mean))
  noise.dispose()
  return result
}

/** The number of consecutive integers from 0 on that a dtype represents. */
const MOST_IN_ORDER = { float32: 2 ** 24 + 1, int32: 2 ** 31, uint8: 2 ** 8 }

/** A random permutation of 0 to n - 1. */
export function randperm(
  n: number,
  {
    generator,
    dtype = 'int32',
    requires_grad = false,
  }: { generator?: Generator | null | undefined; dtype?: DType; requires_grad?: boolean } = {},
): Tensor<readonly [number]> {
  if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${n}]`)
  checkLeaf(requires_grad, dtype)
  if (dtype === 'bool') throw new RuntimeError('"randperm" not implemented for \'Bool\'')
  const most = MOST_IN_ORDER[dtype]
  if (n > most)
    throw new RuntimeError(`randperm: n cannot be greater than ${most} for ${dtype}, but got ${n}`)
  const shape = ownIntegers('randperm', 'n', [n] as const)
  return drawing('randperm', { generator }, () => {
    const drawn = empty('randperm', shape, 'int32')
    const source = generator ?? default_generator()
    source.use((state) => kernels.random_permutation(state, drawn.pointer(), n))
    return to(drawn, dtype).requires_grad_(requires_grad) as typeof drawn
  })
}
