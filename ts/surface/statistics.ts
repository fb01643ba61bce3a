/** Public functions: products, truth, variance and norms over dimensions. */
import { RuntimeError } from '../base/errors.js'
import { amax, amin } from '../ops/reduce/extreme.js'
import * as norms from '../ops/reduce/norm.js'
import * as product from '../ops/reduce/product.js'
import * as reduce from '../ops/reduce/reduce.js'
import * as truth from '../ops/reduce/truth.js'
import { spreadOf } from '../ops/reduce/variance.js'
import { type TensorLike, toTensor } from '../tensor/convert.js'
import { normalizeDim, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Dims as AnyDims, Reduced } from '../tensor/typed/reduce.js'
import type { Like } from '../tensor/typed/sizes.js'
import { called } from './called.js'
import { resultOf } from './cumulative.js'
import { type Pair, pair } from './pairs.js'
import type { KeepOptions, ReduceOptions, ResultType } from './reduce.js'

/** One or several dimensions, or keywords. */
type Dims<Options> = number | readonly number[] | Options | null
type Keep<Options = unknown> = boolean | (Pick<ReduceOptions, 'keepdim'> & Options)

/** A reduction over `dim`, or over all dimensions. */
export type Reduction = <
  S extends Shape = readonly [],
  const D extends AnyDims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: D | ReduceOptions<D, K>,
  keepdim?: K | KeepOptions<K>,
) => Tensor<Reduced<S, D, K>>

const INPUT = 'input: TensorLike'
const DIMS = 'dim: int|ints = None'
const KEEPDIM = 'keepdim: bool = False'
const DTYPE = 'dtype: dtype = None'

type Work = (x: Tensor, options: ReduceOptions) => Tensor

const reduction = (name: string, work: Work): Reduction =>
  called(name, [INPUT, DIMS, KEEPDIM], (input, dim, keepdim) => {
    return work(toTensor(name, 'input', input), { dim, keepdim })
  }) as never

/** Whether any element is not 0; of uint8 as uint8, as in torch. */
export const any = reduction('any', truth.any)

/** Whether no element is 0; of uint8 as uint8, as in torch. */
export const all = reduction('all', truth.all)

/** `log Σ exp(x)`, accurate at any x. Source: torch.logsumexp. */
export const logsumexp: (
  input: TensorLike,
  dim: number | readonly number[] | (ReduceOptions & { dim: number | readonly number[] }),
  keepdim?: Keep,
) => Tensor = called('logsumexp', [INPUT, 'dim: int|ints', KEEPDIM], (input, dim, keepdim) =>
  norms.logsumexp(toTensor('logsumexp', 'input', input), { dim, keepdim }),
)

/** How many elements are not 0, as int32. */
export const count_nonzero: (input: TensorLike, dim?: Dims<Pick<ReduceOptions, 'dim'>>) => Tensor = called(
  'count_nonzero',
  [INPUT, DIMS],
  (input, dim) => truth.count_nonzero(toTensor('count_nonzero', 'input', input), { dim }),
)

/** A reduction of elements that are converted to a type first. */
export type TypedReduction = <
  S extends Shape = readonly [],
  const D extends AnyDims | null = null,
  K extends boolean = false,
>(
  input: Like<S>,
  dim?: D | (ReduceOptions<D, K> & ResultType),
  keepdim?: K | (KeepOptions<K> & ResultType),
  options?: ResultType,
) => Tensor<Reduced<S, D, K>>

const typedReduction = (name: string, work: Work): TypedReduction =>
  called(name, [INPUT, DIMS, KEEPDIM, '*', DTYPE], (input, dim, keepdim, dtype) =>
    resultOf(name, input, dtype, (x) => work(x, { dim, keepdim })),
  ) as never

/** Sum of the elements that are not NaN. */
export const nansum = typedReduction('nansum', truth.nansum)

/** Mean of the elements that are not NaN. */
export const nanmean = typedReduction('nanmean', (x, options) => {
  if (x.dtype !== 'float32')
    throw new RuntimeError(`nanmean(): expected input to have floating point dtype but got ${x.dtype}`)
  return truth.nanmean(x, options)
})

/**
 * Product along `dim`, or of everything; of integers and bool exact int32. Source: torch.prod.
 *
 * @throws RuntimeError if a product does not fit int32
 */
export const prod: <S extends Shape = readonly [], D extends number | null = null, K extends boolean = false>(
  input: Like<S>,
  dim?: D | (ReduceOptions<D, K> & ResultType),
  keepdim?: K | (KeepOptions<K> & ResultType),
  options?: ResultType,
) => Tensor<Reduced<S, D, K>> = called(
  'prod',
  [INPUT, 'dim: int = None', KEEPDIM, '*', DTYPE],
  (input, dim, keepdim, dtype) => resultOf('prod', input, dtype, (x) => product.prod(x, dim, keepdim)),
) as never

