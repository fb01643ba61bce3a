/** What stands between the brackets of an index: `x[1:3, None, ..., mask]` is a view, and what tensors index in it. */
import { describe } from '../../base/check.js'
import { IndexError } from '../../base/errors.js'
import { type TensorLike, to } from '../../tensor/convert.js'
import { full, tensor } from '../../tensor/create.js'
import { elementOf } from '../../tensor/promotion.js'
import { Tensor } from '../../tensor/tensor.js'
import { clone } from '../shape/clone.js'
import { assign, update } from '../shape/in_place.js'
import { checkIndex, select, slice } from '../shape/slice.js'
import { reshape, unsqueeze } from '../shape/view.js'
import { type Indices, index, index_put } from './advanced.js'

/** One index: a whole number, null for a new dimension, `'1:3'`, `'...'`, or a tensor, or a list, of integers or booleans. */
export type Subscript = number | null | string | boolean | Tensor | readonly unknown[]

/** The parts of `'1:3, None, 0'`; null unless it is an index of torch's spelling. */
export function partsOf(text: string): Subscript[] | null {
  if (text.length > 400) return null
  const parts = text.split(',').map((part) => part.trim())
  const read = parts.map((part) =>
    /^[-+]?\d{1,15}$/.test(part) ? Number(part) : part === 'None' ? null : isSlice(part) ? part : undefined,
  )
  return read.includes(undefined) ? null : (read as Subscript[])
}

const SLICE = /^\s*(-?\d{1,15})?\s*:\s*(-?\d{1,15})?\s*(?::\s*(-?\d{1,15})?\s*)?$/

const isSlice = (part: string): boolean => part === '...' || SLICE.test(part)

/** The number of dimensions of `x` that an index stands for. */
const consumed = (part: Subscript): number =>
  part === null || part === '...' || typeof part === 'boolean'
    ? 0
    : part instanceof Tensor && (part.dtype === 'bool' || part.dtype === 'uint8')
      ? part.dim()
      : 1

/** Lists as tensors, `'None'` as null; throws for anything that is no index. */
function subscriptOf(given: unknown): Subscript {
  if (given === null || given === 'None') return null
  if (typeof given === 'string' && isSlice(given.trim())) return given.trim()
  if (Number.isInteger(given) || typeof given === 'boolean' || given instanceof Tensor)
    return given as Subscript
  if (Array.isArray(given)) {
    const list = tensor(given as number[])
    if (list.dtype === 'bool') return list
    const whole = to(list, 'int32')
    if (list.numel() === 0 || list.data().every((value, i) => value === whole.data()[i])) return whole
  }
  throw new IndexError(
    `only integers, slices such as '1:3', '...', null, and tensors or arrays of integers or booleans are valid indices, but got ${describe(given)}`,
  )
}

/** The view that numbers, slices, null and `...` make, and the tensors that index it. */
function resolve(x: Tensor, given: readonly unknown[]): { view: Tensor; tensors: Indices } {
  // Not map, which skips holes.
  const parts = Array.from(given, subscriptOf)
  const known = parts.reduce<number>((sum, part) => sum + consumed(part), 0)
  if (known > x.dim()) throw new IndexError(`too many indices for tensor of dimension ${x.dim()}`)
  if (parts.indexOf('...') !== parts.lastIndexOf('...'))
    throw new IndexError("an index can only have a single ellipsis ('...')")
  let view = x
  let dim = 0
  const tensors: (Tensor | null)[] = []
  const skip = (count: number) => {
    for (let i = 0; i < count; i++) tensors.push(null)
    dim += count
  }
  for (const part of parts) {
    if (part === '...') skip(x.dim() - known)
    else if (part === null || typeof part === 'boolean') {
      view = unsqueeze(view, dim)
      if (part === null) skip(1)
      else {
        tensors.push(tensor([part]))
        dim++
      }
    } else if (typeof part === 'number') view = select(view, dim, checkIndex(part, dim, view.shape[dim]))
    else if (typeof part === 'string') {
      const [, start, end, step = '1'] = SLICE.exec(part) as RegExpExecArray
      const bound = (text: string | undefined) => (text === undefined ? null : Number(text))
      view = slice(view, dim, bound(start), bound(end), Number(step))
      skip(1)
    } else {
      const index = part as Tensor
      const isMask = index.dtype === 'bool' || index.dtype === 'uint8'
      if (isMask && index.dim() === 0) view = unsqueeze(view, dim)
      tensors.push(isMask && index.dim() === 0 ? unsqueeze(index, 0) : index)
      dim += isMask ? Math.max(index.dim(), 1) : 1
    }
  }
  return { view, tensors }
}

const isIndexed = (tensors: Indices): boolean => tensors.some((index) => index !== null)

/** `x[…]`: a view, or a copy where a tensor is among the indices. */
export function subscript(x: Tensor, given: readonly unknown[]): Tensor {
  const { view, tensors } = resolve(x, given)
  if (isIndexed(tensors)) return index(view, tensors)
  return view === x ? reshape(x, x.shape) : view
}

/** `x[…] = value` in place, or `x[…] += value`, where an element may be indexed several times. */
export function put_<T extends Tensor>(
  x: T,
  given: readonly unknown[],
  value: TensorLike,
  accumulate: boolean,
): T {
  const { view, tensors } = resolve(x, given)
  const values =
    value instanceof Tensor
      ? value
      : full([], elementOf('index_put_', Number(value), x.dtype), { dtype: x.dtype })
  if (isIndexed(tensors) || accumulate)
    update(view, 'index_put_', values, () => index_put(view, tensors, values, accumulate))
  else assign(view, values)
  return x
}

/** The same of a copy. */
export const subscriptPut = (x: Tensor, given: readonly unknown[], value: TensorLike, accumulate: boolean) =>
  put_(clone(x), given, value, accumulate)
