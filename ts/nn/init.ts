/** Initialisation in place, with torch's random stream. Source: torch.nn.init. */

import { no_grad } from '../autograd/grad_mode.js'
import { checkNumber } from '../check.js'
import { RuntimeError } from '../errors.js'
import { copy_ } from '../ops/in_place.js'
import type { Generator } from '../random/generator.js'
import { fillNormal, fillUniform } from '../random/sample.js'
import { numelOf } from '../tensor/shape.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'

interface Random {
  generator?: Generator
}

/** Uniform values from [low, high). */
export function uniform_<T extends Tensor>(x: T, low = 0, high = 1, { generator }: Random = {}): T {
  fillUniform('uniform_', x, low, high, generator)
  return x
}

/** Normal values. */
export function normal_<T extends Tensor>(x: T, mean = 0, std = 1, { generator }: Random = {}): T {
  fillNormal('normal', x, mean, std, generator)
  return x
}

/** One value everywhere. */
export function constant_<T extends Tensor>(x: T, value: number): T {
  return no_grad(() => copy_(x, value))
}

/** Zeros. */
export const zeros_ = <T extends Tensor>(x: T): T => constant_(x, 0)

/** Ones. */
export const ones_ = <T extends Tensor>(x: T): T => constant_(x, 1)

/** Inputs of one output of a weight [out, in, ...]: in times the size of the kernel. */
export function fan_in(weight: Tensor): number {
  if (weight.dim() < 2) {
    throw new RuntimeError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
  }
  return numelOf(weight.shape.slice(1))
}

/**
 * Uniform on ±sqrt(3) gain / sqrt(fan_in), gain being that of a leaky ReLU with negative slope `a`
 * (He et al. 2015). The defaults of Linear and Conv2d use a = sqrt(5).
 */
export function kaiming_uniform_<T extends Tensor>(
  x: T,
  { a = 0, generator }: { a?: number } & Random = {},
): T {
  checkTensor('kaiming_uniform_', 'input', x)
  checkNumber('kaiming_uniform_', 'a', a)
  const gain = Math.sqrt(2 / (1 + a * a))
  const std = gain / Math.sqrt(fan_in(x))
  const bound = Math.sqrt(3) * std
  fillUniform('kaiming_uniform_', x, -bound, bound, generator)
  return x
}
