/** Sums, means and maxima over dimensions. */

import { IndexError, RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, toTensor } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import { normalizeDim, numelOf, ownIntegers, type Shape, splitAt } from '../../tensor/shape.js'
import { expandElements } from '../../tensor/strided.js'
import { sumInto } from '../../tensor/sum.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import * as integer from '../elementwise/integer.js'
import { permute } from '../shape/permute.js'
import { reshape } from '../shape/view.js'
import { fillArgmax } from './extreme.js'

/** Which dimensions to reduce: one, some, or all where it is left out; `keepdim` leaves them as size 1. */
export interface ReduceOptions {
  dim?: number | readonly number[] | null
  keepdim?: boolean
}

interface Reduction {
  /** Sorted, counted from the front. */
  dims: readonly number[]
  keepdim: boolean
}

function resolve(op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions = {}): Reduction {
  if (dim === undefined || dim === null || (Array.isArray(dim) && dim.length === 0))
    return { dims: x.shape.map((_, i) => i), keepdim }
  if (typeof dim === 'number') {
    const only = normalizeDim(dim, x.dim())
    return { dims: x.dim() === 0 ? [] : [only], keepdim }
  }
  const dims = ownIntegers(op, 'dim', dim).map((d) => normalizeDim(d, x.dim()))
  const twice = dims.find((d, i) => dims.indexOf(d) !== i)
  if (twice !== undefined)
    throw new RuntimeError(`${op}: dim ${twice} appears multiple times in the list of dims`)
  return { dims: x.dim() === 0 ? [] : dims.sort((a, b) => a - b), keepdim }
}

const keptShape = (shape: Shape, dims: readonly number[]) =>
  shape.map((size, i) => (dims.includes(i) ? 1 : size))

function resultShape([x]: readonly Tensor[], { dims, keepdim }: Reduction): Shape {
  if (keepdim) return keptShape(x.shape, dims)
  const shape: number[] = []
  for (let i = 0; i < x.shape.length; i++) if (!dims.includes(i)) shape.push(x.shape[i])
  return shape
}

/** The gradient of a sum: `upstream`, times `scale`, repeated along `dims`. */
function spread(upstream: Tensor, scale: number, dims: readonly number[], shape: Shape): Tensor {
  const kept = upstream.alias(keptShape(shape, dims))
  if (scale === 1) return expandElements(kept, shape)
  const scaled = empty('backward', kept.shape)
  kernels.scale(kept.pointer(), scale, scaled.pointer(), scaled.numel())
  const gradient = expandElements(scaled, shape)
  if (gradient !== scaled) scaled.dispose()
  return gradient
}

const sumRecord = define<Reduction>({
  name: 'sum',
  operands: promoted,
  shape: resultShape,
  dtype: ([x]) => (x.dtype === 'float32' ? 'float32' : 'int32'),
  forward([x], out, { dims }) {
    if (x.dtype === 'float32') sumInto(x, dims, 1, out)
    else integer.sum(x, out, runOf(x.shape, dims))
  },
  backward: (upstream, _saved, { dims }, { inputShapes }) => [spread(upstream, 1, dims, inputShapes[0])],
})

const meanRecord = define<Reduction>({
  name: 'mean',
  shape: resultShape,
  forward([x], out, { dims }) {
    sumInto(x, dims, 1 / countOf(x.shape, dims), out)
  },
  backward: (upstream, _saved, { dims }, { inputShapes }) => [
    spread(upstream, 1 / countOf(inputShapes[0], dims), dims, inputShapes[0]),
  ],
})

const countOf = (shape: Shape, dims: readonly number[]) => numelOf(dims.map((dim) => shape[dim]))

