/** Methods: order, reductions, and what is accumulated along a dimension. */
import type { Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Dims, Reduced } from '../../tensor/typed/reduce.js'
import {
  type CumulativeOptions,
  cummax,
  cummin,
  cumprod,
  cumsum,
  diff,
  logcumsumexp,
  sum_to_size,
} from '../cumulative.js'
import { norm } from '../norm.js'
import type { DimOptions, KeepOptions, ReduceOptions, ResultType } from '../reduce.js'
import type { ValuesAndIndices } from '../return_types.js'
import {
  argsort,
  kthvalue,
  median,
  mode,
  msort,
  nanmedian,
  type SortOptions,
  sort,
  type TopkOptions,
  topk,
} from '../sort.js'
import {
  all,
  aminmax,
  any,
  count_nonzero,
  dist,
  logsumexp,
  nanmean,
  nansum,
  prod,
  type RenormOptions,
  renorm,
  type SpreadOptions,
  std,
  var as variance,
} from '../statistics.js'
import {
  bincount,
  histc,
  histogram,
  nanquantile,
  quantile,
  type UniqueConsecutiveMethod,
  type UniqueMethod,
  unique,
  unique_consecutive,
} from '../unique.js'
import { addInPlace, addMethods } from './add.js'

type ReductionMethod = <A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
  this: Tensor<A>,
  dim?: D | ReduceOptions<D, K>,
  keepdim?: K | KeepOptions<K>,
) => Tensor<Reduced<A, D, K>>

type TypedReductionMethod = <A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
  this: Tensor<A>,
  dim?: D | (ReduceOptions<D, K> & ResultType),
  keepdim?: K | (KeepOptions<K> & ResultType),
  options?: ResultType,
) => Tensor<Reduced<A, D, K>>

type SpreadMethod = <A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
  this: Tensor<A>,
  dim?: D | boolean | SpreadOptions<D, K>,
  unbiased?: boolean | Omit<SpreadOptions<D, K>, 'dim'>,
  keepdim?: K | KeepOptions<K>,
) => Tensor<Reduced<A, D, K>>

