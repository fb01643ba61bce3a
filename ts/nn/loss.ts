/** The losses of torch.nn. */
import { signature } from '../call/signature.js'
import { binary_cross_entropy, binary_cross_entropy_with_logits } from '../ops/loss/binary_cross_entropy.js'
import { checkIgnoreIndex, cross_entropy } from '../ops/loss/cross_entropy.js'
import { checkLabelSmoothing, ignoredBy } from '../ops/loss/label_options.js'
import { mse_loss } from '../ops/loss/mse_loss.js'
import { multilabel_margin_loss } from '../ops/loss/multilabel_margin_loss.js'
import {
  type MultiLabelSoftMarginOptions,
  multilabel_soft_margin_loss,
  type PositiveLabels,
} from '../ops/loss/multilabel_soft_margin.js'
import type { Reduction } from '../ops/loss/reduction.js'
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

const MULTI_LABEL_SOFT_MARGIN = signature(
  'MultiLabelSoftMarginLoss',
  'weight: Tensor = None',
  SIZE_AVERAGE,
  REDUCE,
  REDUCTION,
  ...IGNORE_INDEX,
  'pos_weight: Tensor = None',
  'label_smoothing: number = 0',
)
const FORWARD_MULTI_LABEL_SOFT_MARGIN = signature(
  'MultiLabelSoftMarginLoss.forward',
  'input: Tensor',
  'target: any',
)

/** Options of {@link MultiLabelSoftMarginLoss}. All but `weight` and `reduction` are not torch's. */
export interface MultiLabelSoftMarginLossOptions extends WeightedLossOptions, MultiLabelSoftMarginOptions {}

/**
 * Multi-label classification: binary cross-entropy on raw logits with the sigmoid inside, averaged
 * over the classes. Loss and gradient take one pass. Source: torch.nn.MultiLabelSoftMarginLoss.
 *
 * Beyond torch's it has three keywords: `pos_weight` multiplies the cost of positive labels; `label_smoothing` ε makes
 * `y (1 - ε) + ε / 2` of a label y; targets equal to `ignore_index`, a number such as -1 or NaN, are missing. A row's loss is then
 * the mean over its known labels, rows without any cost nothing and do not count in 'mean', and a batch without any has loss 0.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three or `ignore_index` infinite; RuntimeError if
 * `label_smoothing` is outside of [0, 1]
 * @example
 * const loss_fn = new torch.nn.MultiLabelSoftMarginLoss({ pos_weight: torch.tensor([1, 5, 20]), ignore_index: -1 })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  /** Weights of positive labels, usually one for each class, or null. A buffer. */
  declare readonly pos_weight: Tensor | null
  readonly label_smoothing: number
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    weight?: Tensor | null | MultiLabelSoftMarginLossOptions,
    size_average?: null | Omit<MultiLabelSoftMarginLossOptions, 'weight'>,
    reduce?: null,
    reduction?: Reduction | Omit<MultiLabelSoftMarginOptions, 'weight' | 'reduction'>,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction, ignore_index, pos_weight, label_smoothing] =
      MULTI_LABEL_SOFT_MARGIN.read(args)
    super(weight, reduction)
    checkLabelSmoothing('MultiLabelSoftMarginLoss', label_smoothing)
    ignoredBy('MultiLabelSoftMarginLoss', ignore_index)
    this.register_buffer('pos_weight', pos_weight)
    this.label_smoothing = label_smoothing
    this.ignore_index = ignore_index
  }

  /** Logits [..., C] and targets broadcast to it, or the list of positive labels -> 0-d, or [...] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor | PositiveLabels): Tensor
  override forward(...args: unknown[]): Tensor {
    // Not taken apart: an array pattern goes through an iterator, which is slow until V8 has optimised it.
    const given = FORWARD_MULTI_LABEL_SOFT_MARGIN.read(args)
    return multilabel_soft_margin_loss(given[0], given[1] as Tensor, this)
  }
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEWithLogitsLossOptions extends WeightedLossOptions, IgnoreIndexOption {
  /** Weights of positive labels, usually one for each class. */
  pos_weight?: Tensor | null
}

