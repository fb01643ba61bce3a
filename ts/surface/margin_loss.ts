/** Public functions of torch.nn.functional: losses of class indices, of distances and margins. */
import { signature } from '../call/signature.js'
import * as classes from '../ops/loss/class_loss.js'
import * as margins from '../ops/loss/margins.js'
import type { Reduction } from '../ops/loss/reduction.js'
import * as logistic from '../ops/loss/soft_margin_loss.js'
import type { Tensor } from '../tensor/tensor.js'
import type { KnownLabelsOptions, ReductionOptions, WeightOptions } from './loss.js'
import { IGNORE_INDEX, OPERANDS, REDUCE, REDUCTION, SIZE_AVERAGE, WEIGHT } from './loss_parts.js'

const OLD = [SIZE_AVERAGE, REDUCE, REDUCTION] as const
const PAIR = ['input1: Tensor', 'input2: Tensor', 'target: Tensor'] as const
const TRIPLE = ['anchor: Tensor', 'positive: Tensor', 'negative: Tensor'] as const

const NLL = signature(
  'nll_loss',
  ...OPERANDS,
  WEIGHT,
  SIZE_AVERAGE,
  'ignore_index: number = -100',
  REDUCE,
  REDUCTION,
)
const MULTI_MARGIN = signature(
  'multi_margin_loss',
  ...OPERANDS,
  'p: number = 1',
  'margin: number = 1',
  WEIGHT,
  ...OLD,
)
const SOFT_MARGIN = signature('soft_margin_loss', ...OPERANDS, ...OLD, ...IGNORE_INDEX)
const HINGE = signature('hinge_embedding_loss', ...OPERANDS, 'margin: number = 1', ...OLD)
const RANKING = signature('margin_ranking_loss', ...PAIR, 'margin: number = 0', ...OLD)
const COSINE = signature('cosine_embedding_loss', ...PAIR, 'margin: number = 0', ...OLD)
const TRIPLET = signature(
  'triplet_margin_loss',
  ...TRIPLE,
  'margin: number = 1',
  'p: number = 2',
  'eps: number = 1e-6',
  'swap: bool = False',
  ...OLD,
)
const TRIPLET_BY = signature(
  'triplet_margin_with_distance_loss',
  ...TRIPLE,
  '*',
  'distance_function: function = None',
  'margin: number = 1',
  'swap: bool = False',
  REDUCTION,
)

/** Keywords of {@link nll_loss}. */
export interface NLLOptions extends WeightOptions {
  /** An ignored class index; -100 by default. */
  ignore_index?: number
}

/**
 * The negative log-likelihood `-w_t x_t` of the class t of each row, from logarithms of probabilities. 'mean' divides by the sum
 * of the weights. Source: torch.nn.functional.nll_loss.
 *
 * @param input [C], [N, C] or [N, C, d1, ...]
 * @param target class indices, of the shape of `input` without C
 * @throws ValueError or RuntimeError if shapes do not match, IndexError if a target is out of bounds
 * @example nll_loss(logits.log_softmax(1), torch.tensor([1, 0]))
 */
