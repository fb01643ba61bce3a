/** Parts of a tensor along one dimension. */

import { checkNumber, describe } from '../../base/check.js'
import { IndexError, RuntimeError, ValueError } from '../../base/errors.js'
import { withSize } from '../../tensor/parts.js'
import { formatShape, normalizeDim, numelOf } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { contiguousView, defineView, viewBy } from './view.js'

const sliceRecord = defineView('slice')
const selectRecord = defineView('select')

/** Elements `start` to `start + length` of dimension `dim`. */
export function narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
  checkTensor('narrow', 'input', x)
  if (x.dim() === 0) throw new RuntimeError('narrow() cannot be applied to a 0-dim tensor.')
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  if (!Number.isInteger(start) || start < -size || start > size) {
    throw new IndexError(
      `start out of range (expected to be in range of [${-size}, ${size}], but got ${describe(start)})`,
    )
  }
  const first = start < 0 ? start + size : start
  if (!Number.isInteger(length) || length < 0 || first + length > size) {
    throw new RuntimeError(
      `start (${first}) + length (${describe(length)}) exceeds dimension size (${size}).`,
    )
  }
  return part(x, at, first, length, 1)
}

/** `length` elements of dimension `dim` from `start` on, every `step`-th. */
function part(x: Tensor, dim: number, start: number, length: number, step: number): Tensor {
  return viewBy(sliceRecord, x, (shape, strides) => ({
    shape: withSize(shape, dim, length),
    strides: step === 1 ? strides : withSize(strides, dim, strides[dim] * step),
    offset: start * strides[dim],
  }))
}

/**
 * Elements `start` to `end` of dimension `dim`, every `step`-th, like Python's `x[start:end:step]`:
 * negative indices count from the end, and indices out of range are clamped.
 *
 * @example torch.slice(torch.arange(10), 0, 2, -2).tolist() // [2, 3, 4, 5, 6, 7]
 */
export function slice(
  x: Tensor,
  dim = 0,
  start: number | null = null,
  end: number | null = null,
  step = 1,
): Tensor {
  checkTensor('slice', 'input', x)
  if (x.dim() === 0) throw new RuntimeError('slice() cannot be applied to a 0-dim tensor.')
  if (!Number.isInteger(step))
    throw new TypeError(`slice: step must be an integer, but got ${describe(step)}`)
  if (step <= 0) throw new ValueError('slice step must be positive')
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  const first = bound('start', start ?? 0, size)
  const last = Math.max(first, bound('end', end ?? size, size))
  return part(x, at, first, Math.ceil((last - first) / step), step)
}

/** A bound of a slice, normalised and clamped to the dimension. */
function bound(argument: string, given: number, size: number): number {
  checkNumber('slice', argument, given)
  if (Number.isNaN(given) || (Number.isFinite(given) && !Number.isInteger(given))) {
    throw new TypeError(`slice: ${argument} must be an integer, but got ${given}`)
  }
  return Math.min(Math.max(given < 0 ? given + size : given, 0), size)
}

/** Element `index` of dimension `dim`, without that dimension. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', 'input', x)
  if (x.dim() === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.')
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(
      `select(): index ${describe(index)} out of range for tensor of size ${formatShape(x.shape)} at dimension ${at}`,
    )
  }
  const first = index < 0 ? index + size : index
  if (at === 0 && x.strides === null) {
    const row = x.shape.slice(1)
    return contiguousView(selectRecord, x, row, first * numelOf(row))
  }
  const others = (_: number, i: number) => i !== at
  return viewBy(selectRecord, x, (shape, strides) => ({
    shape: shape.filter(others),
    strides: strides.filter(others),
    offset: first * strides[at],
  }))
}

/** A possibly negative `index`, normalised. Throws torch's IndexError if it is out of range. */
export function checkIndex(index: number, dim: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(`index ${describe(index)} is out of bounds for dimension ${dim} with size ${size}`)
  }
  return index < 0 ? index + size : index
}

/**
 * The part at `indices` of the first dimensions, 0-d if all are given. A
 * view, through which gradients flow.
 *
 * @throws IndexError if there is no such part
 * @example torch.eye(3).at(1, -2).item() // 1
 */
export function at(x: Tensor, ...indices: number[]): Tensor {
  checkTensor('at', 'input', x)
  if (indices.length > x.dim()) {
    throw new IndexError(
      x.dim() === 0
        ? 'invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number'
        : `too many indices for tensor of dimension ${x.dim()}`,
    )
  }
  const firsts = indices.map((index, dim) => checkIndex(index, dim, x.shape[dim]))
  return viewBy(selectRecord, x, (shape, strides) => ({
    shape: shape.slice(firsts.length),
    strides: strides.slice(firsts.length),
    offset: firsts.reduce((offset, index, dim) => offset + index * strides[dim], 0),
  }))
}
