/** In-place methods, as functions whose first argument is the tensor. */

import { RuntimeError } from '../base/errors.js'
import { readFirst, signature } from '../call/signature.js'
import * as direct from '../ops/elementwise/in_place.js'
import * as choice from '../ops/elementwise/where.js'
import * as random from '../ops/random/in_place.js'
import * as inPlace from '../ops/shape/in_place.js'
import type { TensorLike } from '../tensor/convert.js'
import { Tensor } from '../tensor/tensor.js'
import * as arithmetic from './arithmetic.js'

const ADD_ = signature('add_', 'self: Tensor', 'other: TensorLike', '*', 'alpha: number|bool = 1')
const SUB_ = signature('sub_', 'self: Tensor', 'other: TensorLike', '*', 'alpha: number|bool = 1')
const MUL_ = signature('mul_', 'self: Tensor', 'other: TensorLike')
const DIV_ = signature(
  'div_',
  'self: Tensor',
  'other: TensorLike',
  '*',
  "rounding_mode: 'floor'|'trunc' = None",
)
const COPY_ = signature('copy_', 'self: Tensor', 'src: TensorLike', 'non_blocking: bool = False')
const FILL_ = signature('fill_', 'self: Tensor', 'value: TensorLike')
const ZERO_ = signature('zero_', 'self: Tensor')
const MASKED_FILL_ = signature('masked_fill_', 'self: Tensor', 'mask: Tensor', 'value: TensorLike')
const GENERATOR = 'generator: Generator = None'
const UNIFORM_ = signature('uniform_', 'self: Tensor', 'from: number = 0', 'to: number = 1', '*', GENERATOR)
const NORMAL_ = signature('normal_', 'self: Tensor', 'mean: number = 0', 'std: number = 1', '*', GENERATOR)
const BERNOULLI_ = signature('bernoulli_', 'self: Tensor', 'p: Tensor|number = 0.5', '*', GENERATOR)
const RANDOM_ = signature('random_', 'self: Tensor', '*', GENERATOR)
const RANDOM_TO_ = signature('random_', 'self: Tensor', 'to: number', '*', GENERATOR)
const RANDOM_FROM_ = signature('random_', 'self: Tensor', 'from: number', 'to: number', '*', GENERATOR)

/** Adds `sign * alpha other` in place, where no check of a number or of alpha is left to the operation. */
const addition = (self: Tensor, other: TensorLike, alpha: number | boolean, sign: number) =>
  alpha === 1 || (other instanceof Tensor && Math.fround(Number(alpha)) === alpha)
    ? () => direct.add(self, other, sign * Number(alpha))
    : undefined

export function add_(...args: unknown[]): Tensor {
  const [self, other, alpha] = ADD_.read(args)
  return inPlace.update(
    self,
    'add_',
    other,
    () => arithmetic.add(self, other, { alpha }),
    addition(self, other, alpha, 1),
  )
}

export function sub_(...args: unknown[]): Tensor {
  const [self, other, alpha] = SUB_.read(args)
  return inPlace.update(
    self,
    'sub_',
    other,
    () => arithmetic.sub(self, other, { alpha }),
    addition(self, other, alpha, -1),
  )
}

export function mul_(...args: unknown[]): Tensor {
  const [self, other] = MUL_.read(args)
  return inPlace.update(
    self,
    'mul_',
    other,
    () => arithmetic.mul(self, other),
    () => direct.mul(self, other),
  )
}

export function div_(...args: unknown[]): Tensor {
  const [self, other, rounding_mode] = DIV_.read(args)
  return inPlace.update(
    self,
    'div_',
    other,
    () => arithmetic.div(self, other, { rounding_mode }),
    rounding_mode === null ? () => direct.div(self, other) : undefined,
  )
}

export function copy_(...args: unknown[]): Tensor {
  const [self, src] = COPY_.read(args)
  return inPlace.copy_(self, src)
}

export function fill_(...args: unknown[]): Tensor {
  const [self, value] = FILL_.read(args)
  if (value instanceof Tensor && value.dim() > 0) {
    throw new RuntimeError(
      `fill_ only supports 0-dimension value tensor but got tensor with ${value.dim()} dimensions.`,
    )
  }
  return inPlace.fill_(self, value)
}

export function zero_(...args: unknown[]): Tensor {
  return inPlace.fill_(ZERO_.read(args)[0], 0)
}

export function masked_fill_(...args: unknown[]): Tensor {
  const [self, mask, value] = MASKED_FILL_.read(args)
  return inPlace.update(self, 'masked_fill_', value, () => choice.masked_fill(self, mask, value))
}

export function uniform_(...args: unknown[]): Tensor {
  const [self, from, to, generator] = UNIFORM_.read(args)
  return random.uniform_(self, from, to, { generator })
}

export function normal_(...args: unknown[]): Tensor {
  const [self, mean, std, generator] = NORMAL_.read(args)
  return random.normal_(self, mean, std, { generator })
}

export function bernoulli_(...args: unknown[]): Tensor {
  const [self, p, generator] = BERNOULLI_.read(args)
  return random.bernoulli_(self, p, { generator })
}

export function random_(...args: unknown[]): Tensor {
  const [form, given] = readFirst(args, RANDOM_, RANDOM_TO_, RANDOM_FROM_)
  if (form === '0') return random.random_(given[0], undefined, undefined, { generator: given[1] })
  if (form === '1') return random.random_(given[0], given[1], undefined, { generator: given[2] })
  return random.random_(given[0], given[1], given[2], { generator: given[3] })
}
