/** The losses of torch.nn. */
import { signature } from '../call/signature.js'
import { binary_cross_entropy, binary_cross_entropy_with_logits } from '../ops/loss/binary_cross_entropy.js'
import { checkIgnoreIndex, checkLabelSmoothing, cross_entropy } from '../ops/loss/cross_entropy.js'
import { mse_loss } from '../ops/loss/mse_loss.js'
import { multilabel_margin_loss } from '../ops/loss/multilabel_margin_loss.js'
import { multilabel_soft_margin_loss, type PositiveLabels } from '../ops/loss/multilabel_soft_margin.js'
import type { Reduction } from '../ops/loss/reduction.js'
import type { Tensor } from '../tensor/tensor.js'
import {
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
)
const FORWARD_MULTI_LABEL_SOFT_MARGIN = signature(
  'MultiLabelSoftMarginLoss.forward',
  'input: Tensor',
  'target: any',
)

/**
 * Multi-label classification: binary cross-entropy on raw logits with the sigmoid inside, averaged
 * over the classes. Loss and gradient take one pass. Source: torch.nn.MultiLabelSoftMarginLoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three
 * @example
 * const loss_fn = new torch.nn.MultiLabelSoftMarginLoss({ weight: torch.tensor([1, 2, 3]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  constructor(
    weight?: Tensor | null | WeightedLossOptions,
    size_average?: null | LossOptions,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction] = MULTI_LABEL_SOFT_MARGIN.read(args)
    super(weight, reduction)
  }

  /** Logits [..., C] and targets broadcast to it, or the list of positive labels -> 0-d, or [...] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor | PositiveLabels): Tensor
  override forward(...args: unknown[]): Tensor {
    // Not taken apart: an array pattern goes through an iterator, which is slow until V8 has optimised it.
    const given = FORWARD_MULTI_LABEL_SOFT_MARGIN.read(args)
    return multilabel_soft_margin_loss(given[0], given[1] as Tensor, {
      weight: this.weight,
      reduction: this.reduction,
    })
  }
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEWithLogitsLossOptions extends WeightedLossOptions {
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
)
const FORWARD_BCE_WITH_LOGITS = signature('BCEWithLogitsLoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * Binary cross-entropy on raw logits, the sigmoid inside; `pos_weight` above 1 trades precision for
 * recall. Source: torch.nn.BCEWithLogitsLoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three
 * @example
 * const loss_fn = new torch.nn.BCEWithLogitsLoss({ pos_weight: torch.tensor([1, 5, 20]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class BCEWithLogitsLoss extends WeightedLoss {
  /** Weights of positive labels, usually one for each class, or null. A buffer. */
  declare readonly pos_weight: Tensor | null

  constructor(
    weight?: Tensor | null | BCEWithLogitsLossOptions,
    size_average?: null | Omit<BCEWithLogitsLossOptions, 'weight'>,
    reduce?: null,
    reduction?: Reduction,
    pos_weight?: Tensor | null,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction, pos_weight] = BCE_WITH_LOGITS.read(args)
    super(weight, reduction)
    this.register_buffer('pos_weight', pos_weight)
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_BCE_WITH_LOGITS.read(args)
    const { weight, pos_weight, reduction } = this
    return binary_cross_entropy_with_logits(input, target, { weight, pos_weight, reduction })
  }
}

const BCE = signature('BCELoss', 'weight: Tensor = None', SIZE_AVERAGE, REDUCE, REDUCTION)
const FORWARD_BCE = signature('BCELoss.forward', 'input: Tensor', 'target: Tensor')

/**
 * Binary cross-entropy on probabilities, such as the output of a sigmoid; {@link BCEWithLogitsLoss} takes
 * logits and is accurate at any logit. Source: torch.nn.BCELoss.
 *
 * @throws TypeError for arguments of another type; ValueError if `reduction` is none of the three
 * @example new torch.nn.BCELoss().forward(torch.sigmoid(logits), targets)
 */
export class BCELoss extends WeightedLoss {
  constructor(
    weight?: Tensor | null | WeightedLossOptions,
    size_average?: null | LossOptions,
    reduce?: null,
    reduction?: Reduction,
  )
  constructor(...args: unknown[]) {
    const [weight, , , reduction] = BCE.read(args)
    super(weight, reduction)
  }

  /** Probabilities and targets from 0 to 1, of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input, target] = FORWARD_BCE.read(args)
    return binary_cross_entropy(input, target, { weight: this.weight, reduction: this.reduction })
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
