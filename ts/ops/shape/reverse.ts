/** Elements in another order along dimensions, and dimensions in another order. */
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type Op } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { bytesPerElement } from '../../tensor/dtype.js'
import { normalizeDim, ownIntegers, ownList, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { clone } from './clone.js'
import { permute, transpose } from './permute.js'
import { reshape } from './view.js'

/** Dimensions that are normalised and different. */
function different(op: string, dims: readonly number[], rank: number): number[] {
  const own = ownIntegers(op, 'dims', dims).map((dim) => normalizeDim(dim, rank))
  const twice = own.find((dim, i) => own.indexOf(dim) !== i)
  if (twice !== undefined)
    throw new RuntimeError(`${op}: dim ${twice} appears multiple times in the list of dims`)
  return own
}

/** The dimensions from `dim` up to `end` in reverse order. */
const flipRecord: Op<{ dim: number; end: number }> = define({
  name: 'flip',
  shape: ([x]) => x.shape,
  dtype: ([x]) => x.dtype,
  forward([x], out, { dim, end }) {
    const [outer, axis, inner] = splitAt(x.shape, dim, end)
    const given = [x.pointer(), bytesPerElement[x.dtype], 0, out.pointer()] as const
    kernels.index_select(...given, axis, outer, axis, inner)
  },
  backward: (upstream, _saved, options) => [apply(flipRecord, [upstream], options)],
})

/** The elements in reverse order along `dims`. */
export function flip(x: Tensor, dims: readonly number[]): Tensor {
  const flipped = different('flip', dims, x.dim())
  // Neighbours are one dimension, and the order in those of size 1 does not matter.
  const is = (dim: number) => flipped.includes(dim) || x.shape[dim] === 1
  let result = x
  for (let dim = 0; dim < x.dim(); dim++) {
    if (!flipped.includes(dim)) continue
    const first = dim
    while (dim + 1 < x.dim() && is(dim + 1)) dim++
    result = apply(flipRecord, [result], { dim: first, end: dim + 1 })
  }
  return result === x ? clone(x) : result
}

/** {@link flip} of a tensor that must have dimension `dim`. */
export function flip_along(op: string, x: Tensor, dim: number): Tensor {
  if (x.dim() <= dim) throw new RuntimeError(`${op}: Input must be >= ${dim + 1}-d.`)
  return flip(x, [dim])
}

/** Dimension `dim` from `start` on, and then what is before. */
const rollRecord: Op<{ dim: number; start: number }> = define({
  name: 'roll',
  shape: ([x]) => x.shape,
  dtype: ([x]) => x.dtype,
  forward([x], out, { dim, start }) {
    const [outer, axis, inner] = splitAt(x.shape, dim)
    const run = inner * bytesPerElement[x.dtype]
    const [all, head, tail] = [axis * run, start * run, (axis - start) * run]
    kernels.rectangle_copy(x.pointer() + head, out.pointer(), outer, tail, all, all)
    kernels.rectangle_copy(x.pointer(), out.pointer() + tail, outer, head, all, all)
  },
  backward: (upstream, _saved, { dim, start }) => [
    apply(rollRecord, [upstream], { dim, start: upstream.shape[dim] - start }),
  ],
})

/** The elements moved by `shifts` along `dims`, those at the end to the start; without dimensions those of the flat tensor. */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims: number | readonly number[],
): Tensor {
  const by = typeof shifts === 'number' ? [shifts] : ownList('roll', 'shifts', shifts)
  const along = typeof dims === 'number' ? [dims] : ownList('roll', 'dims', dims)
  if (by.length === 0) throw new RuntimeError('`shifts` required')
  if (along.length === 0 && by.length === 1) return reshape(roll(reshape(x, [x.numel()]), by, [0]), x.shape)
  if (along.length !== by.length) {
    throw new RuntimeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${along.length}`)
  }
  let result = x
  for (const [i, dim] of along.entries()) {
    const at = normalizeDim(dim, x.dim())
    const size = x.shape[at] ?? 1
    const start = size === 0 ? 0 : (size - (by[i] % size)) % size
    if (start !== 0) result = apply(rollRecord, [result], { dim: at, start })
  }
  return result === x ? clone(x) : result
}

/** A turn by `k` right angles from the first of two dimensions to the second. */
export function rot90(x: Tensor, k: number, dims: readonly number[]): Tensor {
  const given = ownIntegers('rot90', 'dims', dims)
  if (given.length !== 2)
    throw new RuntimeError(`expected total rotation dims == 2, but got dims = ${given.length}`)
  if (x.dim() < 2) throw new RuntimeError(`expected total dims >= 2, but got total dims = ${x.dim()}`)
  const [a, b] = given.map((dim) => normalizeDim(dim, x.dim()))
  if (a === b) {
    throw new RuntimeError(
      `expected rotation dims to be different, but got dim0 = ${given[0]} and dim1 = ${given[1]}`,
    )
  }
  const turns = ((k % 4) + 4) % 4
  if (turns === 0) return clone(x)
  if (turns === 2) return flip(x, [a, b])
  return transpose(flip(x, [turns === 1 ? b : a]), a, b)
}

/** Dimensions `source` moved to the places `destination`, a view. */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const listOf = (dims: number | readonly number[]) => (typeof dims === 'number' ? [dims] : dims)
  const from = different('movedim', listOf(source), x.dim())
  const to = different('movedim', listOf(destination), x.dim())
  if (from.length !== to.length) {
    throw new RuntimeError(
      `movedim: Invalid source or destination dims: source (${from.length} dims) should contain the same number of dims as destination (${to.length} dims)`,
    )
  }
  const others = x.shape.map((_, i) => i).filter((dim) => !from.includes(dim))
  const order = x.shape.map((_, place) => (to.includes(place) ? from[to.indexOf(place)] : others.shift()))
  return permute(x, order as number[])
}
