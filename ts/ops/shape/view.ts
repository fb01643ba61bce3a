/** Other shapes of the same elements, as views. */

import { RuntimeError } from '../../base/errors.js'
import { isTracked, recordResult } from '../../graph/apply.js'
import { gradEnabled } from '../../graph/grad_mode.js'
import { defineGradient, type GradientOnly } from '../../graph/op.js'
import { addStrided, copyStrided } from '../../tensor/elements.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkShape, inferShape, normalizeDim, numelOf, ownIntegers, type Shape } from '../../tensor/shape.js'
import {
  contiguousStrides,
  type Geometry,
  keptStrides,
  mayOverlap,
  type Strides,
  stridesAs,
} from '../../tensor/strides.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { watcher } from '../../tensor/trace.js'
import { clone } from './clone.js'

/** The layout of a view of a contiguous tensor; null strides mean a contiguous view. */
export interface Layout {
  readonly shape: Shape
  readonly strides: Strides | null
  readonly offset: number
}

/** A gradient of `shape` with `upstream` in the view at `layout`, summed for elements that are viewed more than once, and 0 elsewhere. */
export function gradientAt(upstream: Tensor, shape: Shape, { shape: part, strides, offset }: Layout): Tensor {
  const coversAll = upstream.numel() === numelOf(shape)
  if (coversAll && strides === null) return upstream.alias(shape)
  const repeats = strides !== null && mayOverlap(part, strides)
  const gradient = coversAll && !repeats ? empty('backward', shape) : zerosLike(shape)
  const target = gradient.strided(part, strides, offset)
  if (repeats) addStrided(upstream, target)
  else copyStrided(upstream, target)
  return gradient
}

/** Declares a view: its gradient has the layout of the view. */
export const defineView = (name: string) =>
  defineGradient<Layout>({
    name,
    backward: (upstream, _saved, layout, { inputShapes: [shape] }) => [gradientAt(upstream, shape, layout)],
  })

/** The layout that a view makes from sizes and strides. */
export type ViewRule = (shape: Shape, strides: Strides) => Geometry

/** A view of `x` by `rule`, recorded. */
export function viewBy(record: GradientOnly<Layout>, x: Tensor, rule: ViewRule): Tensor {
  const contiguous = contiguousStrides(x.shape)
  const { shape, strides, offset } = rule(x.shape, x.strides ?? contiguous)
  const view = x.viewAs(shape, keptStrides(shape, strides), offset, gradEnabled)
  if (watcher !== null) watcher.operation(record.name, [x], [view], rule)
  if (isTracked([x])) {
    const layout = x.strides === null ? { shape, strides, offset } : rule(x.shape, contiguous)
    recordResult(record, [x], view, { ...layout, strides: keptStrides(shape, layout.strides) })
  }
  return view
}

/** A contiguous view of a contiguous `x` from `offset` on: the common case of {@link viewBy}. */
export function contiguousView(record: GradientOnly<Layout>, x: Tensor, shape: Shape, offset = 0): Tensor {
  const view = x.viewAs(shape, null, offset, gradEnabled)
  if (watcher !== null) watcher.operation(record.name, [x], [view], offset)
  if (isTracked([x])) recordResult(record, [x], view, { shape, strides: null, offset })
  return view
}

const reshapeRecord = defineView('reshape')
const unsqueezeRecord = defineView('unsqueeze')
const squeezeRecord = defineView('squeeze')

/** The target shape for the elements of `x`, with -1 filled in. */
function targetOf(op: string, x: Tensor, shape: Shape): Shape {
  checkTensor(op, 'input', x)
  const inferred = inferShape(ownIntegers(op, 'shape', shape), x.numel())
  checkShape(op, inferred)
  return inferred
}

/** A view of `x` as `shape`, or null if that is not possible. */
function viewOrNull(x: Tensor, shape: Shape): Tensor | null {
  if (x.strides === null) return contiguousView(reshapeRecord, x, shape)
  const strides = stridesAs(x.shape, x.strides, shape)
  if (strides === null) return null
  // Strides of null, because gradients are contiguous.
  const view = x.viewAs(shape, keptStrides(shape, strides), 0, gradEnabled)
  if (watcher !== null) watcher.operation('reshape', [x], [view], 0)
  if (isTracked([x])) recordResult(reshapeRecord, [x], view, { shape, strides: null, offset: 0 })
  return view
}

