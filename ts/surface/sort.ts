/** Public functions: sorting. */
import { signature } from '../call/signature.js'
import { medianOfAll, ranked } from '../ops/sort/rank.js'
import * as order from '../ops/sort/sort.js'
import * as top from '../ops/sort/topk.js'
import { type TensorLike, toTensor } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import type { DimOptions } from './reduce.js'
import { ValuesAndIndices } from './return_types.js'

const TOPK = signature(
  'topk',
  'input: TensorLike',
  'k: int',
  'dim: int = -1',
  'largest: bool = True',
  'sorted: bool = True',
)

/** Keywords of {@link topk}. */
export interface TopkOptions {
  /** The last one by default. */
  dim?: number
  /** False for the smallest elements. */
  largest?: boolean
  /** Ignored: the result is always sorted. */
  sorted?: boolean
}

/**
 * The `k` greatest or smallest elements along `dim`, sorted, and their indices. NaN counts as the greatest;
 * equal elements are ordered by index. Source: torch.topk.
 *
 * @throws RuntimeError unless `k` is from 0 to the size of the dimension; of bool
 * @example torch.topk(torch.tensor([3, 9, 5]), 2).indices.tolist() // [1, 2]
 */
export function topk(
  input: TensorLike,
  k: number | (TopkOptions & { k: number }),
  dim?: number | TopkOptions,
  largest?: boolean | Omit<TopkOptions, 'dim'>,
  sorted?: boolean | Pick<TopkOptions, 'sorted'>,
): ValuesAndIndices
export function topk(...args: unknown[]): ValuesAndIndices {
  const [input, k, dim, largest] = TOPK.read(args)
  return new ValuesAndIndices('topk', top.topk(toTensor('topk', 'input', input), k, dim, largest))
}

const SORT = signature(
  'sort',
  'input: TensorLike',
  'dim: int = -1',
  'descending: bool = False',
  '*',
  'stable: bool = False',
)
/** Keywords of {@link sort}. */
export interface SortOptions {
  /** The last one by default. */
  dim?: number
  /** Whether the greatest comes first. */
  descending?: boolean
  /** Ignored: sorting is always stable. */
  stable?: boolean
}

/**
 * The elements along `dim` in ascending or descending order, and their original indices. NaN counts as the greatest;
 * equal elements keep their order. Source: torch.sort.
 *
 * @example const { values, indices } = torch.sort(scores, 1, true)
 */
export function sort(
  input: TensorLike,
  dim?: number | SortOptions,
  descending?: boolean | Omit<SortOptions, 'dim'>,
  options?: Pick<SortOptions, 'stable'>,
): ValuesAndIndices
export function sort(...args: unknown[]): ValuesAndIndices {
  const [input, dim, descending] = SORT.read(args)
  return new ValuesAndIndices('sort', order.sort(toTensor('sort', 'input', input), dim, descending))
}

/** Keywords of {@link kthvalue}. */
export interface KthvalueOptions {
  k: number
  /** The last one by default. */
  dim?: number
  keepdim?: boolean
}

/** The indices that sort the elements along `dim`; equal elements keep their order. Source: torch.argsort. */
export const argsort: (
  input: TensorLike,
  dim?: number | SortOptions,
  descending?: boolean | Omit<SortOptions, 'dim'>,
  options?: Pick<SortOptions, 'stable'>,
) => Tensor = called(
  'argsort',
  ['input: TensorLike', 'dim: int = -1', 'descending: bool = False', '*', 'stable: bool = False'],
  (input, dim, descending) => order.sort(toTensor('argsort', 'input', input), dim, descending)[1],
)

/** The elements in ascending order along the first dimension. */
export const msort: (input: TensorLike) => Tensor = called(
  'msort',
  ['input: TensorLike'],
  (input) => order.sort(toTensor('msort', 'input', input), 0, false)[0],
)

/** The `k`-th smallest elements along `dim`, counted from 1, and their indices. Source: torch.kthvalue. */
export const kthvalue: (
  input: TensorLike,
  k: number | KthvalueOptions,
  dim?: number | Omit<KthvalueOptions, 'k'>,
  keepdim?: boolean | Pick<KthvalueOptions, 'keepdim'>,
) => ValuesAndIndices = called(
  'kthvalue',
  ['input: TensorLike', 'k: int', 'dim: int = -1', 'keepdim: bool = False'],
  (input, k, dim, keepdim) =>
    new ValuesAndIndices(
      'kthvalue',
      ranked('kthvalue', toTensor('kthvalue', 'input', input), dim, keepdim, k),
    ),
)

/** The most frequent elements along `dim`, the smallest where several are, and the index of the last of each. */
export const mode: (
  input: TensorLike,
  dim?: number | Partial<DimOptions>,
  keepdim?: boolean | Pick<DimOptions, 'keepdim'>,
) => ValuesAndIndices = called(
  'mode',
  ['input: TensorLike', 'dim: int = -1', 'keepdim: bool = False'],
  (input, dim, keepdim) =>
    new ValuesAndIndices('mode', ranked('mode', toTensor('mode', 'input', input), dim, keepdim)),
)

/** The median of everything, or the medians along a dimension with their indices. */
export interface Median {
  (input: TensorLike): Tensor
  (
    input: TensorLike,
    dim: number | DimOptions,
    keepdim?: boolean | Pick<DimOptions, 'keepdim'>,
  ): ValuesAndIndices
}

const medianBy = (name: 'median' | 'nanmedian'): Median =>
  called(name, ['input: TensorLike', 'dim: int = None', 'keepdim: bool = False'], (input, dim, keepdim) => {
    const x = toTensor(name, 'input', input)
    return dim === null ? medianOfAll(name, x) : new ValuesAndIndices(name, ranked(name, x, dim, keepdim))
  }) as Median

/** The lower of the middle two elements: of everything, or along `dim` with its index; NaN if any is. Source: torch.median. */
export const median = medianBy('median')

/** The {@link median} of the elements that are not NaN. */
export const nanmedian = medianBy('nanmedian')
