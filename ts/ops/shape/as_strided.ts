/** Views by the places of elements in the storage, and how gradients go back through them. */

import { RuntimeError } from '../../base/errors.js'
import { isTracked, recordResult } from '../../graph/apply.js'
import { is_grad_enabled } from '../../graph/grad_mode.js'
import { defineGradient } from '../../graph/op.js'
import { duplicate, fillEach } from '../../tensor/copy.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { addStrided, copyStrided, isDense } from '../../tensor/elements.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkShape, formatShape, numelOf, ownIntegers, type Shape } from '../../tensor/shape.js'
import { checkInternalOverlap, dense } from '../../tensor/strided.js'
import { contiguousStrides, keptStrides, mayOverlap, reachOf, type Strides } from '../../tensor/strides.js'
import { quotient } from '../../tensor/sum.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { gradientAt, type Place } from './view.js'

/** Where a view and its base lie in the storage that they share. */
export interface InStorage {
  /** The view, its offset counted from the first element of the base. */
  readonly view: Place
  /** Strides of the base; null where it is contiguous. */
  readonly base: Strides | null
}

/** Where `view` lies, as seen from `base`. */
export function placeIn(base: Tensor, view: Tensor): InStorage {
  const offset = (view.byteOffset - base.byteOffset) / bytesPerElement[base.dtype]
  return {
    view: { shape: view.shape, strides: view.strides, offset },
    base: isDense(base) ? null : base.strides,
  }
}

const stridesOf = ({ shape, strides }: Place): Strides => strides ?? contiguousStrides(shape)

const liesWithin = (place: Place, length: number): boolean =>
  place.offset >= 0 && place.offset + reachOf(place.shape, stridesOf(place)) <= length

/** The gradient of a base of `shape`: `upstream` where the view lies, 0 elsewhere. */
function gradientOfBase(upstream: Tensor, shape: Shape, { view, base }: InStorage): Tensor {
  if (base === null && liesWithin(view, numelOf(shape))) return gradientAt(upstream, shape, view)
  const strides = base ?? contiguousStrides(shape)
  // All that either of both reaches.
  const start = Math.min(view.offset, 0)
  const end = Math.max(view.offset + reachOf(view.shape, stridesOf(view)), reachOf(shape, strides))
  const storage = gradientAt(upstream, [end - start], {
    shape: view.shape,
    strides: stridesOf(view),
    offset: view.offset - start,
  })
  const gradient = dense(storage.strided(shape, keptStrides(shape, strides), -start))
  // Elements of the base that are one in memory share its gradient.
  return mayOverlap(shape, strides) ? quotient(gradient, timesReached(shape, strides)) : gradient
}

/** How many elements of a base lie where each of them does. */
function timesReached(shape: Shape, strides: Strides): Tensor {
  const times = zerosLike([reachOf(shape, strides)])
  const ones = empty('backward', shape)
  fillEach([ones], 1)
  addStrided(ones, times.strided(shape, strides, 0))
  return dense(times.strided(shape, strides, 0))
}

/** The elements of a gradient of a base of `shape`, laid out in memory as those of the base are. */
function laidOut(upstream: Tensor, shape: Shape, { view, base }: InStorage): Tensor {
  const storage = base === null ? upstream : zerosLike([reachOf(shape, base)])
  checkWithin(view, storage.numel(), 4)
  if (base === null) return storage
  const target = storage.strided(shape, base, 0)
  checkInternalOverlap(target)
  copyStrided(upstream, target)
  return storage
}

/** What belongs to the view of a gradient of a base of `shape`; as a new tensor, unless that is all of it. */
export function gradientOfView(upstream: Tensor, shape: Shape, place: InStorage): Tensor {
  const { view, base } = place
  if (base === null && view.strides === null && numelOf(shape) === numelOf(view.shape))
    return upstream.alias(view.shape)
  return duplicate(laidOut(upstream, shape, place).strided(view.shape, view.strides, view.offset))
}

/** A gradient of a base of `shape` but for what belongs to the view, which is 0. */
export function gradientOfRest(upstream: Tensor, shape: Shape, place: InStorage): Tensor {
  const { view, base } = place
  const storage = laidOut(base === null ? duplicate(upstream) : upstream, shape, place)
  const written = storage.strided(view.shape, view.strides, view.offset)
  // As torch, which writes that part of the gradient too.
  checkInternalOverlap(written)
  fillEach([written], 0)
  return base === null ? storage : dense(storage.strided(shape, base, 0))
}

export const asStridedRecord = defineGradient<InStorage>({
  name: 'as_strided',
  backward: (upstream, _saved, place, { inputShapes: [shape] }) => [gradientOfBase(upstream, shape, place)],
})

/** Throws torch's sentence where elements of a storage of `length` are wanted that it does not have. */
function checkWithin(place: Place, length: number, elementBytes: number): void {
  const { shape, strides, offset } = { ...place, strides: stridesOf(place) }
  if (offset < 0) throw new RuntimeError(`Tensor: invalid storage offset ${offset}`)
  const reach = reachOf(shape, strides)
  if (reach === 0 || offset + reach <= length) return
  throw new RuntimeError(
    `setStorage: sizes ${formatShape(shape)}, strides ${formatShape(strides)}, storage offset ${offset}, and itemsize ${elementBytes} requiring a storage size of ${(offset + reach) * elementBytes} are out of bounds for storage of size ${length * elementBytes}`,
  )
}

/**
 * A view of the elements of a storage by their places: the one of index 0 is the `offset`-th of the storage, by default the first
 * of `x`; strides count elements.
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
  const place = { shape, strides, offset: offset ?? own }
  if (shape.some((length) => length < 0) || !Number.isSafeInteger(elementBytes * reachOf(shape, strides))) {
    throw new RuntimeError(
      `Storage size calculation overflowed with sizes=${formatShape(shape)} and strides=${formatShape(strides)}`,
    )
  }
  checkWithin(place, x.storage.bytes / elementBytes, elementBytes)
  checkShape('as_strided', shape)
  const view = x.viewAs(shape, keptStrides(shape, strides), place.offset - own, is_grad_enabled())
  if (isTracked([x])) recordResult(asStridedRecord, [x], view, placeIn(x, view))
  return view
}