/** Options of {@link std} and of `torch.var`. */
export interface SpreadOptions<D extends AnyDims | null = AnyDims | null, K extends boolean = boolean>
  extends ReduceOptions<D, K> {
  /** What is subtracted from the number of elements; 1 by default. */
  correction?: number | null
  /** False for a correction of 0. */
  unbiased?: boolean
}

/** Standard deviation or variance, with the mean or alone. */
export type Spread<Result> = (
  input: Tensor,
  dim?: Dims<SpreadOptions> | boolean,
  unbiased?: boolean | Omit<SpreadOptions, 'dim'>,
  keepdim?: Keep,
) => Result

/** Alone. */
export type SpreadAlone = <S extends Shape, const D extends AnyDims | null = null, K extends boolean = false>(
  input: Tensor<S>,
  dim?: D | boolean | SpreadOptions<D, K>,
  unbiased?: boolean | Omit<SpreadOptions<D, K>, 'dim'>,
  keepdim?: K | KeepOptions<K>,
) => Tensor<Reduced<S, D, K>>

const spread = <Result>(
  name: string,
  work: (x: Tensor, options: ReduceOptions, correction: number) => Result,
): Spread<Result> =>
  called(
    name,
    [
      'input: Tensor',
      'dim: int|ints|bool = None',
      'unbiased: bool = None',
      KEEPDIM,
      '*',
      'correction: number = None',
    ],
    (input, dim, unbiased, keepdim, correction) => {
      // torch.std(x, false): `unbiased` alone.
      const isBiased = (typeof dim === 'boolean' ? dim : unbiased) === false
      if (correction !== null && (unbiased !== null || typeof dim === 'boolean'))
        throw new TypeError(`${name}() takes correction or unbiased, but got both`)
      const over = { dim: typeof dim === 'boolean' ? null : dim, keepdim }
      return work(input, over, correction ?? (isBiased ? 0 : 1))
    },
  )

/** Standard deviation over `dim`, or over all dimensions; divides by n - 1 unless told otherwise. Source: torch.std. */
export const std: SpreadAlone = spread('std', (x, options, correction) =>
  spreadOf('std', x, options, correction),
) as never

/** Variance over `dim`, or over all dimensions; divides by n - 1 unless told otherwise. Source: torch.var. */
const variance: SpreadAlone = spread('var', (x, options, correction) =>
  spreadOf('var', x, options, correction),
) as never

export { variance as var }

const withMean = <Name extends 'std' | 'var'>(name: Name): Spread<Pair<Name, 'mean'>> =>
  spread(`${name}_mean`, (x, options, correction) => {
    const deviation = spreadOf(name, x, options, correction, `${name}_mean`)
    return pair(name, 'mean', [deviation, reduce.mean(x, options)])
  })

/** Standard deviation, and mean. */
export const std_mean = withMean('std')
/** Variance, and mean. */
export const var_mean = withMean('var')

/**
 * The least and the greatest element along `dim`, or of everything.
 *
 * @example const { min, max } = torch.aminmax(x)
 */
export const aminmax: (
  input: Tensor,
  options?: { dim?: number | null; keepdim?: boolean },
) => Pair<'min', 'max'> = called(
  'aminmax',
  ['input: Tensor', '*', 'dim: int = None', KEEPDIM],
  (x, dim, keepdim) => {
    const isEmpty = dim === null ? x.numel() === 0 : x.shape[normalizeDim(dim, x.dim())] === 0
    if (isEmpty)
      throw new RuntimeError(
        'aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.',
      )
    return pair('min', 'max', [amin(x, { dim, keepdim }), amax(x, { dim, keepdim })])
  },
)

/** `(Σ |a - b|^p)^(1/p)` over everything. */
export const dist: (input: Tensor, other: Tensor, p?: number | { p?: number }) => Tensor = called(
  'dist',
  ['input: Tensor', 'other: Tensor', 'p: number = 2'],
  norms.dist,
)

/** Keywords of {@link renorm}. */
export interface RenormOptions {
  p: number
  dim: number
  maxnorm: number
}

/** Scales each slice along `dim` down to a `p`-norm of at most `maxnorm`. */
export const renorm: (
  input: Tensor,
  p: number | RenormOptions,
  dim?: number | Omit<RenormOptions, 'p'>,
  maxnorm?: number | Pick<RenormOptions, 'maxnorm'>,
) => Tensor = called(
  'renorm',
  ['input: Tensor', 'p: number', 'dim: int', 'maxnorm: number'],
  (x, p, dim, maxnorm) => {
    if (x.dim() < 2)
      throw new RuntimeError(`renorm: input needs at least 2 dimensions, got ${x.dim()} dimensions`)
    if (!(p > 0)) throw new RuntimeError('renorm: non-positive-norm not supported')
    if (!(maxnorm >= 0)) throw new RuntimeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`)
    return norms.renorm(x, p, normalizeDim(dim, x.dim()), maxnorm)
  },
)
