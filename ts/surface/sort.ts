/** Public functions: sorting. */
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
