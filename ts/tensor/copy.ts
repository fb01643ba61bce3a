/** Copying and accumulating elements, outside of autograd. Tensors may be strided. */
import { kernels } from '../kernels/instance.js'
import { Storage } from '../memory/storage.js'
import { bytesPerElement } from './dtype.js'
import { addStrided, copyStrided, isDense } from './elements.js'
import { changeElementsEach } from './strided.js'
import { empty, type Tensor } from './tensor.js'

/** `into += x`, for tensors of the same shape. */
export function accumulate(into: Tensor, x: Tensor): void {
  const addend = withoutOverlap(into, x)
  into.storage.change(() => accumulateElements(into, addend))
}

/** The kernel's part of {@link accumulate}, for tensors that do not share memory. */
export function accumulateElements(into: Tensor, x: Tensor): void {
  if (isDense(into) && isDense(x)) kernels.accumulate(into.pointer(), x.pointer(), into.numel())
  else addStrided(x, into)
}

/** `x`, or a copy if it may overlap `result`: a kernel's operands never overlap its result. */
export const withoutOverlap = (result: Tensor, x: Tensor): Tensor =>
  x.storage === result.storage ? duplicate(x) : x

/** Overwrites `into` with `from`, of its shape and dtype. */
export function copyElements(from: Tensor, into: Tensor): void {
  const source = withoutOverlap(into, from)
  const bytes = into.numel() * bytesPerElement[into.dtype]
  into.storage.change(() => {
    if (isDense(source) && isDense(into))
      kernels.rectangle_copy(source.pointer(), into.pointer(), 1, bytes, bytes, bytes)
    else copyStrided(source, into)
  })
}

/** Overwrites every `into` with its `from`, of its shape and dtype, all or none. */
export function copyEach(copies: readonly (readonly [into: Tensor, from: Tensor])[]): void {
  const changes = copies.map(([into, from]) => ({
    operands: [into, withoutOverlap(into, from)],
    results: [into],
  }))
  Storage.changeEach(changes, ({ operands: [into, from] }) => copyElements(from, into))
}

/** Overwrites all elements of float32 tensors with `value`, all or none. */
export function fillEach(tensors: readonly Tensor[], value: number): void {
  changeElementsEach(tensors, (x) => kernels.fill(x.pointer(), value, x.numel()))
}

/** A new contiguous tensor with the same elements. */
export function duplicate(x: Tensor): Tensor {
  const copy = empty('clone', x.shape, x.dtype)
  copyElements(x, copy)
  return copy
}
