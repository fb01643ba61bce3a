/** Losses of class indices, of distances and margins, as modules. */
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { checkIgnoreIndex } from '../ops/loss/cross_entropy.js'
import { ignoredBy } from '../ops/loss/label_options.js'
import type { Reduction } from '../ops/loss/reduction.js'
import {
  cosine_embedding_loss,
  hinge_embedding_loss,
  margin_ranking_loss,
  multi_margin_loss,
  nll_loss,
  soft_margin_loss,
  triplet_margin_loss,
  triplet_margin_with_distance_loss,
} from '../surface/margin_loss.js'
import type { Tensor } from '../tensor/tensor.js'
import {
  IGNORE_INDEX,
  type IgnoreIndexOption,
  Loss,
  type LossOptions,
  REDUCE,
  REDUCTION,
  SIZE_AVERAGE,
  WeightedLoss,
  type WeightedLossOptions,
} from './loss_base.js'

const OLD = [SIZE_AVERAGE, REDUCE, REDUCTION] as const
const WEIGHT = 'weight: Tensor = None'

/** Options of {@link NLLLoss}. */
export interface NLLLossOptions extends WeightedLossOptions {
  /** Class index of ignored rows; -100 by default. */
  ignore_index?: number
}

const NLL = signature('NLLLoss', WEIGHT, SIZE_AVERAGE, 'ignore_index: int = -100', REDUCE, REDUCTION)

