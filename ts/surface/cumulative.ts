/** Public functions: what is accumulated along a dimension, and differences of neighbours. */
import { signature } from '../call/signature.js'
import * as differences from '../ops/reduce/differences.js'
import * as product from '../ops/reduce/product.js'
import * as order from '../ops/sort/cumulative.js'
import { type TensorLike, to, toTensor } from '../tensor/convert.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Like } from '../tensor/typed/sizes.js'
import { called } from './called.js'
import type { ResultType } from './reduce.js'
import { ValuesAndIndices } from './return_types.js'

/** Keywords of functions along one dimension, of a type to which elements are converted first. */
export interface CumulativeOptions extends ResultType {
  dim: number
}

type Cumulative = <S extends Shape = readonly []>(
  input: Like<S>,
  dim: number | CumulativeOptions,
  options?: ResultType,
) => Tensor<S>

const ofType = (name: string, work: (x: Tensor, dim: number) => Tensor): Cumulative =>
  called(name, ['input: TensorLike', 'dim: int', '*', 'dtype: dtype = None'], (input, dim, dtype) =>
    resultOf(name, input, dtype, (x) => work(x, dim)),
  ) as never

/** The result of `work` on elements that are converted first, as that type. */
export function resultOf(
  name: string,
  input: TensorLike,
  dtype: DType | null,
  work: (x: Tensor) => Tensor,
): Tensor {
  const x = toTensor(name, 'input', input)
  return dtype === null ? work(x) : to(work(to(x, dtype)), dtype)
}

/**
 * Sums of the elements so far along `dim`; of integers and bool exact int32. Source: torch.cumsum.
 *
 * @throws RuntimeError if a sum does not fit int32
 * @example torch.cumsum(torch.tensor([1, 2, 3]), 0).tolist() // [1, 3, 6]
 */
export const cumsum = ofType('cumsum', product.cumsum)

/** Products of the elements so far along `dim`; of integers and bool exact int32. */
export const cumprod = ofType('cumprod', product.cumprod)

/** `log Σ exp(x)` of the elements so far along `dim`. */
export const logcumsumexp: <S extends Shape = readonly []>(
  input: Like<S>,
  dim: number | { dim: number },
) => Tensor<S> = called('logcumsumexp', ['input: TensorLike', 'dim: int'], (input, dim) =>
  product.logcumsumexp(toTensor('logcumsumexp', 'input', input), dim),
) as never

type Extremes = (input: TensorLike, dim: number | { dim: number }) => ValuesAndIndices

const extremes = (name: string, work: (x: Tensor, dim: number) => Tensor[]): Extremes =>
  called(name, ['input: TensorLike', 'dim: int'], (input, dim) => {
    return new ValuesAndIndices(name, work(toTensor(name, 'input', input), dim))
  })

/** The greatest elements so far along `dim`, and the index of the last of each; NaN from the first NaN on. */
export const cummax = extremes('cummax', order.cummax)

/** The smallest elements so far along `dim`, and the index of the last of each; NaN from the first NaN on. */
export const cummin = extremes('cummin', order.cummin)

/** Keywords of {@link diff}. */
export interface DiffOptions {
  /** How often differences are taken; 1 by default. */
  n?: number
  /** The last one by default. */
  dim?: number
  /** Put before the elements along `dim`. */
  prepend?: Tensor | null
  /** Put after the elements along `dim`. */
  append?: Tensor | null
}

/**
 * The `n`-th differences of neighbours along `dim`; of bool whether they differ. Source: torch.diff.
 *
 * @example torch.diff(torch.tensor([1, 3, 2])).tolist() // [2, -1]
 */
export const diff: (
  input: Tensor,
  n?: number | DiffOptions,
  dim?: number | Omit<DiffOptions, 'n'>,
  prepend?: Tensor | Pick<DiffOptions, 'prepend' | 'append'> | null,
  append?: Tensor | Pick<DiffOptions, 'append'> | null,
) => Tensor = called(
  'diff',
  ['input: Tensor', 'n: int = 1', 'dim: int = -1', 'prepend: Tensor = None', 'append: Tensor = None'],
  differences.diff,
)

/** Keywords of {@link trapezoid}. */
export interface TrapezoidOptions {
  /** The places of the points, instead of their distance. */
  x?: Tensor | null
  /** Their distance; 1 by default. */
  dx?: number
  /** The last one by default. */
  dim?: number
}

type Trapezoid = (
  y: Tensor,
  x?: Tensor | TrapezoidOptions | null,
  options?: Omit<TrapezoidOptions, 'x'>,
) => Tensor

const TRAPEZOID = ['y: Tensor', 'x: Tensor = None', '*', 'dx: number = 1', 'dim: int = -1'] as const

const area = (name: string): Trapezoid =>
  called(name, TRAPEZOID, (y, x, dx, dim) => differences.trapezoid(name, y, x ?? dx, dim))

/** The area below the points (x, y) along `dim`, by the trapezoid rule. Source: torch.trapezoid. */
export const trapezoid = area('trapezoid')

/** The same as {@link trapezoid}. */
export const trapz = area('trapz')

/** The areas below the points so far. */
export const cumulative_trapezoid: Trapezoid = called('cumulative_trapezoid', TRAPEZOID, (y, x, dx, dim) =>
  differences.cumulative_trapezoid(y, x ?? dx, dim),
)

const SUM_TO_SIZE = signature('sum_to_size', 'input: Tensor', '*size: int')

/** Reverses broadcasting: sums to `size`. Source: torch.Tensor.sum_to_size. */
export function sum_to_size(input: Tensor, ...size: number[] | [readonly number[]]): Tensor
export function sum_to_size(...args: unknown[]): Tensor {
  return differences.sum_to_size(...SUM_TO_SIZE.read(args))
}
