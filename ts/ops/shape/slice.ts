/** Parts of a tensor along one dimension. */

import { checkNumber, describe } from '../../base/check.js'
import { IndexError, RuntimeError, ValueError } from '../../base/errors.js'
import { apply, applyView } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { copyPart, withSize, zerosLike } from '../../tensor/parts.js'
import { normalizeDim, numelOf, type Shape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { index_select } from './index_select.js'
import { defineView } from './view.js'

const narrowViewRecord = defineView('slice')
const selectViewRecord = defineView('select')

const narrowRecord = define<{ dim: number; start: number; length: number }>({
  name: 'narrow',
  shape: ([x], { dim, length }) => withSize(x.shape, dim, length),
  forward([x], out, { dim, start }) {
    copyPart('from', out, x, dim, start)
  },
  backward(upstream, _saved, { dim, start }, { inputShapes }) {
    const gradient = zerosLike(inputShapes[0])
    copyPart('into', upstream, gradient, dim, start)
    return [gradient]
  },
})

/** Elements `start` to `start + length` of dimension `dim`; a view where they lie together, else a copy. */
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
  return part(x, at, first, length)
}

/** Whether the elements of every part along `dim` lie together. */
const liesTogether = (shape: Shape, dim: number) => numelOf(shape.slice(0, dim)) === 1

/** Elements from one index of `dim` to the next. */
const stepOf = (shape: Shape, dim: number) => numelOf(shape.slice(dim + 1))

function part(x: Tensor, dim: number, start: number, length: number): Tensor {
  const shape = withSize(x.shape, dim, length)
  if (liesTogether(x.shape, dim)) return applyView(narrowViewRecord, x, shape, start * stepOf(x.shape, dim))
  if (x.dtype === 'float32') return apply(narrowRecord, [x], { dim, start, length })
  const out = empty('narrow', shape, x.dtype)
  copyPart('from', out, x, dim, start)
  return out
}

/**
 * Elements `start` to `end` of dimension `dim`, every `step`-th, as Python's `x[start:end:step]`:
 * negative ones count from the end, and what lies outside is left out. A view where the elements
 * lie together, else a copy.
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
  if (step === 1) return part(x, at, first, last - first)
  const length = Math.ceil((last - first) / step)
  // All of its parts are alike.
  if (x.numel() === 0) return part(x, at, 0, length)
  const indices = empty('slice', [length], 'int32')
  const elements = Int32Array.from({ length: indices.numel() }, (_, i) => first + i * step)
  indices.storage.write(0, new Uint8Array(elements.buffer))
  return index_select(x, at, indices)
}

/** A bound of a slice, from the front and within the dimension. */
function bound(argument: string, given: number, size: number): number {
  checkNumber('slice', argument, given)
  if (Number.isNaN(given) || (Number.isFinite(given) && !Number.isInteger(given))) {
    throw new TypeError(`slice: ${argument} must be an integer, but got ${given}`)
  }
  return Math.min(Math.max(given < 0 ? given + size : given, 0), size)
}

/** Element `index` of dimension `dim`, without that dimension; a view where its elements lie together. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', 'input', x)
  if (x.dim() === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.')
  const at = normalizeDim(dim, x.dim())
  const first = checkIndex(index, at, x.shape[at])
  const shape = [...x.shape.slice(0, at), ...x.shape.slice(at + 1)]
  if (liesTogether(x.shape, at)) return applyView(selectViewRecord, x, shape, first * stepOf(x.shape, at))
  const copy = part(x, at, first, 1)
  return applyView(selectViewRecord, copy, shape)
}

/** `index` from the front. Throws torch's IndexError where the dimension has no such element. */
export function checkIndex(index: number, dim: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(`index ${describe(index)} is out of bounds for dimension ${dim} with size ${size}`)
  }
  return index < 0 ? index + size : index
}

/**
 * The part of the first dimensions at `indices`, one for each: 0-d where all of them are given. A
 * view, so that gradients flow back from it.
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
  let offset = 0
  indices.forEach((index, dim) => {
    offset = offset * x.shape[dim] + checkIndex(index, dim, x.shape[dim])
  })
  const shape = x.shape.slice(indices.length)
  return applyView(selectViewRecord, x, shape, offset * numelOf(shape))
}