const FORWARD_NLL = signature('NLLLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The negative log-likelihood of class indices, from logarithms of probabilities. Source: torch.nn.NLLLoss.
 *
 * @example new torch.nn.NLLLoss().forward(logits.log_softmax(1), torch.tensor([2, 0]))
 */
export class NLLLoss extends WeightedLoss {
  readonly ignore_index: number

  constructor(
    weight?: Tensor | null | NLLLossOptions,
    size_average?: null | Omit<NLLLossOptions, 'weight'>,
    ignore_index?: number,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [weight, , ignore_index, , reduction] = NLL.read(args)
    super(weight, reduction)
    checkIgnoreIndex('NLLLoss', ignore_index)
    this.ignore_index = ignore_index
  }

  /** Logarithms [C], [N, C] or [N, C, ...] and class indices -> 0-d, or one loss per row with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_NLL.read(args)
    const { weight, ignore_index, reduction } = this
    return nll_loss(...given, { weight, ignore_index, reduction })
  }
}

/** Options of {@link MultiMarginLoss}. */
export interface MultiMarginLossOptions extends WeightedLossOptions {
  /** The power of the hinge, 1 (by default) or 2. */
  p?: number
  /** 1 by default. */
  margin?: number
}

const MULTI_MARGIN = signature('MultiMarginLoss', 'p: number = 1', 'margin: number = 1', WEIGHT, ...OLD)

const FORWARD_MULTI_MARGIN = signature('MultiMarginLoss.forward', 'input: Tensor', 'target: Tensor')

/** The margin between the class of each row and all others. Source: torch.nn.MultiMarginLoss. */
export class MultiMarginLoss extends WeightedLoss {
  readonly p: number
  readonly margin: number

  constructor(
    p?: number | MultiMarginLossOptions,
    margin?: number | Omit<MultiMarginLossOptions, 'p'>,
    weight?: Tensor | null | LossOptions,
    size_average?: null,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [p, margin, weight, , , reduction] = MULTI_MARGIN.read(args)
    super(weight, reduction)
    if (p !== 1 && p !== 2) throw new ValueError('only p == 1 and p == 2 supported')
    this.p = p
    this.margin = margin
  }

  /** Logits [N, C] or [C] and class indices -> 0-d, or one loss per row with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_MULTI_MARGIN.read(args)
    const { p, margin, weight, reduction } = this
    return multi_margin_loss(...given, { p, margin, weight, reduction })
  }
}

const SOFT_MARGIN = signature('SoftMarginLoss', ...OLD, ...IGNORE_INDEX)

const FORWARD_SOFT_MARGIN = signature('SoftMarginLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The logistic loss of labels -1 and 1. Targets equal to `ignore_index`, such as 0 or NaN, are missing: they cost nothing.
 * Source: torch.nn.SoftMarginLoss, which has no ignore_index.
 */
export class SoftMarginLoss extends Loss {
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    size_average?: null | (LossOptions & IgnoreIndexOption),
    reduce?: null,
    reduction?: Reduction | IgnoreIndexOption,
  )
  constructor(...args: unknown[]) {
    const [, , reduction, ignore_index] = SOFT_MARGIN.read(args)
    super(reduction)
    ignoredBy('SoftMarginLoss', ignore_index)
    this.ignore_index = ignore_index
  }

  /** Logits and labels -1 or 1 -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_SOFT_MARGIN.read(args)
    const { reduction, ignore_index } = this
    return soft_margin_loss(...given, { reduction, ignore_index })
  }
}

/** Options of a loss with a margin. */
export interface MarginLossOptions extends LossOptions {
  margin?: number
}

/** A loss with a margin. */
abstract class MarginLoss extends Loss {
  readonly margin: number

  constructor(margin: number, reduction: string) {
    super(reduction)
    this.margin = margin
  }
}

const HINGE = signature('HingeEmbeddingLoss', 'margin: number = 1', ...OLD)

const FORWARD_HINGE_EMBEDDING = signature('HingeEmbeddingLoss.forward', 'input: Tensor', 'target: Tensor')

/** x where the target is 1, `max(0, margin - x)` where it is -1. Source: torch.nn.HingeEmbeddingLoss. */
export class HingeEmbeddingLoss extends MarginLoss {
  constructor(
    margin?: number | MarginLossOptions,
    size_average?: null | LossOptions,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [margin, , , reduction] = HINGE.read(args)
    super(margin, reduction)
  }

  /** Distances and labels -1 or 1 -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_HINGE_EMBEDDING.read(args)
    return hinge_embedding_loss(...given, { margin: this.margin, reduction: this.reduction })
  }
}

const RANKING = signature('MarginRankingLoss', 'margin: number = 0', ...OLD)

const FORWARD_MARGIN_RANKING = signature(
  'MarginRankingLoss.forward',
  'input1: Tensor',
  'input2: Tensor',
  'target: Tensor',
)

/** `max(0, -y (a - b) + margin)`. Source: torch.nn.MarginRankingLoss. */
export class MarginRankingLoss extends MarginLoss {
  constructor(
    margin?: number | MarginLossOptions,
    size_average?: null | LossOptions,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [margin, , , reduction] = RANKING.read(args)
    super(margin, reduction)
  }

  /** Two inputs and labels -1 or 1 -> 0-d, or their shape with reduction 'none'. */
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_MARGIN_RANKING.read(args)
    return margin_ranking_loss(...given, { margin: this.margin, reduction: this.reduction })
  }
}

const COSINE = signature('CosineEmbeddingLoss', 'margin: number = 0', ...OLD)

const FORWARD_COSINE_EMBEDDING = signature(
  'CosineEmbeddingLoss.forward',
  'input1: Tensor',
  'input2: Tensor',
  'target: Tensor',
)

/** `1 - cos(a, b)` where the target is 1, `max(0, cos(a, b) - margin)` where it is -1. Source: torch.nn.CosineEmbeddingLoss. */
export class CosineEmbeddingLoss extends MarginLoss {
  constructor(
    margin?: number | MarginLossOptions,
    size_average?: null | LossOptions,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [margin, , , reduction] = COSINE.read(args)
    super(margin, reduction)
  }

  /** Two inputs [N, D] or [D] and labels -1 or 1 -> 0-d, or one loss per row with reduction 'none'. */
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_COSINE_EMBEDDING.read(args)
    return cosine_embedding_loss(...given, { margin: this.margin, reduction: this.reduction })
  }
}

/** Options of {@link TripletMarginLoss}. */
export interface TripletMarginLossOptions extends MarginLossOptions {
  /** The exponent of the norm; 2 by default. */
  p?: number
  /** Added to differences; 1e-6 by default. */
  eps?: number
  /** Takes the distance of positive and negative where it is less than that of anchor and negative. */
  swap?: boolean
}

const TRIPLET = signature(
  'TripletMarginLoss',
  'margin: number = 1',
  'p: number = 2',
  'eps: number = 1e-6',
  'swap: bool = False',
  ...OLD,
)

const FORWARD_TRIPLET_MARGIN = signature(
  'TripletMarginLoss.forward',
  'anchor: Tensor',
  'positive: Tensor',
  'negative: Tensor',
)

/** Anchors should be nearer to positives than to negatives, by a margin. Source: torch.nn.TripletMarginLoss. */
export class TripletMarginLoss extends MarginLoss {
  readonly p: number
  readonly eps: number
  readonly swap: boolean

  constructor(
    margin?: number | TripletMarginLossOptions,
    p?: number | Omit<TripletMarginLossOptions, 'margin'>,
    eps?: number | Omit<TripletMarginLossOptions, 'margin' | 'p'>,
    swap?: boolean | LossOptions,
    size_average?: null,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [margin, p, eps, swap, , , reduction] = TRIPLET.read(args)
    super(margin, reduction)
    if (!(margin > 0)) {
      throw new ValueError(`TripletMarginLoss: expected margin to be greater than 0, got ${margin} instead`)
    }
    this.p = p
    this.eps = eps
    this.swap = swap
  }

  /** Three tensors [..., D] -> 0-d, or [...] with reduction 'none'. */
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_TRIPLET_MARGIN.read(args)
    const { margin, p, eps, swap, reduction } = this
    return triplet_margin_loss(...given, { margin, p, eps, swap, reduction })
  }
}

const TRIPLET_BY = signature(
  'TripletMarginWithDistanceLoss',
  '*',
  'distance_function: function = None',
  'margin: number = 1',
  'swap: bool = False',
  REDUCTION,
)

const FORWARD_TRIPLET_MARGIN_WITH_DISTANCE = signature(
  'TripletMarginWithDistanceLoss.forward',
  'anchor: Tensor',
  'positive: Tensor',
  'negative: Tensor',
)

/** {@link TripletMarginLoss} with another distance. Source: torch.nn.TripletMarginWithDistanceLoss. */
export class TripletMarginWithDistanceLoss extends MarginLoss {
  /** The distance of two tensors; null for the Euclidean one. */
  readonly distance_function: ((a: Tensor, b: Tensor) => Tensor) | null
  readonly swap: boolean

  constructor(options?: {
    distance_function?: ((a: Tensor, b: Tensor) => Tensor) | null
    margin?: number
    swap?: boolean
    reduction?: Reduction
  })
  constructor(...args: unknown[]) {
    const [distance_function, margin, swap, reduction] = TRIPLET_BY.read(args)
    super(margin, reduction)
    if (!(margin > 0)) {
      throw new ValueError(
        `TripletMarginWithDistanceLoss: expected margin to be greater than 0, got ${margin} instead`,
      )
    }
    this.distance_function = distance_function as ((a: Tensor, b: Tensor) => Tensor) | null
    this.swap = swap
  }

  /** Three tensors [..., D] -> 0-d, or [...] with reduction 'none'. */
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const given = FORWARD_TRIPLET_MARGIN_WITH_DISTANCE.read(args)
    const { distance_function, margin, swap, reduction } = this
    return triplet_margin_with_distance_loss(...given, { distance_function, margin, swap, reduction })
  }
}
