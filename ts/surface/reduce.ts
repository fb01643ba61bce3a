/** Public functions: sums, means, maxima and softmax over dimensions. */
import { readFirst, signature } from '../call/signature.js'
import * as pairs from '../ops/elementwise/pairs.js'
import * as extreme from '../ops/reduce/extreme.js'
import * as reduce from '../ops/reduce/reduce.js'
import * as soft from '../ops/reduce/softmax.js'
import { type TensorLike, to, toTensor } from '../tensor/convert.js'
import type { DType } from '../tensor/dtype.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Dims, Reduced } from '../tensor/typed/reduce.js'
import type { Like } from '../tensor/typed/sizes.js'
import { ValuesAndIndices } from './return_types.js'

/** Whether reduced dimensions are kept. */
export interface KeepOptions<K extends boolean = boolean> {
  /** Keeps them with size 1. */
  keepdim?: K
}

/** Which dimensions to reduce. */
export interface ReduceOptions<D extends Dims | null = Dims | null, K extends boolean = boolean>
  extends KeepOptions<K> {
  /** One or several; all by default. */
  dim?: D
}

/** The type to which elements are converted first, and of the result. */
export interface ResultType<D extends DType = DType> {
  dtype?: D | null
}

/** Options of {@link argmax} and {@link argmin}, which reduce one dimension or all of them. */
export type ArgmaxOptions = ReduceOptions<number | null>

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
const MAX_OF_TWO = signature('max', 'input: Tensor', 'other: Tensor')
const MAX = signature('max', 'input: TensorLike', 'dim: int', 'keepdim: bool = False')
const AMIN = signature('amin', 'input: TensorLike', 'dim: int|ints = []', 'keepdim: bool = False')
const ALL_MIN = signature('min', 'input: TensorLike')
const MIN_OF_TWO = signature('min', 'input: Tensor', 'other: Tensor')
const MIN = signature('min', 'input: TensorLike', 'dim: int', 'keepdim: bool = False')
const ARGMIN = signature('argmin', 'input: TensorLike', 'dim: int = None', 'keepdim: bool = False')
const ARGMAX = signature('argmax', 'input: TensorLike', 'dim: int = None', 'keepdim: bool = False')
const SOFTMAX = signature('softmax', 'input: TensorLike', 'dim: int', "dtype: 'float32' = None")
const LOG_SOFTMAX = signature('log_softmax', 'input: TensorLike', 'dim: int', "dtype: 'float32' = None")

/** `input` converted to the requested type, if any. */
const cast = (input: TensorLike, dtype: DType | null): TensorLike =>
  dtype === null ? input : to(toTensor('to', 'input', input), dtype)

/**
 * Sum over `dim`, or over all dimensions.
 *
 * @example torch.sum(torch.ones(2, 3), 1).tolist() // [3, 3]
 */
export function sum<
  S extends Shape = readonly [],
  const D extends Dims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: D | (ReduceOptions<D, K> & ResultType),
  keepdim?: K | (KeepOptions<K> & ResultType),
  options?: ResultType,
): Tensor<Reduced<S, D, K>>
export function sum(...args: unknown[]): Tensor {
  const [input, dim, keepdim, dtype] = SUM.read(args)
  const result = reduce.sum(cast(input, dtype), { dim, keepdim })
  return dtype === null ? result : to(result, dtype)
}

/** Mean over `dim`, or over all dimensions; NaN without elements. */
export function mean<
  S extends Shape = readonly [],
  const D extends Dims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: D | (ReduceOptions<D, K> & ResultType<'float32'>),
  keepdim?: K | (KeepOptions<K> & ResultType<'float32'>),
  options?: ResultType<'float32'>,
): Tensor<Reduced<S, D, K>>
export function mean(...args: unknown[]): Tensor {
  const [input, dim, keepdim, dtype] = MEAN.read(args)
  return reduce.mean(cast(input, dtype), { dim, keepdim })
}

/** Maximum over `dim`, or over all dimensions; NaN if any element is. Equal maxima share the gradient evenly. */
export function amax<
  S extends Shape = readonly [],
  const D extends Dims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: Exclude<D, null> | ReduceOptions<D, K>,
  keepdim?: K | KeepOptions<K>,
): Tensor<Reduced<S, D, K>>
export function amax(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = AMAX.read(args)
  return extreme.amax(toTensor('amax', 'input', input), { dim, keepdim })
}

/** The dimension to reduce, and whether to keep it with size 1. */
export interface DimOptions {
  dim: number
  keepdim?: boolean
}

/**
 * The greatest element, NaN if any element is; equal ones share the gradient evenly. With `dim`: the maxima along it, and the
 * index of the first maximum, which gets the gradient. Of
 * two tensors: the greater elements. Source: torch.max.
 *
 * @throws RuntimeError or IndexError if there are no elements to choose from
 * @example const { values, indices } = torch.max(logits, 1)
 */
