/** Views by strides and offset in the storage, and their gradients. */

import { RuntimeError } from '../../base/errors.js'
import { isTracked, recordResult } from '../../graph/apply.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { defineGradient } from '../../graph/op.js'
import { duplicate, fillEach } from '../../tensor/copy.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { addStrided, copyStrided, isDense } from '../../tensor/elements.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkShape, formatShape, numelOf, ownIntegers, type Shape } from '../../tensor/shape.js'
import { checkInternalOverlap, dense } from '../../tensor/strided.js'
import {
  contiguousStrides,
  keptStrides,
  mayOverlap,
  reachOf,
  type Strides,
  stridesOf,
} from '../../tensor/strides.js'
import { quotient } from '../../tensor/sum.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { gradientAt, type Layout } from './view.js'

/** The layouts of a view and its base in their storage. */
export interface InStorage {
  /** The layout of the view, with its offset from the first element of the base. */
  readonly view: Layout
  /** Strides of the base; null if it is contiguous. */
  readonly base: Strides | null
}

/** The layout of `view` relative to `base`. */
export function layoutIn(base: Tensor, view: Tensor): InStorage {
  const offset = (view.byteOffset - base.byteOffset) / bytesPerElement[base.dtype]
  return {
    view: { shape: view.shape, strides: view.strides, offset },
    base: isDense(base) ? null : base.strides,
  }
}

const liesWithin = (layout: Layout, length: number): boolean =>
  layout.offset >= 0 && layout.offset + reachOf(layout.shape, stridesOf(layout)) <= length

/** The gradient of a base of `shape`: `upstream` in the view, 0 elsewhere. */
function gradientOfBase(upstream: Tensor, shape: Shape, { view, base }: InStorage): Tensor {
  if (base === null && liesWithin(view, numelOf(shape))) return gradientAt(upstream, shape, view)
  const strides = base ?? contiguousStrides(shape)
  // The common extent of both.
  const start = Math.min(view.offset, 0)
  const end = Math.max(view.offset + reachOf(view.shape, stridesOf(view)), reachOf(shape, strides))
  const storage = gradientAt(upstream, [end - start], {
    shape: view.shape,
    strides: stridesOf(view),
    offset: view.offset - start,
  })
  const gradient = dense(storage.strided(shape, keptStrides(shape, strides), -start))
  // Elements of the base at the same address share a gradient.
  return mayOverlap(shape, strides) ? quotient(gradient, timesReached(shape, strides)) : gradient
}

/** For each element of a base, the number of elements at the same address. */
function timesReached(shape: Shape, strides: Strides): Tensor {
  const times = zerosLike([reachOf(shape, strides)])
  const ones = empty('backward', shape)
  fillEach([ones], 1)
  addStrided(ones, times.strided(shape, strides, 0))
  return dense(times.strided(shape, strides, 0))
}

/** The gradient of a base of `shape`, in the memory layout of the base. */
function laidOut(upstream: Tensor, shape: Shape, { view, base }: InStorage): Tensor {
  const storage = base === null ? upstream : zerosLike([reachOf(shape, base)])
  checkWithin(view, storage.numel(), 4)
  if (base === null) return storage
  const target = storage.strided(shape, base, 0)
  checkInternalOverlap(target)
  copyStrided(upstream, target)
  return storage
}

/** The part of a base's gradient in the view; a new tensor unless it is the whole gradient. */
export function gradientOfView(upstream: Tensor, shape: Shape, layout: InStorage): Tensor {
  const { view, base } = layout
  if (base === null && view.strides === null && numelOf(shape) === numelOf(view.shape))
    return upstream.alias(view.shape)
  return duplicate(laidOut(upstream, shape, layout).strided(view.shape, view.strides, view.offset))
}

/** The gradient of a base of `shape`, with 0 in the view. */
export function gradientOfRest(upstream: Tensor, shape: Shape, layout: InStorage): Tensor {
  const { view, base } = layout
  const storage = laidOut(base === null ? duplicate(upstream) : upstream, shape, layout)
  const written = storage.strided(view.shape, view.strides, view.offset)
  // As in torch, which also overwrites that part of the gradient.
  checkInternalOverlap(written)
  fillEach([written], 0)
  return base === null ? storage : dense(storage.strided(shape, base, 0))
}

export const asStridedRecord = defineGradient<InStorage>({
  name: 'as_strided',
  backward: (upstream, _saved, layout, { inputShapes: [shape] }) => [gradientOfBase(upstream, shape, layout)],
})

/** Throws torch's error if elements exceed a storage of `length` elements. */
function checkWithin(layout: Layout, length: number, elementBytes: number): void {
  const { shape, strides, offset } = { ...layout, strides: stridesOf(layout) }
  if (offset < 0) throw new RuntimeError(`Tensor: invalid storage offset ${offset}`)
  const reach = reachOf(shape, strides)
  if (reach === 0 || offset + reach <= length) return
  throw new RuntimeError(
    `setStorage: sizes ${formatShape(shape)}, strides ${formatShape(strides)}, storage offset ${offset}, and itemsize ${elementBytes} requiring a storage size of ${(offset + reach) * elementBytes} are out of bounds for storage of size ${length * elementBytes}`,
  )
}

/**
 * A view of a storage by strides in elements: index 0 is element `offset` of the storage, by default the first
 * of `x`.
 */
export function as_strided(x: Tensor, size: Shape, stride: Strides, offset: number | null = null): Tensor {
  checkTensor('as_strided', 'input', x)
  const shape = ownIntegers('as_strided', 'size', size)
  const strides = ownIntegers('as_strided', 'stride', stride)
  if (shape.length !== strides.length) throw new RuntimeError('mismatch in length of strides and shape')
  if (strides.some((step) => step < 0)) {
    throw new RuntimeError(
      `as_strided: Negative strides are not supported at the moment, got strides: ${formatShape(strides)}`,
    )
  }
  const elementBytes = bytesPerElement[x.dtype]
  const own = x.byteOffset / elementBytes
  const layout = { shape, strides, offset: offset ?? own }
  if (shape.some((length) => length < 0) || !Number.isSafeInteger(elementBytes * reachOf(shape, strides))) {
    throw new RuntimeError(
      `Storage size calculation overflowed with sizes=${formatShape(shape)} and strides=${formatShape(strides)}`,
    )
  }
  checkWithin(layout, x.storage.bytes / elementBytes, elementBytes)
  checkShape('as_strided', shape)
  const view = x.viewAs(shape, keptStrides(shape, strides), layout.offset - own, gradEnabled)
  if (isTracked([x])) recordResult(asStridedRecord, [x], view, layoutIn(x, view))
  return view
}
