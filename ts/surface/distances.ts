/** Public functions: distances and angles between vectors. */
import * as distances from '../ops/linear/distance.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

/** Keywords of {@link cdist}. */
export interface CdistOptions {
  /** Which norm; 2 by default. */
  p?: number
  /** When Euclidean distances are found by a product, which is faster and less exact; for more than 25 rows by default. */
  compute_mode?:
    | 'use_mm_for_euclid_dist_if_necessary'
    | 'use_mm_for_euclid_dist'
    | 'donot_use_mm_for_euclid_dist'
}

/** The distances of all rows of x1 [..., P, M] to all rows of x2 [..., R, M] -> [..., P, R]. */
export const cdist: (
  x1: Tensor,
  x2: Tensor,
  p?: number | CdistOptions,
  compute_mode?: CdistOptions['compute_mode'] | Pick<CdistOptions, 'compute_mode'> | null,
) => Tensor = called(
  'cdist',
  ['x1: Tensor', 'x2: Tensor', 'p: number = 2', 'compute_mode: str|int = None'],
  (x1, x2, p, mode) => distances.cdist(x1, x2, p, mode ?? 0),
)

/** The distances of all pairs of rows of a matrix [N, M] -> [N (N - 1) / 2]. */
export const pdist: (input: Tensor, p?: number | { p?: number }) => Tensor = called(
  'pdist',
  ['input: Tensor', 'p: number = 2'],
  distances.pdist,
)

/** Keywords of {@link pairwise_distance}. */
export interface PairwiseDistanceOptions {
  /** Which norm; 2 by default. */
  p?: number
  /** Added to the difference; 1e-6 by default. */
  eps?: number
  keepdim?: boolean
}

/** `|x1 - x2 + eps|` along the last dimension. Source: torch.nn.functional.pairwise_distance. */
export const pairwise_distance: (
  x1: Tensor,
  x2: Tensor,
  p?: number | PairwiseDistanceOptions,
  eps?: number | Omit<PairwiseDistanceOptions, 'p'>,
  keepdim?: boolean | Pick<PairwiseDistanceOptions, 'keepdim'>,
) => Tensor = called(
  'pairwise_distance',
  ['x1: Tensor', 'x2: Tensor', 'p: number = 2', 'eps: number = 1e-6', 'keepdim: bool = False'],
  distances.pairwise_distance,
)

/** Keywords of {@link cosine_similarity}. */
export interface CosineSimilarityOptions {
  /** 1 by default. */
  dim?: number
  /** The least length that a vector counts as; 1e-8 by default. */
  eps?: number
}

/** The cosine of the angle between vectors along `dim`. Source: torch.nn.functional.cosine_similarity. */
export const cosine_similarity: (
  x1: Tensor,
  x2: Tensor,
  dim?: number | CosineSimilarityOptions,
  eps?: number | Pick<CosineSimilarityOptions, 'eps'>,
) => Tensor = called(
  'cosine_similarity',
  ['x1: Tensor', 'x2: Tensor', 'dim: int = 1', 'eps: number = 1e-8'],
  distances.cosine_similarity,
)

/** Keywords of {@link normalize}. */
export interface NormalizeOptions {
  /** Which norm; 2 by default. */
  p?: number
  /** 1 by default. */
  dim?: number | readonly number[]
  /** The least length that a vector counts as; 1e-12 by default. */
  eps?: number
}

/**
 * Vectors along `dim` over their length. Source: torch.nn.functional.normalize.
 *
 * @example normalize(torch.tensor([[3, 4]])).tolist() // about [[0.6, 0.8]]
 */
export const normalize: (
  input: Tensor,
  p?: number | NormalizeOptions,
  dim?: number | readonly number[] | Omit<NormalizeOptions, 'p'>,
  eps?: number | Pick<NormalizeOptions, 'eps'>,
) => Tensor = called(
  'normalize',
  ['input: Tensor', 'p: number = 2', 'dim: int|ints = 1', 'eps: number = 1e-12'],
  distances.normalize,
)
