/** The dimensions of reductions. */
import { IndexError, RuntimeError } from '../../base/errors.js'
import { normalizeDim, numelOf, ownIntegers, type Shape, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { permute } from '../shape/permute.js'
import { reshape } from '../shape/view.js'

/** The dimensions to reduce, by default all; `keepdim` keeps them with size 1. */
export interface ReduceOptions {
  dim?: number | readonly number[] | null
  keepdim?: boolean
}

/** Dimensions that are reduced. */
export interface ReducedDims {
  /** Ascending and non-negative. */
  dims: readonly number[]
  keepdim: boolean
}

/** The dimensions of a call, normalised. */
export function resolve(op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions = {}): ReducedDims {
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

/** The shape with size 1 for each of `dims`. */
export const keptShape = (shape: Shape, dims: readonly number[]) =>
  shape.map((size, i) => (dims.includes(i) ? 1 : size))

/** The shape of the result. */
export function resultShape([x]: readonly Tensor[], { dims, keepdim }: ReducedDims): Shape {
  if (keepdim) return keptShape(x.shape, dims)
  const shape: number[] = []
  for (let i = 0; i < x.shape.length; i++) if (!dims.includes(i)) shape.push(x.shape[i])
  return shape
}

/** `[outer, axis, inner]` around adjacent dimensions. */
export function runOf(shape: Shape, dims: readonly number[]): [number, number, number] {
  if (dims.length === 0) return [1, 1, numelOf(shape)]
  return splitAt(shape, dims[0], dims[dims.length - 1] + 1)
}

/** The product of the sizes of `dims`. */
export const countOf = (shape: Shape, dims: readonly number[]) => numelOf(dims.map((dim) => shape[dim]))

/** Runs a reduction on adjacent dimensions: if they are not, they are moved to the end. */
export function asRun(
  input: Tensor,
  { dims, keepdim }: ReducedDims,
  work: (run: Tensor, own: ReducedDims) => Tensor,
): Tensor {
  if (dims.every((dim, i) => i === 0 || dim === dims[i - 1] + 1)) return work(input, { dims, keepdim })
  const kept = input.shape.map((_, i) => i).filter((i) => !dims.includes(i))
  const moved = permute(input, [...kept, ...dims])
  const result = work(moved, { dims: dims.map((_, i) => kept.length + i), keepdim: false })
  return keepdim ? reshape(result, keptShape(input.shape, dims)) : result
}

/** Throws torch's error if a dimension is empty. */
export function checkNotEmpty(op: string, x: Tensor, dims: readonly number[]): void {
  const nothing = dims.find((dim) => x.shape[dim] === 0)
  if (nothing === undefined) return
  if (dims.length === x.dim()) {
    throw new RuntimeError(
      `${op}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    )
  }
  throw new IndexError(`${op}(): Expected reduction dim ${nothing} to have non-zero size.`)
}
