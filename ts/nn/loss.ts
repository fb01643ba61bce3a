import { multilabel_soft_margin_loss, type PositiveLabels } from '../ops/multilabel_soft_margin.js'
import { checkReduction, type Reduction } from '../reduction.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'

/**
 * Multi-label classification: binary cross-entropy on raw logits with the sigmoid inside, averaged
 * over the classes. Loss and gradient are one pass. Source: torch.nn.MultiLabelSoftMarginLoss.
 *
 * @throws ValueError if `reduction` is none of the three
 * @example
 * const loss_fn = new torch.nn.MultiLabelSoftMarginLoss({ weight: torch.tensor([1, 2, 3]) })
 * const loss = loss_fn.forward(logits, targets) // logits, targets [N, 3]; loss 0-d
 */
export class MultiLabelSoftMarginLoss extends Module {
  /** Weights of the classes, usually [C], or null. A buffer. */
  declare readonly weight: Tensor | null
  /** 'mean' or 'sum' over the rows, or 'none': one value a row. */
  readonly reduction: Reduction

  constructor({ weight = null, reduction = 'mean' }: { weight?: Tensor | null; reduction?: Reduction } = {}) {
    super()
    checkReduction('MultiLabelSoftMarginLoss', reduction)
    if (weight !== null) checkTensor('MultiLabelSoftMarginLoss', 'weight', weight)
    this.register_buffer('weight', weight)
    this.reduction = reduction
  }

  /** Logits [..., C] and targets broadcast to it, or the list of positive labels -> 0-d, or [...] with reduction 'none'. */
  override forward(input: Tensor, target: Tensor | PositiveLabels): Tensor {
    return multilabel_soft_margin_loss(input, target, { weight: this.weight, reduction: this.reduction })
  }
}
