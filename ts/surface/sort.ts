/** The order of elements, as users call it. */
import { signature } from '../call/signature.js'
import * as order from '../ops/sort/sort.js'
import * as top from '../ops/sort/topk.js'
import { type TensorLike, toTensor } from '../tensor/convert.js'
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
  /** False for the least elements. */
  largest?: boolean
  /** Without effect: the result is sorted in any case. */
  sorted?: boolean
}

/**
 * The `k` greatest elements along `dim`, or the least, in order, and their indices. NaN is greater than everything; of
 * equal elements those with lower indices come first. Source: torch.topk.
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
  /** The greatest first. */
  descending?: boolean
  /** Without effect: equal elements keep their order in any case. */
  stable?: boolean
}

/**
 * The elements along `dim` in ascending or descending order, and the indices that they had. NaN is greater than everything;
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
