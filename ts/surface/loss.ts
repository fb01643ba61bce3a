/** Public functions of torch.nn.functional: losses. */
import { defineKind } from '../call/kinds.js'
import { signature } from '../call/signature.js'
import * as asymmetric from '../ops/loss/asymmetric_loss.js'
import * as binary from '../ops/loss/binary_cross_entropy.js'
import * as classes from '../ops/loss/cross_entropy.js'
import * as squared from '../ops/loss/mse_loss.js'
import * as margin from '../ops/loss/multilabel_margin_loss.js'
import * as labels from '../ops/loss/multilabel_soft_margin.js'
import type { Reduction } from '../ops/loss/reduction.js'
import * as focal from '../ops/loss/sigmoid_focal_loss.js'
import type { Tensor } from '../tensor/tensor.js'
import { IGNORE_INDEX } from './loss_parts.js'

declare module '../call/kinds.js' {
  interface Kinds {
    /** A string. Its value is checked with the operands. */
    reduction: Reduction
    PositiveLabels: labels.PositiveLabels
  }
}

defineKind('reduction', 'a string', (value) => typeof value === 'string')
// Not named in errors: most targets are dense.
defineKind('PositiveLabels', '', labels.isPositives)

/** torch's deprecated parameters, which keep the order of the following ones. */
const OLD = ['size_average: None = None', 'reduce: None = None'] as const
const REDUCTION = "reduction: reduction = 'mean'"
const OPERANDS = ['input: Tensor', 'target: Tensor'] as const
const WEIGHTED = [...OPERANDS, 'weight: Tensor = None', ...OLD, REDUCTION] as const

const BCE = signature('binary_cross_entropy', ...WEIGHTED, ...IGNORE_INDEX)
const LOGITS = signature(
  'binary_cross_entropy_with_logits',
  ...WEIGHTED,
  'pos_weight: Tensor = None',
  ...IGNORE_INDEX,
)
const MARGIN = signature('multilabel_margin_loss', ...OPERANDS, ...OLD, REDUCTION)
const MSE = signature('mse_loss', ...OPERANDS, ...OLD, REDUCTION, 'weight: Tensor = None')
const SOFT_MARGIN = signature(
  'multilabel_soft_margin_loss',
  'input: Tensor',
  'target: Tensor|PositiveLabels',
  'weight: Tensor = None',
  ...OLD,
  REDUCTION,
  ...IGNORE_INDEX,
  'pos_weight: Tensor = None',
  'label_smoothing: number = 0',
)
const CROSS_ENTROPY = signature(
  'cross_entropy',
  ...OPERANDS,
  'weight: Tensor = None',
  'size_average: None = None',
  'ignore_index: number = -100',
  'reduce: None = None',
  REDUCTION,
  'label_smoothing: number = 0',
)
const FOCAL = signature(
  'sigmoid_focal_loss',
  'inputs: Tensor',
  'targets: Tensor',
  'alpha: number = 0.25',
  'gamma: number = 2',
  "reduction: reduction = 'none'",
  ...IGNORE_INDEX,
)
const ASYMMETRIC = signature(
  'asymmetric_loss',
  ...OPERANDS,
  'gamma_neg: number = 4',
  'gamma_pos: number = 1',
  'clip: number|None = 0.05',
  "reduction: reduction = 'sum'",
  ...IGNORE_INDEX,
)

/** Keywords of a loss without a weight. */
export interface ReductionOptions {
  /** 'mean' by default, 'sum', or 'none' for unreduced losses. */
  reduction?: Reduction
}

/** Keywords of a loss of labels, of which some may be missing. */
export interface KnownLabelsOptions extends ReductionOptions {
  /** Targets with this value, such as -1 or NaN, are missing: they cost nothing, and 'mean' is over the others. */
  ignore_index?: number | null
}

/** Keywords of a loss with a weight. */
export interface WeightOptions extends ReductionOptions {
  weight?: Tensor | null
}