/** `dims` are neighbours. */
const amaxRecord = define<Reduction, { x: Tensor; out: Tensor }>({
  name: 'amax',
  shape: resultShape,
  dtype: ([x]) => x.dtype,
  forward([x], out, { dims }) {
    const run = runOf(x.shape, dims)
    if (x.dtype === 'float32') kernels.max_axis(x.pointer(), out.pointer(), ...run)
    else integer.max(x, out, run)
    return { x, out }
  },
  backward(upstream, { x, out: maximum }, { dims }) {
    const gradient = empty('backward', x.shape)
    const [up, max] = [upstream.pointer(), maximum.pointer()]
    kernels.max_axis_backward(up, x.pointer(), max, gradient.pointer(), ...runOf(x.shape, dims))
    return [gradient]
  },
})

const argmaxRecord = define<Reduction>({
  name: 'argmax',
  shape: resultShape,
  dtype: () => 'int32',
  forward([x], out, { dims }) {
    fillArgmax(x, out, runOf(x.shape, dims))
  },
})

/** `[outer, axis, inner]` around neighbouring dimensions. */
function runOf(shape: Shape, dims: readonly number[]): [number, number, number] {
  if (dims.length === 0) return [1, 1, numelOf(shape)]
  return splitAt(shape, dims[0], dims[dims.length - 1] + 1)
}

/** Sum over `dim`, or of everything; of integers and bool as int32, exact. */
export function sum(x: TensorLike, options?: ReduceOptions): Tensor {
  const input = toTensor('sum', 'input', x)
  const reduction = resolve('sum', input, options)
  // The kernel of floats goes through the dimensions one after another, that of integers through one.
  return input.dtype === 'float32'
    ? apply(sumRecord, [input], reduction)
    : asRun(input, reduction, (run, own) => apply(sumRecord, [run], own))
}

/**
 * Mean over `dim`, or of everything; NaN of nothing.
 *
 * @throws RuntimeError for integers and bool, as torch: `x.float().mean()`
 */
export function mean(x: TensorLike, options?: ReduceOptions): Tensor {
  const input = toTensor('mean', 'input', x)
  if (input.dtype !== 'float32') {
    throw new RuntimeError(
      `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${nameOf(input.dtype)}. Convert it with .float()`,
    )
  }
  return apply(meanRecord, [input], resolve('mean', input, options))
}

/** Maximum over `dim`, or of everything; NaN if any is. Equal maxima share the gradient evenly. */
export function amax(x: TensorLike, options?: ReduceOptions, op = 'amax'): Tensor {
  const input = toTensor(op, 'input', x)
  const reduction = resolve(op, input, options)
  checkNotEmpty(op, input, reduction.dims)
  return asRun(input, reduction, (run, own) => apply(amaxRecord, [run], own))
}

/** A reduction of dimensions that are neighbours: others are moved together behind those that stay. */
function asRun(
  input: Tensor,
  { dims, keepdim }: Reduction,
  work: (run: Tensor, own: Reduction) => Tensor,
): Tensor {
  if (dims.every((dim, i) => i === 0 || dim === dims[i - 1] + 1)) return work(input, { dims, keepdim })
  const kept = input.shape.map((_, i) => i).filter((i) => !dims.includes(i))
  const moved = permute(input, [...kept, ...dims])
  const result = work(moved, { dims: dims.map((_, i) => kept.length + i), keepdim: false })
  return keepdim ? reshape(result, keptShape(input.shape, dims)) : result
}

/** Index of the first maximum over `dim`, or of everything, as int32. */
export function argmax(
  x: TensorLike,
  { dim, keepdim = false }: { dim?: number | null; keepdim?: boolean } = {},
): Tensor {
  const input = toTensor('argmax', 'input', x)
  const { dims } = resolve('argmax', input, { dim: dim ?? null })
  checkNotEmpty('argmax', input, dims)
  if (input.dtype === 'bool') throw new RuntimeError('argmax(): does not support bool input')
  return apply(argmaxRecord, [input], { dims, keepdim })
}

function checkNotEmpty(op: string, x: Tensor, dims: readonly number[]): void {
  const nothing = dims.find((dim) => x.shape[dim] === 0)
  if (nothing === undefined) return
  if (dims.length === x.dim()) {
    throw new RuntimeError(
      `${op}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    )
  }
  throw new IndexError(`${op}(): Expected reduction dim ${nothing} to have non-zero size.`)
}
