/** Sums, means, maxima and softmax over dimensions, as users call them. */
import { readFirst, signature } from '../call/signature.js'
import { type TensorLike, to, toTensor } from '../ops/dtype/convert.js'
import * as extreme from '../ops/reduce/extreme.js'
import * as reduce from '../ops/reduce/reduce.js'
import * as soft from '../ops/reduce/softmax.js'
import type { DType } from '../tensor/dtype.js'
import type { Tensor } from '../tensor/tensor.js'
import { ValuesAndIndices } from './return_types.js'

/** Which dimensions to reduce. */
export interface ReduceOptions {
  /** One, some, or all where it is left out. */
  dim?: number | readonly number[] | null
  /** Leaves them as size 1. */
  keepdim?: boolean
}

/** Of which type the elements are taken, and the result. */
export interface ResultType<D extends DType = DType> {
  dtype?: D | null
}

/** Options of {@link argmax}, which reduces one dimension or all. */
export interface ArgmaxOptions {
  dim?: number | null
  keepdim?: boolean
}

const SUM = signature(
  'sum',
  'input: TensorLike',
  'dim: int|ints = None',
  'keepdim: bool = False',
  '*',
  'dtype: dtype = None',
)
const MEAN = signature(
  'mean',
  'input: TensorLike',
  'dim: int|ints = None',
  'keepdim: bool = False',
  '*',
  "dtype: 'float32' = None",
)
const AMAX = signature('amax', 'input: TensorLike', 'dim: int|ints = []', 'keepdim: bool = False')
const ALL_MAX = signature('max', 'input: TensorLike')
const MAX = signature('max', 'input: TensorLike', 'dim: int', 'keepdim: bool = False')
const ARGMAX = signature('argmax', 'input: TensorLike', 'dim: int = None', 'keepdim: bool = False')
const SOFTMAX = signature('softmax', 'input: TensorLike', 'dim: int', "dtype: 'float32' = None")
const LOG_SOFTMAX = signature('log_softmax', 'input: TensorLike', 'dim: int', "dtype: 'float32' = None")

/** `input` as the type that was asked for, if one was. */
const cast = (input: TensorLike, dtype: DType | null): TensorLike =>
  dtype === null ? input : to(toTensor('to', 'input', input), dtype)

/**
 * Sum over `dim`, or of everything.
 *
 * @example torch.sum(torch.ones(2, 3), 1).tolist() // [3, 3]
 */
export function sum(
  input: TensorLike,
  dim?: number | readonly number[] | (ReduceOptions & ResultType) | null,
  keepdim?: boolean | (Pick<ReduceOptions, 'keepdim'> & ResultType),
  options?: ResultType,
): Tensor
export function sum(...args: unknown[]): Tensor {
  const [input, dim, keepdim, dtype] = SUM.read(args)
  const result = reduce.sum(cast(input, dtype), { dim, keepdim })
  return dtype === null ? result : to(result, dtype)
}

/** Mean over `dim`, or of everything; NaN of nothing. */
export function mean(
  input: TensorLike,
  dim?: number | readonly number[] | (ReduceOptions & ResultType<'float32'>) | null,
  keepdim?: boolean | (Pick<ReduceOptions, 'keepdim'> & ResultType<'float32'>),
  options?: ResultType<'float32'>,
): Tensor
export function mean(...args: unknown[]): Tensor {
  const [input, dim, keepdim, dtype] = MEAN.read(args)
  return reduce.mean(cast(input, dtype), { dim, keepdim })
}

/** Maximum over `dim`, or of everything; NaN if any is. Equal maxima share the gradient evenly. */
export function amax(
  input: TensorLike,
  dim?: number | readonly number[] | ReduceOptions,
  keepdim?: boolean | Pick<ReduceOptions, 'keepdim'>,
): Tensor
export function amax(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = AMAX.read(args)
  return reduce.amax(input, { dim, keepdim })
}

/** Which dimension to reduce, and whether it stays as size 1. */
export interface DimOptions {
  dim: number
  keepdim?: boolean
}

/**
 * The greatest element, NaN if any is; equal ones share the gradient evenly. Along `dim`: the greatest of each line, and the
 * index of the first such, to which the gradient goes. Source: torch.max.
 *
 * @throws RuntimeError or IndexError where there is nothing to choose from
 * @example const { values, indices } = torch.max(logits, 1)
 */
export function max(input: TensorLike): Tensor
export function max(
  input: TensorLike,
  dim: number | DimOptions,
  keepdim?: boolean | Pick<DimOptions, 'keepdim'>,
): ValuesAndIndices
export function max(...args: unknown[]): Tensor | ValuesAndIndices {
  const [form, given] = readFirst(args, ALL_MAX, MAX)
  if (form === '0') return reduce.amax(given[0], {}, 'max')
  const [input, dim, keepdim] = given
  return new ValuesAndIndices('max', extreme.max(toTensor('max', 'input', input), dim, keepdim))
}

/** Index of the first maximum over `dim`, or of everything, as int32. */
export function argmax(
  input: TensorLike,
  dim?: number | ArgmaxOptions | null,
  keepdim?: boolean | Pick<ArgmaxOptions, 'keepdim'>,
): Tensor
export function argmax(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = ARGMAX.read(args)
  return reduce.argmax(input, { dim, keepdim })
}

/** Keywords of {@link softmax} and {@link log_softmax}. */
export interface SoftmaxOptions extends ResultType<'float32'> {
  dim: number
}

/**
 * `exp(x) / Σ exp(x)` along `dim`, right at any x. Source: torch.softmax.
 *
 * @throws IndexError if there is no such dimension
 * @example torch.softmax(torch.tensor([1, 1, 1, 1]), 0).tolist() // [0.25, 0.25, 0.25, 0.25]
 */
export function softmax(
  input: TensorLike,
  dim: number | SoftmaxOptions,
  dtype?: 'float32' | ResultType<'float32'> | null,
): Tensor
export function softmax(...args: unknown[]): Tensor {
  const [input, dim, dtype] = SOFTMAX.read(args)
  return soft.softmax(cast(input, dtype), dim)
}

/** The logarithm of {@link softmax}, without its underflow. Source: torch.log_softmax. */
export function log_softmax(
  input: TensorLike,
  dim: number | SoftmaxOptions,
  dtype?: 'float32' | ResultType<'float32'> | null,
): Tensor
export function log_softmax(...args: unknown[]): Tensor {
  const [input, dim, dtype] = LOG_SOFTMAX.read(args)
  return soft.log_softmax(cast(input, dtype), dim)
}
