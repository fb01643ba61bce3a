/** Padding of the last dimensions. */
import { RuntimeError } from '../../base/errors.js'
import { full, tensor } from '../../tensor/create.js'
import { checkShape, formatShape, type Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { clone } from './clone.js'
import { index_select } from './index_select.js'
import { cat } from './join.js'
import { narrow } from './slice.js'

/** What lies outside: a constant, or the elements mirrored at the border, the border itself, or the other end. */
export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular'

/** A dimension, and how many elements are added before and after it; negative numbers remove some. */
interface Side {
  readonly dim: number
  readonly size: number
  readonly before: number
  readonly after: number
}

/** The padding by dimension, of the last dimension first, as torch lists it. Throws unless the result is a shape. */
function sidesOf(op: string, x: Tensor, padding: readonly number[]): Side[] {
  const rank = x.dim()
  if (padding.length % 2 !== 0)
    throw new RuntimeError(`${op}: Padding length must be divisible by 2, but got ${formatShape(padding)}`)
  if (padding.length > 2 * rank) {
    throw new RuntimeError(
      `${op}: Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${padding.length} while the input has ${rank} dimensions.`,
    )
  }
  if (!padding.every(Number.isInteger))
    throw new TypeError(`${op}: pad must be an array of integers, but got ${formatShape(padding)}`)
  const sides = Array.from({ length: padding.length / 2 }, (_, i) => {
    const dim = rank - 1 - i
    return { dim, size: x.shape[dim], before: padding[2 * i], after: padding[2 * i + 1] }
  })
  const shape = [...x.shape]
  for (const { dim, size, before, after } of sides) {
    shape[dim] = size + before + after
    if (shape[dim] >= 0 && size + Math.min(before, 0) + Math.min(after, 0) >= 0) continue
    throw new RuntimeError(
      `${op}: The input size ${size}, plus negative padding ${before} and ${after} resulted in a negative output size, which is invalid. Check dimension ${dim} of your input.`,
    )
  }
  checkShape(op, shape)
  return sides.filter(({ before, after }) => before !== 0 || after !== 0)
}

/** `x` between constants. */
export function constantPad(op: string, x: Tensor, padding: readonly number[], value: number): Tensor {
  const sides = sidesOf(op, x, padding)
  const padded = sides.reduce((part, { dim, size, before, after }) => {
    const start = Math.max(-before, 0)
    const kept = narrow(part, dim, start, size - start - Math.max(-after, 0))
    const ends = [before, after].map((length) => constant(kept, dim, length, value))
    return ends[0] || ends[1]
      ? cat(
          [ends[0], kept, ends[1]].filter((each) => each !== null),
          dim,
        )
      : kept
  }, x)
  // A new tensor, as torch's, even if nothing was added.
  const isSame = padded === x || sides.every(({ before, after }) => before <= 0 && after <= 0)
  return asWhole('pad', [x], isSame ? clone(padded) : padded, { padding, mode: 'constant', value })
}

function constant(like: Tensor, dim: number, length: number, value: number): Tensor | null {
  if (length <= 0) return null
  const shape: Shape = like.shape.map((size, i) => (i === dim ? length : size))
  const { dtype } = like
  return full(
    shape,
    dtype === 'bool' ? Number(value !== 0) : dtype === 'float32' ? value : Math.trunc(value),
    {
      dtype,
    },
  )
}

/** The element that stands at `i`, which may lie outside of `size` elements. */
const SOURCE: Record<Exclude<PaddingMode, 'constant'>, (i: number, size: number) => number> = {
  reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size) => (i + size) % size,
}

/** The numbers of dimensions that are padded, with and without a batch, by the length of the list. */
const RANKS: Record<number, readonly number[]> = { 2: [2, 3], 4: [3, 4], 6: [4, 5] }

/** The elements of `x` taken again outside of it. */
export function edgePad(
  op: string,
  x: Tensor,
  padding: readonly number[],
  mode: Exclude<PaddingMode, 'constant'>,
): Tensor {
  const sides = sidesOf(op, x, padding)
  if (!RANKS[padding.length]?.includes(x.dim())) {
    throw new RuntimeError(
      `${op}: Only 2D, 3D, 4D, 5D padding with non-constant padding is supported for now, but got ${padding.length} numbers for ${x.dim()} dimensions`,
    )
  }
  for (const { dim, size, before, after } of sides) {
    const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Number.POSITIVE_INFINITY
    if (size === 0)
      throw new RuntimeError(`${op}: Expected a non-empty dimension ${dim}, but got ${formatShape(x.shape)}`)
    if (before <= most && after <= most) continue
    throw new RuntimeError(
      mode === 'circular'
        ? `${op}: Padding value causes wrapping around more than once.`
        : `${op}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${dim} of input ${formatShape(x.shape)}`,
    )
  }
  const padded = sides.reduce((part, { dim, size, before, after }) => {
    const length = size + before + after
    // As torch, which cuts first, and then wraps around what is left.
    if (mode === 'circular' && Math.min(before, after) < 0) {
      const [start, end] = [Math.max(-before, 0), size - Math.max(-after, 0)]
      const rest = edgePad(
        op,
        narrow(part, dim, start, end - start),
        padding.map((p, i) => (Math.floor(i / 2) === part.dim() - 1 - dim ? Math.max(p, 0) : 0)),
        mode,
      )
      return rest
    }
    return index_select(
      part,
      dim,
      tensor(Int32Array.from({ length }, (_, i) => SOURCE[mode](i - before, size))),
    )
  }, x)
  return asWhole('pad', [x], padded === x ? clone(x) : padded, { padding, mode, value: 0 })
}
