/** Public functions: different elements, membership, places, quantiles and counts. */
import * as histograms from '../ops/sort/histogram.js'
import * as quantiles from '../ops/sort/quantile.js'
import * as search from '../ops/sort/search.js'
import { unique as different } from '../ops/sort/unique.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import { type Pair, pair } from './pairs.js'

/** Keywords of {@link unique}. */
export interface UniqueOptions {
  /** Ignored: the result is always sorted. */
  sorted?: boolean
  /** Also the number of each element, or slice, in the result. */
  return_inverse?: boolean
  /** Also how often each comes. */
  return_counts?: boolean
  /** Slices of this dimension instead of elements. */
  dim?: number | null
}

/** The result, then what else was asked for. */
type Found<Options> = Options extends { return_inverse: true; return_counts: true }
  ? [Tensor, Tensor, Tensor]
  : Options extends { return_inverse: true } | { return_counts: true }
    ? [Tensor, Tensor]
    : Tensor

const uniqueOf = (
  op: string,
  x: Tensor,
  sorted: boolean,
  inverse: boolean,
  counts: boolean,
  dim: number | null,
): Tensor | Tensor[] => {
  const found = different(op, x, dim, sorted)
  if (!inverse && !counts) return found.values
  return [found.values, ...(inverse ? [found.inverse] : []), ...(counts ? [found.counts] : [])]
}

const INVERSE = 'return_inverse: bool = False'
const COUNTS = 'return_counts: bool = False'
const DIM = 'dim: int = None'

/** {@link unique}, as a method. */
export interface UniqueMethod {
  <const Options extends UniqueOptions>(options?: Options): Found<Options>
  (sorted: boolean, return_inverse?: boolean, return_counts?: boolean, dim?: number | null): Tensor | Tensor[]
}