export function nll_loss(
  input: Tensor,
  target: Tensor,
  weight?: Tensor | NLLOptions | null,
  size_average?: null | Omit<NLLOptions, 'weight'>,
  ignore_index?: number,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function nll_loss(...args: unknown[]): Tensor {
  const [input, target, weight, , ignore_index, , reduction] = NLL.read(args)
  return classes.nll_loss(input, target, { weight, ignore_index, reduction })
}

/** Keywords of {@link multi_margin_loss}. */
export interface MultiMarginOptions extends WeightOptions {
  /** The power of the hinge, 1 (by default) or 2. */
  p?: number
  /** 1 by default. */
  margin?: number
}

/**
 * The margin between the class of each row and all others: `w_t Σ max(0, margin - x_t + x_j)^p / C`.
 * Source: torch.nn.functional.multi_margin_loss.
 *
 * @param input logits [N, C] or [C]
 * @param target class indices [N], or one
 * @example multi_margin_loss(torch.tensor([[0.1, 0.2, 0.4, 0.8]]), torch.tensor([3])).item() // 0.325
 */
export function multi_margin_loss(
  input: Tensor,
  target: Tensor,
  p?: number | MultiMarginOptions,
  margin?: number | Omit<MultiMarginOptions, 'p'>,
  weight?: Tensor | null | ReductionOptions,
  size_average?: null,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function multi_margin_loss(...args: unknown[]): Tensor {
  const [input, target, p, margin, weight, , , reduction] = MULTI_MARGIN.read(args)
  return classes.multi_margin_loss(input, target, { p, margin, weight, reduction })
}

/**
 * The logistic loss of labels -1 and 1: `log(1 + exp(-y x))`, accurate at any logit.
 * Labels that are missing have another value, such as 0 or NaN, which `ignore_index` names.
 * Source: torch.nn.functional.soft_margin_loss, which does not have it.
 *
 * @example soft_margin_loss(torch.zeros(2), torch.tensor([1, -1])).item() // 0.6931
 */
export function soft_margin_loss(input: Tensor, target: Tensor, options?: KnownLabelsOptions): Tensor
export function soft_margin_loss(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction | KnownLabelsOptions,
): Tensor
export function soft_margin_loss(...args: unknown[]): Tensor {
  const [input, target, , , reduction, ignore_index] = SOFT_MARGIN.read(args)
  return logistic.soft_margin_loss(input, target, reduction, ignore_index)
}

/** Keywords of a loss with a margin. */
export interface MarginOptions extends ReductionOptions {
  margin?: number
}

/**
 * x where the target is 1, `max(0, margin - x)` where it is -1; the margin is 1 by default.
 * Source: torch.nn.functional.hinge_embedding_loss.
 */
export function hinge_embedding_loss(
  input: Tensor,
  target: Tensor,
  margin?: number | MarginOptions,
  size_average?: null | ReductionOptions,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function hinge_embedding_loss(...args: unknown[]): Tensor {
  const [input, target, margin, , , reduction] = HINGE.read(args)
  return margins.hinge_embedding_loss(input, target, margin, reduction)
}

/**
 * `max(0, -y (a - b) + margin)`: a should be greater than b where the target is 1, and smaller where it is -1.
 * Source: torch.nn.functional.margin_ranking_loss.
 */
export function margin_ranking_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin?: number | MarginOptions,
  size_average?: null | ReductionOptions,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function margin_ranking_loss(...args: unknown[]): Tensor {
  const [a, b, target, margin, , , reduction] = RANKING.read(args)
  return margins.margin_ranking_loss(a, b, target, margin, reduction)
}

/**
 * `1 - cos(a, b)` where the target is 1, `max(0, cos(a, b) - margin)` where it is -1.
 * Source: torch.nn.functional.cosine_embedding_loss.
 *
 * @param input1 [N, D] or [D], as `input2`
 * @param target [N], or 0-d
 */
export function cosine_embedding_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin?: number | MarginOptions,
  size_average?: null | ReductionOptions,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function cosine_embedding_loss(...args: unknown[]): Tensor {
  const [a, b, target, margin, , , reduction] = COSINE.read(args)
  return margins.cosine_embedding_loss(a, b, target, margin, reduction)
}

/** Keywords of {@link triplet_margin_loss}. */
export interface TripletMarginOptions extends MarginOptions {
  /** The exponent of the norm; 2 by default. */
  p?: number
  /** Added to differences; 1e-6 by default. */
  eps?: number
  /** Takes the distance of positive and negative where it is less than that of anchor and negative. */
  swap?: boolean
}

/**
 * `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with the distance `‖a - b + eps‖_p` along the last
 * dimension; the margin is 1 by default. Source: torch.nn.functional.triplet_margin_loss.
 */
export function triplet_margin_loss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  margin?: number | TripletMarginOptions,
  p?: number | Omit<TripletMarginOptions, 'margin'>,
  eps?: number | Omit<TripletMarginOptions, 'margin' | 'p'>,
  swap?: boolean | ReductionOptions,
  size_average?: null | ReductionOptions,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function triplet_margin_loss(...args: unknown[]): Tensor {
  const [anchor, positive, negative, margin, p, eps, swap, , , reduction] = TRIPLET.read(args)
  const distance = margins.distanceBy(p, eps)
  const options = { margin, swap, reduction }
  return margins.triplet_margin('triplet_margin_loss', { anchor, positive, negative }, distance, options)
}

/** Keywords of {@link triplet_margin_with_distance_loss}. */
export interface TripletMarginWithDistanceOptions extends MarginOptions {
  /** The distances of rows of two tensors; by default of the 2-norm. */
  distance_function?: ((a: Tensor, b: Tensor) => Tensor) | null
  /** Takes the distance of positive and negative where it is less than that of anchor and negative. */
  swap?: boolean
}

/** {@link triplet_margin_loss} with another distance. Source: torch.nn.functional.triplet_margin_with_distance_loss. */
export function triplet_margin_with_distance_loss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options?: TripletMarginWithDistanceOptions,
): Tensor
export function triplet_margin_with_distance_loss(...args: unknown[]): Tensor {
  const [anchor, positive, negative, given, margin, swap, reduction] = TRIPLET_BY.read(args)
  const distance = (given ?? margins.distanceBy(2, 1e-6)) as (a: Tensor, b: Tensor) => Tensor
  const operands = { anchor, positive, negative }
  return margins.triplet_margin('triplet_margin_with_distance_loss', operands, distance, {
    margin,
    swap,
    reduction,
  })
}
