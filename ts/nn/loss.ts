import { type AsymmetricOptions, asymmetric_loss, checkClip } from '../ops/asymmetric_loss.js'
import {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binary_cross_entropy,
  binary_cross_entropy_with_logits,
} from '../ops/binary_cross_entropy.js'
import {
  type CrossEntropyOptions,
  checkIgnoreIndex,
  checkLabelSmoothing,
  cross_entropy,
} from '../ops/cross_entropy.js'
import { mse_loss } from '../ops/mse_loss.js'
import { multilabel_margin_loss } from '../ops/multilabel_margin_loss.js'
import { multilabel_soft_margin_loss, type PositiveLabels } from '../ops/multilabel_soft_margin.js'
import { checkAlpha, checkGamma, type FocalOptions, sigmoid_focal_loss } from '../ops/sigmoid_focal_loss.js'
import { checkReduction, type Reduction } from '../reduction.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/** What all losses have: a reduction. */
abstract class Loss extends Module {
  /** 'mean' or 'sum' of the losses, or 'none': each of them. */
  readonly reduction: Reduction

  constructor(reduction: Reduction) {
    super()
    checkReduction(new.target.name, reduction)
    this.reduction = reduction
  }
}

/** A loss with a weight. */
abstract class WeightedLoss extends Loss {
  /** Weights, usually one for each class, or null. A buffer. */
  declare readonly weight: Tensor | null

  constructor(weight: Tensor | null, reduction: Reduction) {
    super(reduction)
    if (weight !== null) checkTensor(new.target.name, 'weight', weight)
    this.register_buffer('weight', weight)
  }
}

/**
 * Multi-label classification: binary cross-entropy on raw logits with the sigmoid inside, averaged
 * over the classes. Loss and gradient are one pass. Source: torch.nn.MultiLabelSoftMarginLoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example
 * const loss_fn = new torch.nn.MultiLabelSoftMarginLoss({ weight: torch.tensor([1, 2, 3]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  constructor({ weight = null, reduction = 'mean' }: { weight?: Tensor | null; reduction?: Reduction } = {}) {
    super(weight, reduction)
  }

  /** Logits [..., C] and targets broadcast to it, or the list of positive labels -> 0-d, or [...] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor | PositiveLabels): Tensor {
    return multilabel_soft_margin_loss(input, target, { weight: this.weight, reduction: this.reduction })
  }
}

/**
 * Binary cross-entropy on raw logits, the sigmoid inside; `pos_weight` above 1 trades precision for
 * recall. Source: torch.nn.BCEWithLogitsLoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example
 * const loss_fn = new torch.nn.BCEWithLogitsLoss({ pos_weight: torch.tensor([1, 5, 20]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class BCEWithLogitsLoss extends WeightedLoss {
  /** Weights of positive labels, usually one for each class, or null. A buffer. */
  declare readonly pos_weight: Tensor | null

  constructor({
    weight = null,
    pos_weight = null,
    reduction = 'mean',
  }: BinaryCrossEntropyWithLogitsOptions = {}) {
    super(weight, reduction)
    if (pos_weight !== null) checkTensor('BCEWithLogitsLoss', 'pos_weight', pos_weight)
    this.register_buffer('pos_weight', pos_weight)
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight, reduction } = this
    return binary_cross_entropy_with_logits(input, target, { weight, pos_weight, reduction })
  }
}

/**
 * Binary cross-entropy on probabilities, such as a sigmoid gives; {@link BCEWithLogitsLoss} takes
 * the logits and is right at any of them. Source: torch.nn.BCELoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example new torch.nn.BCELoss().forward(torch.sigmoid(logits), targets)
 */
export class BCELoss extends WeightedLoss {
  constructor({ weight = null, reduction = 'mean' }: BinaryCrossEntropyOptions = {}) {
    super(weight, reduction)
  }

  /** Probabilities and targets from 0 to 1, of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    return binary_cross_entropy(input, target, { weight: this.weight, reduction: this.reduction })
  }
}

/**
 * The hinge between every label that a row has and every class that it has not.
 * Source: torch.nn.MultiLabelMarginLoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example
 * const labels = torch.tensor([[3, 0, -1, -1]]) // classes 3 and 0
 * new torch.nn.MultiLabelMarginLoss().forward(torch.randn([1, 4]), labels)
 */
export class MultiLabelMarginLoss extends Loss {
  constructor({ reduction = 'mean' }: { reduction?: Reduction } = {}) {
    super(reduction)
  }