const BCE_WITH_LOGITS = signature(
  'BCEWithLogitsLoss',
  'weight: Tensor = None',
  SIZE_AVERAGE,
  REDUCE,
  REDUCTION,
  'pos_weight: Tensor = None',
  ...IGNORE_INDEX,
)
const FORWARD_BCE_WITH_LOGITS = signature('BCEWithLogitsLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * Binary cross-entropy on raw logits, the sigmoid inside; `pos_weight` above 1 trades precision for
 * recall. Targets equal to `ignore_index`, a number such as -1 or NaN, are missing: 'mean' is over the others, 0 if there are none.
 * Source: torch.nn.BCEWithLogitsLoss, which has no ignore_index.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three or `ignore_index` infinite
 * @example
 * const loss_fn = new torch.nn.BCEWithLogitsLoss({ pos_weight: torch.tensor([1, 5, 20]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class BCEWithLogitsLoss extends WeightedLoss {
  /** Weights of positive labels, usually one for each class, or null. A buffer. */
  declare readonly pos_weight: Tensor | null
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    weight?: Tensor | null | BCEWithLogitsLossOptions,
    size_average?: null | Omit<BCEWithLogitsLossOptions, 'weight'>,
    reduce?: null,
    reduction?: Reduction,
    pos_weight?: Tensor | null | IgnoreIndexOption,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction, pos_weight, ignore_index] = BCE_WITH_LOGITS.read(args)
    super(weight, reduction)
    ignoredBy('BCEWithLogitsLoss', ignore_index)
    this.register_buffer('pos_weight', pos_weight)
    this.ignore_index = ignore_index
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_BCE_WITH_LOGITS.read(args)
    return binary_cross_entropy_with_logits(input, target, this)
  }
}

const BCE = signature('BCELoss', 'weight: Tensor = None', SIZE_AVERAGE, REDUCE, REDUCTION, ...IGNORE_INDEX)
/** Options of {@link BCELoss}. */
export interface BCELossOptions extends WeightedLossOptions, IgnoreIndexOption {}

const FORWARD_BCE = signature('BCELoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * Binary cross-entropy on probabilities, such as the output of a sigmoid; {@link BCEWithLogitsLoss} takes
 * logits and is accurate at any logit. Targets equal to `ignore_index`, a number such as -1 or NaN, are missing: 'mean' is over the
 * others, 0 if there are none. Source: torch.nn.BCELoss, which has no ignore_index.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three or `ignore_index` infinite
 * @example new torch.nn.BCELoss().forward(torch.sigmoid(logits), targets)
 */
export class BCELoss extends WeightedLoss {
  /** The value of missing targets, or null. */
  readonly ignore_index: number | null

  constructor(
    weight?: Tensor | null | BCELossOptions,
    size_average?: null | Omit<BCELossOptions, 'weight'>,
    reduce?: null,
    reduction?: Reduction | IgnoreIndexOption,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction, ignore_index] = BCE.read(args)
    super(weight, reduction)
    ignoredBy('BCELoss', ignore_index)
    this.ignore_index = ignore_index
  }

  /** Probabilities and targets from 0 to 1, of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_BCE.read(args)
    return binary_cross_entropy(input, target, this)
  }
}

const MULTI_LABEL_MARGIN = signature('MultiLabelMarginLoss', SIZE_AVERAGE, REDUCE, REDUCTION)
const FORWARD_MULTI_LABEL_MARGIN = signature(
  'MultiLabelMarginLoss.forward',
  'input: Tensor',
  'target: Tensor',
)

/**
 * The hinge loss between every label of a row and every other class.
 * Source: torch.nn.MultiLabelMarginLoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three
 * @example
 * const labels = torch.tensor([[3, 0, -1, -1]]) // classes 3 and 0
 * new torch.nn.MultiLabelMarginLoss().forward(torch.randn([1, 4]), labels)
 */
export class MultiLabelMarginLoss extends Loss {
  constructor(size_average?: null | LossOptions, reduce?: null, reduction?: Reduction)
  constructor(...args: unknown[]) {
    const [, , reduction] = MULTI_LABEL_MARGIN.read(args)
    super(reduction)
  }

  /** Logits [N, C] or [C] and class indices of that shape, ending with -1 -> 0-d, or [N] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_MULTI_LABEL_MARGIN.read(args)
    return multilabel_margin_loss(input, target, { reduction: this.reduction })
  }
}

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyLossOptions extends WeightedLossOptions {
  /** Class index of ignored rows; -100 by default. */
  ignore_index?: number
  /** Share of each target that is spread over all classes; 0 by default. */
  label_smoothing?: number
}

const CROSS_ENTROPY = signature(
  'CrossEntropyLoss',
  'weight: Tensor = None',
  SIZE_AVERAGE,
  'ignore_index: int = -100',
  REDUCE,
  REDUCTION,
  'label_smoothing: number = 0',
)
const FORWARD_CROSS_ENTROPY = signature('CrossEntropyLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * Cross-entropy for mutually exclusive classes, with the softmax inside. Source: torch.nn.CrossEntropyLoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three, RuntimeError if `label_smoothing` is outside of [0, 1]
 * @example
 * const loss_fn = new torch.nn.CrossEntropyLoss({ label_smoothing: 0.1 })
 * const loss = loss_fn.forward(logits, torch.tensor([2, 0])) // logits [2, C]; loss 0-d
 */
export class CrossEntropyLoss extends WeightedLoss {
  readonly ignore_index: number
  readonly label_smoothing: number

  constructor(
    weight?: Tensor | null | CrossEntropyLossOptions,
    size_average?: null | Omit<CrossEntropyLossOptions, 'weight'>,
    ignore_index?: number,
    reduce?: null,
    reduction?: Reduction,
    label_smoothing?: number,
  )
  constructor(...args: unknown[]) {
    const [weight, , ignore_index, , reduction, label_smoothing] = CROSS_ENTROPY.read(args)
    super(weight, reduction)
    checkIgnoreIndex('CrossEntropyLoss', ignore_index)
    checkLabelSmoothing('CrossEntropyLoss', label_smoothing)
    this.ignore_index = ignore_index
    this.label_smoothing = label_smoothing
  }

  /** Logits [C], [N, C] or [N, C, ...] and class indices, or probabilities of that shape -> 0-d, or one loss per row with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_CROSS_ENTROPY.read(args)
    const { weight, ignore_index, reduction, label_smoothing } = this
    return cross_entropy(input, target, { weight, ignore_index, reduction, label_smoothing })
  }
}

const MSE = signature('MSELoss', SIZE_AVERAGE, REDUCE, REDUCTION)
const FORWARD_MSE = signature('MSELoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * The mean squared error. Source: torch.nn.MSELoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three
 * @example new torch.nn.MSELoss().forward(predictions, values)
 */
export class MSELoss extends Loss {
  constructor(size_average?: null | LossOptions, reduce?: null, reduction?: Reduction)
  constructor(...args: unknown[]) {
    const [, , reduction] = MSE.read(args)
    super(reduction)
  }

  /** Two tensors, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_MSE.read(args)
    return mse_loss(input, target, { reduction: this.reduction })
  }
}
