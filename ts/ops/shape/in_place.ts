/** Changes in place. */

import { describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { isTracked } from '../../graph/apply.js'
import { checkChange, computeOver, type PartRecords, write } from '../../graph/in_place.js'
import { defineGradient } from '../../graph/op.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import { isDense } from '../../tensor/elements.js'
import { checkCast, elementOf } from '../../tensor/promotion.js'
import { formatShape, sameShape } from '../../tensor/shape.js'
import { checkInternalOverlap, checkPartialOverlap } from '../../tensor/strided.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'
import { watcher } from '../../tensor/trace.js'
import { asStridedRecord, gradientOfRest, gradientOfView, type InStorage, layoutIn } from './as_strided.js'
import { expand } from './expand.js'
import { reshape } from './view.js'

/** A base with an overwritten view: inputs are the base before, and the written values. */
const overwriteRecord = defineGradient<InStorage>({
  name: 'copy_slices',
  backward: (upstream, _saved, layout, { needs, inputShapes: [whole] }) => [
    needs[0] ? gradientOfRest(upstream, whole, layout) : null,
    needs[1] ? gradientOfView(upstream, whole, layout) : null,
  ],
})

const PARTS: PartRecords<InStorage> = { overwrite: overwriteRecord, view: asStridedRecord, layoutIn }

/** Overwrites `x` with `from`, broadcast and converted to its dtype. */
export function copy_<T extends Tensor>(x: T, from: TensorLike): T {
  const source = sourceOf('copy_', x, from)
  checkChange(x, [source])
  checkInternalOverlap(x)
  checkPartialOverlap(x, source)
  return overwrite(x, source)
}

/** Overwrites every element of `x`, even if elements share memory, with `value`: a number, or a 0-d tensor. */
export function fill_<T extends Tensor>(x: T, value: TensorLike): T {
  const source = sourceOf('fill_', x, value)
  checkChange(x, [source])
  return overwrite(x, source)
}

function sourceOf(op: string, x: Tensor, from: TensorLike): Tensor {
  checkTensor(op, 'input', x)
  // In the type of x, because float32 does not represent every int32.
  return typeof from === 'number' || typeof from === 'boolean'
    ? full([], elementOf('fill_', Number(from), x.dtype), { dtype: x.dtype })
    : toTensor(op, 'from', from)
}

function overwrite<T extends Tensor>(x: T, source: Tensor): T {
  const converted = to(source, x.dtype)
  write(x, sameShape(converted.shape, x.shape) ? converted : expand(converted, x.shape), false, PARTS)
  return x
}

/**
 * Overwrites `x` with a result computed from it and `other`, if there is one. What nothing records may be computed in place by `direct`, from
 * contiguous float32 and a number, or contiguous float32 of the same shape in other memory.
 */
export function update<T extends Tensor>(
  x: T,
  op: string,
  other: TensorLike | null,
  compute: () => Tensor,
  direct?: () => void,
): T {
  const operands = other === null ? [] : [toTensor(op, 'other', other)]
  checkChange(x, operands)
  checkInternalOverlap(x)
  for (const operand of operands) checkPartialOverlap(x, operand)
  if (direct !== undefined && watcher === null && isDirect(x, other) && !isTracked([x, ...operands])) {
    x.storage.change(direct)
    return x
  }
  const result = computeOver(x, compute, PARTS)
  if (!sameShape(result.shape, x.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(x.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    )
  }
  checkCast(op, result.dtype, x.dtype)
  const converted = to(result, x.dtype)
  write(x, converted, true, PARTS)
  // No node has saved it, so it is freed now and not by the collector.
  if (!result.requires_grad) {
    converted.dispose()
    result.dispose()
  }
  return x
}

const isDirect = (x: Tensor, other: TensorLike | null): boolean =>
  isFloats(x) &&
  (typeof other === 'number' ||
    (other instanceof Tensor &&
      isFloats(other) &&
      sameShape(other.shape, x.shape) &&
      other.storage !== x.storage))

const isFloats = (x: Tensor): boolean => x.dtype === 'float32' && isDense(x)

/** `row = value` like torch's assignment to `x[index]`: superfluous leading dimensions of size 1 are dropped. */
export function assign(row: Tensor, value: unknown): void {
  if (value instanceof Tensor) {
    let { shape } = value
    while (shape.length > row.dim() && shape[0] === 1) shape = shape.slice(1)
    copy_(row, reshape(value, shape))
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    fill_(row, Number(value))
  } else {
    throw new TypeError(`can't assign ${describe(value)} to a tensor of dtype ${row.dtype}`)
  }
}