export function max(input: TensorLike): Tensor<readonly []>
export function max(
  input: TensorLike,
  dim: number | DimOptions,
  keepdim?: boolean | Pick<DimOptions, 'keepdim'>,
): ValuesAndIndices
export function max(input: Tensor, other: Tensor): Tensor
export function max(...args: unknown[]): Tensor | ValuesAndIndices {
  const [form, given] = readFirst(args, ALL_MAX, MAX, MAX_OF_TWO)
  if (form === '2') return pairs.maximum(given[0], given[1])
  if (form === '0') return extreme.amax(toTensor('max', 'input', given[0]), {}, 'max')
  const [input, dim, keepdim] = given
  return new ValuesAndIndices('max', extreme.max(toTensor('max', 'input', input), dim, keepdim))
}

/**
 * The least element, NaN if any is; equal ones share the gradient evenly. Along `dim`: the least of each line, and the index of
 * the first such, to which the gradient goes. Of two tensors: the lesser elements.
 * Source: torch.min.
 *
 * @throws RuntimeError or IndexError where there is nothing to choose from
 * @example torch.min(torch.tensor([3, 1, 2]), 0).indices.item() // 1
 */
export function min(input: TensorLike): Tensor<readonly []>
export function min(
  input: TensorLike,
  dim: number | DimOptions,
  keepdim?: boolean | Pick<DimOptions, 'keepdim'>,
): ValuesAndIndices
export function min(input: Tensor, other: Tensor): Tensor
export function min(...args: unknown[]): Tensor | ValuesAndIndices {
  const [form, given] = readFirst(args, ALL_MIN, MIN, MIN_OF_TWO)
  if (form === '2') return pairs.minimum(given[0], given[1])
  if (form === '0') return extreme.amin(toTensor('min', 'input', given[0]), {}, 'min')
  const [input, dim, keepdim] = given
  return new ValuesAndIndices('min', extreme.min(toTensor('min', 'input', input), dim, keepdim))
}

/** Minimum over `dim`, or of everything; NaN if any is. Equal minima share the gradient evenly. */
export function amin<
  S extends Shape = readonly [],
  const D extends Dims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: Exclude<D, null> | ReduceOptions<D, K>,
  keepdim?: K | KeepOptions<K>,
): Tensor<Reduced<S, D, K>>
export function amin(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = AMIN.read(args)
  return extreme.amin(toTensor('amin', 'input', input), { dim, keepdim })
}

/** Index of the first minimum over `dim`, or of everything, as int32. */
export function argmin<
  S extends Shape = readonly [],
  D extends number | null = null,
  K extends boolean = false,
>(input: Like<S>, dim?: D | ReduceOptions<D, K>, keepdim?: K | KeepOptions<K>): Tensor<Reduced<S, D, K>>
export function argmin(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = ARGMIN.read(args)
  return extreme.argmin(toTensor('argmin', 'input', input), { dim, keepdim })
}

/** Index of the first maximum over `dim`, or over all dimensions, as int32. */
export function argmax<
  S extends Shape = readonly [],
  D extends number | null = null,
  K extends boolean = false,
>(input: Like<S>, dim?: D | ReduceOptions<D, K>, keepdim?: K | KeepOptions<K>): Tensor<Reduced<S, D, K>>
export function argmax(...args: unknown[]): Tensor {
  const [input, dim, keepdim] = ARGMAX.read(args)
  return extreme.argmax(toTensor('argmax', 'input', input), { dim, keepdim })
}

/** Keywords of {@link softmax} and {@link log_softmax}. */
export interface SoftmaxOptions extends ResultType<'float32'> {
  dim: number
}

/**
 * `exp(x) / Σ exp(x)` along `dim`, accurate at any x. Source: torch.softmax.
 *
 * @throws IndexError if there is no such dimension
 * @example torch.softmax(torch.tensor([1, 1, 1, 1]), 0).tolist() // [0.25, 0.25, 0.25, 0.25]
 */
export function softmax<S extends Shape = readonly []>(
  input: Like<S>,
  dim: number | SoftmaxOptions,
  dtype?: 'float32' | ResultType<'float32'> | null,
): Tensor<S>
export function softmax(...args: unknown[]): Tensor {
  const [input, dim, dtype] = SOFTMAX.read(args)
  return soft.softmax(cast(input, dtype), dim)
}

/** The logarithm of {@link softmax}, without underflow. Source: torch.log_softmax. */
export function log_softmax<S extends Shape = readonly []>(
  input: Like<S>,
  dim: number | SoftmaxOptions,
  dtype?: 'float32' | ResultType<'float32'> | null,
): Tensor<S>
export function log_softmax(...args: unknown[]): Tensor {
  const [input, dim, dtype] = LOG_SOFTMAX.read(args)
  return soft.log_softmax(cast(input, dtype), dim)
}
