/** Parts of a tensor along one dimension. */
import { apply, applyView } from '../autograd/apply.js'
import { describe } from '../check.js'
import { IndexError, RuntimeError } from '../errors.js'
import { normalizeDim, splitAt } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { copyPart, withSize, zerosLike } from './parts.js'
import { define } from './record.js'
import { reshape } from './view.js'

const narrowRecord = define<{ dim: number; start: number; length: number }>({
  name: 'narrow',
  shape: ([x], { dim, length }) => withSize(x.shape, dim, length),
  forward([x], out, { dim, start }) {
    copyPart('from', out, x, dim, start)
    return []
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
  const options = { dim: at, start: first, length }
  const [outer, , inner] = splitAt(x.shape, at)
  const shape = withSize(x.shape, at, length)
  if (outer === 1) return applyView(narrowRecord, x, x.alias(shape, first * inner), options)
  if (x.dtype === 'float32') return apply(narrowRecord, [x], options)
  const out = empty('narrow', shape, x.dtype)
  copyPart('from', out, x, at, first)
  return out
}

/** Element `index` of dimension `dim`, without that dimension; a view where its elements lie together. */
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', 'input', x)
  if (x.dim() === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.')
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(`index ${describe(index)} is out of bounds for dimension ${at} with size ${size}`)
  }
  const part = narrow(x, at, index < 0 ? index + size : index, 1)
  return reshape(part, [...x.shape.slice(0, at), ...x.shape.slice(at + 1)])
}