/** The same elements in another shape: a view if possible, else a copy. One size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = targetOf('reshape', x, shape)
  const view = viewOrNull(x, target)
  if (view !== null) return view
  const copy = clone(x)
  const result = copy.alias(target)
  if (watcher !== null) watcher.operation('reshape', [copy], [result], 0)
  if (copy.edge !== null)
    recordResult(reshapeRecord, [copy], result, { shape: target, strides: null, offset: 0 })
  return result
}

/** The same as a view. Throws torch's error if that is not possible. */
export function view(x: Tensor, shape: Shape): Tensor {
  const result = viewOrNull(x, targetOf('view', x, shape))
  if (result !== null) return result
  throw new RuntimeError(
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
  )
}

/** Flattens dimensions `start_dim` to `end_dim` to one. */
export function flatten(x: Tensor, start_dim = 0, end_dim = -1): Tensor {
  checkTensor('flatten', 'input', x)
  const start = normalizeDim(start_dim, x.dim())
  const end = normalizeDim(end_dim, x.dim())
  if (start > end) throw new RuntimeError('flatten() has invalid args: start_dim cannot come after end_dim')
  return reshape(x, [
    ...x.shape.slice(0, start),
    numelOf(x.shape.slice(start, end + 1)),
    ...x.shape.slice(end + 1),
  ])
}

/** Splits dimension `dim` into several of `sizes`; one may be -1. */
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  checkTensor('unflatten', 'input', x)
  const given = ownIntegers('unflatten', 'sizes', sizes)
  if (given.length === 0) throw new RuntimeError('unflatten: sizes must be non-empty')
  if (x.dim() === 0) {
    throw new RuntimeError(
      `unflatten got an unexpected error: Dimension specified as ${dim} but tensor has no dimensions`,
    )
  }
  const at = normalizeDim(dim, x.dim())
  const size = x.shape[at]
  const isSplit = given.includes(-1)
    ? sameSplit(given, size)
    : given.every((s) => s >= 0) && numelOf(given) === size
  if (!isSplit) {
    throw new RuntimeError(
      `unflatten: Provided sizes [${given.join(', ')}] don't multiply up to the size of dim ${at} (${size}) in the input tensor`,
    )
  }
  return view(x, [...x.shape.slice(0, at), ...inferShape(given, size), ...x.shape.slice(at + 1)])
}

/** Whether sizes with a -1 match `size` elements; inferShape throws the errors of invalid sizes. */
function sameSplit(sizes: Shape, size: number): boolean {
  const known = numelOf(sizes.filter((s) => s !== -1))
  return sizes.some((s) => s < -1) || sizes.indexOf(-1) !== sizes.lastIndexOf(-1) || known === 0
    ? true
    : size % known === 0
}

/** Inserts a dimension of size 1 before `dim`. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  checkTensor('unsqueeze', 'input', x)
  const at = normalizeDim(dim, x.dim() + 1)
  checkShape('unsqueeze', [...x.shape, 1])
  return viewBy(unsqueezeRecord, x, (shape, strides) => ({
    shape: [...shape.slice(0, at), 1, ...shape.slice(at)],
    strides: [...strides.slice(0, at), at < shape.length ? shape[at] * strides[at] : 1, ...strides.slice(at)],
    offset: 0,
  }))
}

/** Removes dimension `dim` if its size is 1; by default all dimensions of size 1. */
export function squeeze(x: Tensor, dim?: number | readonly number[]): Tensor {
  checkTensor('squeeze', 'input', x)
  const given =
    dim === undefined
      ? x.shape.map((_, i) => i)
      : typeof dim === 'number'
        ? [dim]
        : ownIntegers('squeeze', 'dim', dim)
  const dims = given.map((d) => normalizeDim(d, x.dim()))
  const twice = dims.find((d, i) => dims.includes(d, i + 1))
  if (twice !== undefined)
    throw new RuntimeError(`dim ${twice} appears multiple times in the list of dims (squeeze)`)
  const stays = (_: number, i: number) => x.shape[i] !== 1 || !dims.includes(i)
  return viewBy(squeezeRecord, x, (shape, strides) => ({
    shape: shape.filter(stays),
    strides: strides.filter(stays),
    offset: 0,
  }))
}