/** {@link unique}. */
export interface UniqueFunction {
  <const Options extends UniqueOptions>(input: Tensor, options?: Options): Found<Options>
  (
    input: Tensor,
    sorted: boolean,
    return_inverse?: boolean,
    return_counts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[]
}

/**
 * The different elements in ascending order, or the different slices along `dim`. No gradients. Source: torch.unique.
 *
 * @example const [labels, counts] = torch.unique(classes, { return_counts: true })
 */
export const unique: UniqueFunction = called(
  'unique',
  ['input: Tensor', 'sorted: bool = True', INVERSE, COUNTS, DIM],
  (x, _sorted, inverse, counts, dim) => uniqueOf('unique', x, true, inverse, counts, dim),
) as UniqueFunction

/** {@link unique_consecutive}, as a method. */
export interface UniqueConsecutiveMethod {
  <const Options extends Omit<UniqueOptions, 'sorted'>>(options?: Options): Found<Options>
  (return_inverse: boolean, return_counts?: boolean, dim?: number | null): Tensor | Tensor[]
}

/** {@link unique_consecutive}. */
export interface UniqueConsecutiveFunction {
  <const Options extends Omit<UniqueOptions, 'sorted'>>(input: Tensor, options?: Options): Found<Options>
  (input: Tensor, return_inverse: boolean, return_counts?: boolean, dim?: number | null): Tensor | Tensor[]
}

/** The elements, or slices along `dim`, that differ from the one before. No gradients. */
export const unique_consecutive: UniqueConsecutiveFunction = called(
  'unique_consecutive',
  ['input: Tensor', INVERSE, COUNTS, DIM],
  (x, inverse, counts, dim) => uniqueOf('unique_consecutive', x, false, inverse, counts, dim),
) as UniqueConsecutiveFunction

/** Whether each of `elements` is among `test_elements`, as bool. Source: torch.isin. */
export const isin: (
  elements: TensorLike,
  test_elements: TensorLike,
  options?: { assume_unique?: boolean; invert?: boolean },
) => Tensor = called(
  'isin',
  [
    'elements: TensorLike',
    'test_elements: TensorLike',
    '*',
    'assume_unique: bool = False',
    'invert: bool = False',
  ],
  (elements, among, _unique, invert) => search.isin(elements, among, invert),
)

/** Keywords of {@link searchsorted}. */
export interface SearchOptions {
  /** Ignored: results are int32. */
  out_int32?: boolean
  /** Behind equal elements instead of before them. */
  right?: boolean
  /** 'right' is the same as `right: true`. */
  side?: 'left' | 'right' | null
  /** The indices that sort the sequence. */
  sorter?: Tensor | null
}

/**
 * Where values belong in an ascending sequence, or each row of values in its own: [..., n] and [..., m] -> [..., m], int32.
 * Source: torch.searchsorted.
 */
export const searchsorted: (sorted_sequence: Tensor, input: TensorLike, options?: SearchOptions) => Tensor =
  called(
    'searchsorted',
    [
      'sorted_sequence: Tensor',
      'input: TensorLike',
      '*',
      'out_int32: bool = False',
      'right: bool = False',
      'side: str = None',
      'sorter: Tensor = None',
    ],
    (sequence, input, _int32, right, side, sorter) =>
      search.searchsorted(sequence, input, right, side, sorter),
  )

/** The bucket of each value between ascending boundaries, int32. Source: torch.bucketize. */
export const bucketize: (
  input: TensorLike,
  boundaries: Tensor | (Pick<SearchOptions, 'out_int32' | 'right'> & { boundaries: Tensor }),
  options?: Pick<SearchOptions, 'out_int32' | 'right'>,
) => Tensor = called(
  'bucketize',
  ['input: TensorLike', 'boundaries: Tensor', '*', 'out_int32: bool = False', 'right: bool = False'],
  (input, boundaries, _int32, right) => search.bucketize(boundaries, input, right),
)

/** Keywords of {@link quantile}. */
export interface QuantileOptions {
  dim?: number | null
  keepdim?: boolean
  /** Between the two nearest elements; 'linear' by default. */
  interpolation?: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest'
}

type Quantile = (
  input: Tensor,
  q: Tensor | number | (QuantileOptions & { q: Tensor | number }),
  dim?: number | QuantileOptions | null,
  keepdim?: boolean | Omit<QuantileOptions, 'dim'>,
  options?: Pick<QuantileOptions, 'interpolation'>,
) => Tensor

const quantileBy = (name: 'quantile' | 'nanquantile'): Quantile =>
  called(
    name,
    ['input: Tensor', 'q: Tensor|number', DIM, 'keepdim: bool = False', '*', "interpolation: str = 'linear'"],
    (x, q, dim, keepdim, interpolation) => quantiles.quantile(name, x, q, { dim, keepdim, interpolation }),
  )

/**
 * The quantiles `q`, from 0 to 1, along `dim` or of everything; of several as the first dimension. Source: torch.quantile.
 *
 * @example torch.quantile(scores, 0.9)
 */
export const quantile = quantileBy('quantile')

/** The {@link quantile} of the elements that are not NaN. */
export const nanquantile = quantileBy('nanquantile')

/** Keywords of {@link bincount}. */
export interface BincountOptions {
  /** What each element counts; 1 by default. */
  weights?: Tensor | null
  /** The least length of the result. */
  minlength?: number
}

/** How often each number from 0 on comes in an integer vector, or the sums of its weights. Source: torch.bincount. */
export const bincount: (
  input: Tensor,
  weights?: Tensor | BincountOptions | null,
  minlength?: number | Pick<BincountOptions, 'minlength'>,
) => Tensor = called(
  'bincount',
  ['input: Tensor', 'weights: Tensor = None', 'minlength: int = 0'],
  histograms.bincount,
)

/** Keywords of {@link histc}. */
export interface HistcOptions {
  bins?: number
  min?: number
  max?: number
}

/** How many elements lie in each of `bins` equal bins from `min` to `max`, or of their range if these are equal. */
export const histc: (
  input: Tensor,
  bins?: number | HistcOptions,
  min?: number | Omit<HistcOptions, 'bins'>,
  max?: number | Pick<HistcOptions, 'max'>,
) => Tensor = called(
  'histc',
  ['input: Tensor', 'bins: int = 100', 'min: number = 0', 'max: number = 0'],
  histograms.histc,
)

/** Keywords of {@link histogram}. */
export interface HistogramOptions {
  /** The edges of equal bins; those of the elements by default. */
  range?: readonly [number, number] | null
  /** What each element counts. */
  weight?: Tensor | null
  /** Divides by the sum and the widths. */
  density?: boolean
}

/** How many elements lie in each of `bins` bins, a number or their edges, and the edges. Source: torch.histogram. */
export const histogram: (
  input: Tensor,
  bins: number | Tensor,
  options?: HistogramOptions,
) => Pair<'hist', 'bin_edges'> = called(
  'histogram',
  [
    'input: Tensor',
    'bins: Tensor|int',
    '*',
    'range: list = None',
    'weight: Tensor = None',
    'density: bool = False',
  ],
  (x, bins, range, weight, density) =>
    pair('hist', 'bin_edges', histograms.histogram(x, bins, range as number[] | null, weight, density)),
)
