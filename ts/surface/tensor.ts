/** Functions for methods without a public function, with the tensor as first argument. */

import { describe } from '../base/check.js'
import { IndexError } from '../base/errors.js'
import { readFirst, signature } from '../call/signature.js'
import * as walk from '../graph/backward.js'
import * as hooks from '../graph/hooks.js'
import * as choice from '../ops/elementwise/where.js'
import * as copies from '../ops/shape/clone.js'
import * as convert from '../tensor/convert.js'
import { bytesPerElement } from '../tensor/dtype.js'
import { isDense } from '../tensor/elements.js'
import * as text from '../tensor/format.js'
import { normalizeDim, type Shape } from '../tensor/shape.js'
import { stridesOf } from '../tensor/strides.js'
import type { Tensor } from '../tensor/tensor.js'

const SIZE = signature('size', 'self: Tensor', 'dim: int = None')
const STRIDE = signature('stride', 'self: Tensor', 'dim: int = None')
const IS_CONTIGUOUS = signature('is_contiguous', 'self: Tensor', 'memory_format: None = None')
const STORAGE_OFFSET = signature('storage_offset', 'self: Tensor')
const WHERE = signature('where', 'self: Tensor', 'condition: Tensor', 'other: TensorLike')
const LAST = ['non_blocking: bool = False', 'copy: bool = False', '*', 'memory_format: None = None'] as const
const TO_DTYPE = signature('to', 'self: Tensor', 'dtype: dtype', ...LAST)
const TO_DEVICE = signature('to', 'self: Tensor', "device: 'cpu' = None", 'dtype: dtype = None', ...LAST)
const TO_OTHER = signature('to', 'self: Tensor', 'other: Tensor', ...LAST)
const FLOAT = signature('float', 'self: Tensor', 'memory_format: None = None')
const REGISTER_HOOK = signature('register_hook', 'self: Tensor', 'hook: function')
const RETAIN_GRAD = signature('retain_grad', 'self: Tensor')
const TO_STRING = signature('toString', 'self: Tensor')
const BACKWARD = signature(
  'backward',
  'self: Tensor',
  'gradient: Tensor = None',
  'retain_graph: bool = None',
  'create_graph: False = False',
  'inputs: None = None',
)

export function size(...args: unknown[]): Shape | number {
  const [self, dim] = SIZE.read(args)
  if (dim === null) return self.shape
  if (self.dim() === 0)
    throw new IndexError(`Dimension specified as ${describe(dim)} but tensor has no dimensions`)
  return self.shape[normalizeDim(dim, self.dim())]
}

export function stride(...args: unknown[]): readonly number[] | number {
  const [self, dim] = STRIDE.read(args)
  const strides = stridesOf(self)
  if (dim === null) return strides
  if (self.dim() === 0)
    throw new IndexError(`Dimension specified as ${describe(dim)} but tensor has no dimensions`)
  return strides[normalizeDim(dim, self.dim())]
}

export function is_contiguous(...args: unknown[]): boolean {
  return isDense(IS_CONTIGUOUS.read(args)[0])
}

export function storage_offset(...args: unknown[]): number {
  const [self] = STORAGE_OFFSET.read(args)
  return self.byteOffset / bytesPerElement[self.dtype]
}

export function where(...args: unknown[]): Tensor {
  const [self, condition, other] = WHERE.read(args)
  return choice.where(condition, self, other)
}

export function to(...args: unknown[]): Tensor {
  const [form, given] = readFirst(args, TO_DTYPE, TO_DEVICE, TO_OTHER)
  const [self] = given
  if (form === '0') return converted(self, given[1], given[3])
  if (form === '1') return converted(self, given[2] ?? self.dtype, given[4])
  return converted(self, given[1].dtype, given[3])
}

/** `self` converted to `dtype`; itself if it has that type, unless a copy was requested. */
function converted(self: Tensor, dtype: Tensor['dtype'], copy: boolean): Tensor {
  const result = convert.to(self, dtype)
  return copy && result === self ? copies.clone(self) : result
}

export function float(...args: unknown[]): Tensor {
  return convert.to(FLOAT.read(args)[0], 'float32')
}

export function register_hook(...args: unknown[]): hooks.RemovableHandle {
  const [self, hook] = REGISTER_HOOK.read(args)
  return hooks.register_hook(self, hook as hooks.Hook)
}

export function retain_grad(...args: unknown[]): void {
  hooks.retain_grad(RETAIN_GRAD.read(args)[0])
}

export function backward(...args: unknown[]): void {
  const given = BACKWARD.read(args)
  walk.backward(given[0], given[1] ?? undefined, given[2] ?? false)
}

export function printed(...args: unknown[]): string {
  return text.format(TO_STRING.read(args)[0])
}