/** The type of a function without its first parameter. */
type Method<F> = F extends (input: never, ...rest: infer Rest) => infer R ? (...rest: Rest) => R : never

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** The sorted elements along `dim`, and their original indices. */
    sort(
      dim?: number | SortOptions,
      descending?: boolean | Omit<SortOptions, 'dim'>,
      options?: Pick<SortOptions, 'stable'>,
    ): ValuesAndIndices
    /** The `k` greatest or smallest elements along `dim`, and their indices. */
    topk(
      k: number | (TopkOptions & { k: number }),
      dim?: number | TopkOptions,
      largest?: boolean | Omit<TopkOptions, 'dim'>,
      sorted?: boolean | Pick<TopkOptions, 'sorted'>,
    ): ValuesAndIndices
    /** The indices that sort the elements along `dim`. */
    argsort: Method<typeof argsort>
    /** The elements in ascending order along the first dimension. */
    msort: Method<typeof msort>
    /** The `k`-th smallest elements along `dim`, counted from 1, and their indices. */
    kthvalue: Method<typeof kthvalue>
    /** The most frequent elements along `dim`, and the index of the last of each. */
    mode: Method<typeof mode>
    /** The lower of the middle two elements; NaN if any is. */
    median(): Tensor<readonly []>
    /** Medians along `dim`, with their indices. */
    median(dim: number | DimOptions, keepdim?: boolean | Pick<DimOptions, 'keepdim'>): ValuesAndIndices
    /** The median of the elements that are not NaN. */
    nanmedian(): Tensor<readonly []>
    /** Along `dim`, with their indices. */
    nanmedian(dim: number | DimOptions, keepdim?: boolean | Pick<DimOptions, 'keepdim'>): ValuesAndIndices
    /** The quantiles `q`, from 0 to 1, along `dim` or of everything. */
    quantile: Method<typeof quantile>
    /** The quantiles of the elements that are not NaN. */
    nanquantile: Method<typeof nanquantile>
    /** The different elements in ascending order, or the different slices along `dim`. */
    unique: UniqueMethod
    /** The elements, or slices along `dim`, that differ from the one before. */
    unique_consecutive: UniqueConsecutiveMethod
    /** How often each number from 0 on comes in an integer vector, or the sums of its weights. */
    bincount: Method<typeof bincount>
    /** How many elements lie in each of `bins` equal bins. */
    histc: Method<typeof histc>
    /** How many elements lie in each bin, and the edges. */
    histogram: Method<typeof histogram>
    /** Whether any element is not 0. */
    any: ReductionMethod
    /** Whether no element is 0. */
    all: ReductionMethod
    /** How many elements are not 0. */
    count_nonzero: Method<typeof count_nonzero>
    /** `log Σ exp(x)` over `dim`. */
    logsumexp: Method<typeof logsumexp>
    /** Sum of the elements that are not NaN. */
    nansum: TypedReductionMethod
    /** Mean of the elements that are not NaN. */
    nanmean: TypedReductionMethod
    /** Product along `dim`, or of everything. */
    prod<A extends Shape, D extends number | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: D | (ReduceOptions<D, K> & ResultType),
      keepdim?: K | (KeepOptions<K> & ResultType),
      options?: ResultType,
    ): Tensor<Reduced<A, D, K>>
    /** Standard deviation over `dim`, or over all dimensions. */
    std: SpreadMethod
    /** Variance over `dim`, or over all dimensions. */
    var: SpreadMethod
    /** The least and the greatest element along `dim`, or of everything. */
    aminmax: Method<typeof aminmax>
    /** `(Σ |x|^p)^(1/p)` over `dim`, or over all dimensions. */
    norm: Method<typeof norm>
    /** The norm of the difference. */
    dist: Method<typeof dist>
    /** Scales each slice along `dim` down to a `p`-norm of at most `maxnorm`. */
    renorm: Method<typeof renorm>
    /** {@link renorm} in place. */
    renorm_(
      p: number | RenormOptions,
      dim?: number | Omit<RenormOptions, 'p'>,
      maxnorm?: number | Pick<RenormOptions, 'maxnorm'>,
    ): this
    /** Sums of the elements so far along `dim`. */
    cumsum(dim: number | CumulativeOptions, options?: ResultType): Tensor<S>
    /** {@link cumsum} in place. */
    cumsum_(dim: number | CumulativeOptions, options?: ResultType): this
    /** Products of the elements so far along `dim`. */
    cumprod(dim: number | CumulativeOptions, options?: ResultType): Tensor<S>
    /** {@link cumprod} in place. */
    cumprod_(dim: number | CumulativeOptions, options?: ResultType): this
    /** `log Σ exp(x)` of the elements so far along `dim`. */
    logcumsumexp(dim: number | { dim: number }): Tensor<S>
    /** The greatest elements so far along `dim`, and the index of the last of each. */
    cummax: Method<typeof cummax>
    /** The smallest elements so far along `dim`, and the index of the last of each. */
    cummin: Method<typeof cummin>
    /** The `n`-th differences of neighbours along `dim`. */
    diff: Method<typeof diff>
    /** Reverses broadcasting: sums to `size`. */
    sum_to_size(...size: number[] | [readonly number[]]): Tensor
  }
}

addMethods({
  ...{ sort, topk, argsort, msort, kthvalue, mode, median, nanmedian, quantile, nanquantile },
  ...{ unique, unique_consecutive, bincount, histc, histogram },
  ...{ any, all, count_nonzero, logsumexp, nansum, nanmean, prod, std, var: variance, aminmax },
  ...{ norm, dist, renorm, cumsum, cumprod, logcumsumexp, cummax, cummin, diff, sum_to_size },
})
addInPlace({ renorm, cumsum, cumprod })