  /** Logits [N, C] or [C] and class numbers of that shape, -1 after the last -> 0-d, or [N] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabel_margin_loss(input, target, { reduction: this.reduction })
  }
}

/**
 * Cross-entropy of classes of which one is right, the softmax inside. Source: torch.nn.CrossEntropyLoss.
 *
 * @throws ValueError if `reduction` is none of the three, RuntimeError if `label_smoothing` is outside of [0, 1]
 * @example
 * const loss_fn = new torch.nn.CrossEntropyLoss({ label_smoothing: 0.1 })
 * const loss = loss_fn.forward(logits, torch.tensor([2, 0])) // logits [2, C]; loss 0-d
 */
export class CrossEntropyLoss extends WeightedLoss {
  readonly ignore_index: number
  readonly label_smoothing: number

  constructor({
    weight = null,
    ignore_index = -100,
    reduction = 'mean',
    label_smoothing = 0,
  }: CrossEntropyOptions = {}) {
    super(weight, reduction)
    checkIgnoreIndex('CrossEntropyLoss', ignore_index)
    checkLabelSmoothing('CrossEntropyLoss', label_smoothing)
    this.ignore_index = ignore_index
    this.label_smoothing = label_smoothing
  }

  /** Logits [C], [N, C] or [N, C, ...] and class numbers, or probabilities of that shape -> 0-d, or one for each row. */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignore_index, reduction, label_smoothing } = this
    return cross_entropy(input, target, { weight, ignore_index, reduction, label_smoothing })
  }
}

/**
 * The mean squared error. Source: torch.nn.MSELoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example new torch.nn.MSELoss().forward(predictions, values)
 */
export class MSELoss extends Loss {
  constructor({ reduction = 'mean' }: { reduction?: Reduction } = {}) {
    super(reduction)
  }

  /** Two tensors, broadcast -> 0-d, or their shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    return mse_loss(input, target, { reduction: this.reduction })
  }
}

/**
 * The focal loss on raw logits, for labels of which most are easy. Unlike the function
 * `sigmoid_focal_loss`, whose default reduction is torchvision's 'none', this one takes the mean, as
 * losses of torch.nn do. Source: torchvision.ops.sigmoid_focal_loss.
 *
 * @throws ValueError if `reduction` is none of the three, or alpha or gamma is out of range
 * @example new torch.nn.SigmoidFocalLoss({ alpha: 0.25, gamma: 2 }).forward(logits, targets)
 */
export class SigmoidFocalLoss extends Loss {
  readonly alpha: number
  readonly gamma: number

  constructor({ alpha = 0.25, gamma = 2, reduction = 'mean' }: FocalOptions = {}) {
    super(reduction)
    checkAlpha('SigmoidFocalLoss', alpha)
    checkGamma('SigmoidFocalLoss', 'gamma', gamma)
    this.alpha = alpha
    this.gamma = gamma
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { alpha, gamma, reduction } = this
    return sigmoid_focal_loss(input, target, { alpha, gamma, reduction })
  }
}

/**
 * The asymmetric loss (ASL) on raw logits, for multi-label data in which most labels are negative.
 * The default reduction is 'sum', as in the authors' code: see `asymmetric_loss`.
 * Source: Ridnik et al., "Asymmetric Loss For Multi-Label Classification", ICCV 2021.
 *
 * @throws ValueError if `reduction` is none of the three, or another option is out of range
 * @example
 * const loss_fn = new torch.nn.AsymmetricLoss({ gamma_neg: 4, gamma_pos: 1, clip: 0.05 })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, C]; loss 0-d
 */
export class AsymmetricLoss extends Loss {
  readonly gamma_neg: number
  readonly gamma_pos: number
  readonly clip: number | null

  constructor({ gamma_neg = 4, gamma_pos = 1, clip = 0.05, reduction = 'sum' }: AsymmetricOptions = {}) {
    super(reduction)
    checkGamma('AsymmetricLoss', 'gamma_neg', gamma_neg)
    checkGamma('AsymmetricLoss', 'gamma_pos', gamma_pos)
    checkClip('AsymmetricLoss', clip)
    this.gamma_neg = gamma_neg
    this.gamma_pos = gamma_pos
    this.clip = clip
  }

  /** Logits and targets of one shape -> 0-d, or that shape with reduction 'none'. */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { gamma_neg, gamma_pos, clip, reduction } = this
    return asymmetric_loss(input, target, { gamma_neg, gamma_pos, clip, reduction })
  }
}