/**
 * Binary cross-entropy on probabilities: `-w (y log x + (1 - y) log(1 - x))`, with logarithms clamped at
 * -100 and a finite gradient, as in torch. For logits,
 * {@link binary_cross_entropy_with_logits} is faster, and accurate at any logit.
 *
 * Gradients flow to input and target. Source: torch.nn.functional.binary_cross_entropy.
 *
 * @param input probabilities of any shape
 * @param target from 0 to 1, of the same shape; float32, uint8, int32 or bool
 * @throws ValueError if the shapes differ, RuntimeError if an element is outside of [0, 1]
 * @example binary_cross_entropy(torch.tensor([0.5]), torch.tensor([1])).item() // 0.6931
 */
export function binary_cross_entropy(
  input: Tensor,
  target: Tensor,
  weight?: Tensor | binary.BinaryCrossEntropyOptions | null,
  size_average?: KnownLabelsOptions | null,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function binary_cross_entropy(...args: unknown[]): Tensor {
  const [input, target, weight, , , reduction, ignore_index] = BCE.read(args)
  return binary.binary_cross_entropy(input, target, { weight, reduction, ignore_index })
}

/**
 * Binary cross-entropy on raw logits, with the sigmoid inside:
 * `-w (p y log σ(x) + (1 - y) log σ(-x))` with weight w and pos_weight p.
 *
 * Accurate at any logit: an infinite one that agrees with its label has loss 0 (NaN in torch).
 * Gradients flow to input and target. Source: torch.nn.functional.binary_cross_entropy_with_logits.
 *
 * @param input logits of any shape
 * @param target 0/1 or soft, of the same shape; float32, uint8, int32 or bool
 * @throws ValueError if the shapes differ, RuntimeError if a weight does not broadcast to them or requires grad
 * @example binary_cross_entropy_with_logits(torch.zeros(2, 3), torch.ones(2, 3)).item() // 0.6931
 */
export function binary_cross_entropy_with_logits(
  input: Tensor,
  target: Tensor,
  weight?: Tensor | binary.BinaryCrossEntropyWithLogitsOptions | null,
  size_average?: Omit<binary.BinaryCrossEntropyWithLogitsOptions, 'weight'> | null,
  reduce?: null,
  reduction?: Reduction,
  pos_weight?: Tensor | null | Pick<KnownLabelsOptions, 'ignore_index'>,
): Tensor
export function binary_cross_entropy_with_logits(...args: unknown[]): Tensor {
  const [input, target, weight, , , reduction, pos_weight, ignore_index] = LOGITS.read(args)
  const options = { weight, pos_weight, reduction, ignore_index }
  return binary.binary_cross_entropy_with_logits(input, target, options)
}

/**
 * Cross-entropy of the softmax over mutually exclusive classes: `w_t (log Σ exp(x) - x_t)` for
 * class t with weight w_t. 'mean' divides by the sum of the weights w_t, or by the number of rows for
 * probabilities as target. Accurate for confident rows, where torch's float32 gives 0.
 *
 * Gradients flow to the input, and for probabilities also to target and weight.
 * Source: torch.nn.functional.cross_entropy.
 *
 * @param input logits [C], [N, C] or [N, C, d1, ...]
 * @param target the class of each row, of the shape of `input` without C: int32, uint8, or integers
 * as float32; or probabilities of the classes, float32 of the shape of `input`
 * @returns a 0-d tensor, or the shape of `input` without C with reduction 'none'
 * @throws ValueError or RuntimeError if shapes do not match, IndexError if a target is out of bounds
 * @example cross_entropy(torch.tensor([[0, 2, 1]]), torch.tensor([1])).item() // 0.4076
 */
export function cross_entropy(
  input: Tensor,
  target: Tensor,
  weight?: Tensor | classes.CrossEntropyOptions | null,
  size_average?: Omit<classes.CrossEntropyOptions, 'weight'> | null,
  ignore_index?: number,
  reduce?: null,
  reduction?: Reduction,
  label_smoothing?: number,
): Tensor
export function cross_entropy(...args: unknown[]): Tensor {
  const [input, target, weight, , ignore_index, , reduction, label_smoothing] = CROSS_ENTROPY.read(args)
  return classes.cross_entropy(input, target, { weight, ignore_index, reduction, label_smoothing })
}

/**
 * The squared error `(x - y)²`. Gradients flow to input and target.
 * Source: torch.nn.functional.mse_loss.
 *
 * @param target float32, uint8, int32 or bool; broadcast with `input`, which is rarely intended (torch warns)
 * @param options `weight` of the shape of `input`, for which the mean divides by the sum of the weights;
 * `reduction` 'mean' by default
 * @example mse_loss(torch.tensor([1, 2]), torch.tensor([1, 4])).item() // 2
 */
export function mse_loss(input: Tensor, target: Tensor, options?: WeightOptions): Tensor
export function mse_loss(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction | WeightOptions,
  weight?: Tensor | null,
): Tensor
export function mse_loss(...args: unknown[]): Tensor {
  const [input, target, , , reduction, weight] = MSE.read(args)
  return squared.mse_loss(input, target, { weight, reduction })
}

/**
 * The hinge loss between every label of a row and every other class:
 * `Σ max(0, 1 - (x[label] - x[other])) / C`, then reduced over the rows.
 *
 * Source: torch.nn.functional.multilabel_margin_loss.
 *
 * @param input logits [N, C] or [C]
 * @param target the class indices of each row, before its first -1; of the shape of
 * `input`, int32, uint8, or integers as float32
 * @param options `reduction` 'mean' by default
 * @returns a 0-d tensor, or [N] with reduction 'none'
 * @throws RuntimeError if the shapes do not match or a target is out of range
 * @example
 * const target = torch.tensor([[3, 0, -1, 1]]) // classes 3 and 0
 * multilabel_margin_loss(torch.tensor([[0.1, 0.2, 0.4, 0.8]]), target).item() // 0.85
 */
export function multilabel_margin_loss(input: Tensor, target: Tensor, options?: ReductionOptions): Tensor
export function multilabel_margin_loss(
  input: Tensor,
  target: Tensor,
  size_average: null,
  reduce?: null,
  reduction?: Reduction,
): Tensor
export function multilabel_margin_loss(...args: unknown[]): Tensor {
  const [input, target, , , reduction] = MARGIN.read(args)
  return margin.multilabel_margin_loss(input, target, { reduction })
}

/**
 * Binary cross-entropy on raw logits, with the sigmoid inside, averaged over the classes (the last
 * dimension): `-mean_c w_c (p_c y log σ(x) + (1 - y) log σ(-x))` with weight w and pos_weight p, then reduced over the rows.
 *
 * Accurate at any logit: an infinite one that agrees with its label has loss 0 (NaN in torch).
 * `pos_weight`, `label_smoothing` (a label y becomes `y (1 - ε) + ε / 2`) and `ignore_index` are keywords that torch does not have:
 * {@link labels.MultiLabelSoftMarginOptions}. With `ignore_index`, a row's loss is the mean over its known labels, and 'mean' is over
 * the rows that have any; it is 0 if none has. Gradients of missing labels are 0 at any logit, NaN too.
 * Source: torch.nn.functional.multilabel_soft_margin_loss.
 *
 * @param input logits [..., C]
 * @param target 0/1 or soft, float32, uint8, int32 or bool, broadcast to the shape of `input`; or
 *   {@link labels.PositiveLabels} for a 2-D `input`, which give the same bits as dense targets
 * @param weight broadcast likewise, usually [C], as is `pos_weight`
 * @throws RuntimeError if shapes do not broadcast or `label_smoothing` is outside of [0, 1]; ValueError for an infinite `ignore_index`
 * @returns a 0-d tensor, or shape [...] with reduction 'none'
 * @example multilabel_soft_margin_loss(torch.zeros(2, 3), torch.ones(2, 3)).item() // 0.6931
 */
export function multilabel_soft_margin_loss(
  input: Tensor,
  target: Tensor | labels.PositiveLabels,
  weight?: Tensor | labels.MultiLabelSoftMarginOptions | null,
  size_average?: Omit<labels.MultiLabelSoftMarginOptions, 'weight'> | null,
  reduce?: null,
  reduction?: Reduction | Omit<labels.MultiLabelSoftMarginOptions, 'weight' | 'reduction'>,
): Tensor
export function multilabel_soft_margin_loss(...args: unknown[]): Tensor {
  const [input, target, weight, , , reduction, ignore_index, pos_weight, label_smoothing] =
    SOFT_MARGIN.read(args)
  const options = { weight, reduction, pos_weight, label_smoothing, ignore_index }
  return labels.multilabel_soft_margin_loss(input, target, options)
}

/**
 * The focal loss on raw logits: `α_t (1 - p_t)^γ` times the binary cross-entropy, where p_t is the
 * probability of the right answer. Accurate at any logit, also infinite ones, and for a
 * tiny 1 - p_t. No gradient flows to the targets.
 *
 * Source: torchvision.ops.sigmoid_focal_loss (Lin et al. 2017), with its defaults, so the reduction is 'none'.
 *
 * @param inputs logits of any shape
 * @param targets 0/1 or soft, of the same shape; float32, uint8, int32 or bool
 * @throws ValueError if the shapes differ, or alpha or gamma is out of range
 * @example sigmoid_focal_loss(logits, targets, { gamma: 2, reduction: 'sum' })
 */
export function sigmoid_focal_loss(
  inputs: Tensor,
  targets: Tensor,
  alpha?: number | focal.FocalOptions,
  gamma?: number | Omit<focal.FocalOptions, 'alpha'>,
  reduction?: Reduction | KnownLabelsOptions,
): Tensor
export function sigmoid_focal_loss(...args: unknown[]): Tensor {
  const [inputs, targets, alpha, gamma, reduction, ignore_index] = FOCAL.read(args)
  return focal.sigmoid_focal_loss(inputs, targets, { alpha, gamma, reduction, ignore_index })
}

/**
 * The asymmetric loss (ASL) on raw logits: with p = σ(x) and p_m = max(p - clip, 0),
 * `-y (1 - p)^γ₊ log p - (1 - y) p_m^γ₋ log(1 - p_m)`. Easy negatives, the majority in multi-label data,
 * count less than positives, and not at all below the margin.
 *
 * Computed from logits, so it is finite at any finite logit and keeps its gradient. The authors' code clamps
 * logarithms at log(1e-8), which leaves the worst mistakes without a gradient.
 * As in the paper's formula, gradients also flow through the focusing weights, and to input and
 * target. A soft target mixes both terms.
 *
 * The paper defines the loss of one label and sums over the labels. The authors' code also sums over the
 * batch, and their learning rates match that, so 'sum' is the default. 'mean'
 * divides by the number of all elements, like BCEWithLogitsLoss, and so does not depend on the number of rows
 * or classes. Source: Ridnik et al., "Asymmetric Loss For Multi-Label Classification", ICCV 2021.
 *
 * @param input logits of any shape
 * @param target 0/1 or soft, of the same shape; float32, uint8, int32 or bool
 * @throws ValueError if the shapes differ, or an option is out of range
 * @example asymmetric_loss(logits, targets, { gamma_neg: 4, gamma_pos: 0, clip: 0.05, reduction: 'mean' })
 */
export function asymmetric_loss(
  input: Tensor,
  target: Tensor,
  gamma_neg?: number | asymmetric.AsymmetricOptions,
  gamma_pos?: number | Omit<asymmetric.AsymmetricOptions, 'gamma_neg'>,
  clip?: number | Omit<asymmetric.AsymmetricOptions, 'gamma_neg' | 'gamma_pos'> | null,
  reduction?: Reduction | KnownLabelsOptions,
): Tensor
export function asymmetric_loss(...args: unknown[]): Tensor {
  const [input, target, gamma_neg, gamma_pos, clip, reduction, ignore_index] = ASYMMETRIC.read(args)
  const options = { gamma_neg, gamma_pos, clip, reduction, ignore_index }
  return asymmetric.asymmetric_loss(input, target, options)
}
