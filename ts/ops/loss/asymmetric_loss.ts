/** The asymmetric loss of multi-label classification. */

import * as calls from '#kernels/calls'
import { checkNumber } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkSameSize, defineElementwiseLoss, elementwiseLoss } from './elementwise_loss.js'
import { ignoredBy } from './label_options.js'
import { checkReduction, type Reduction } from './reduction.js'
import { checkGamma } from './sigmoid_focal_loss.js'

/** Options of the asymmetric loss. */
export interface AsymmetricOptions {
  /** Focusing exponent γ₋ of negative labels, at least 0; 4 by default. */
  gamma_neg?: number
  /** Focusing exponent γ₊ of positive labels, at least 0; 1 by default. */
  gamma_pos?: number
  /** The margin m, from 0 to below 1, by which probabilities of negative labels shift; null as 0. 0.05 by default. */
  clip?: number | null
  /** 'sum' over all elements, by default, 'mean' of them, or 'none': one loss for each. */
  reduction?: Reduction
  /** Targets with this value, such as -1 or NaN, are missing: they cost nothing, and 'mean' is over the others. */
  ignore_index?: number | null
}

const record = defineElementwiseLoss<'gamma_neg' | 'gamma_pos' | 'clip'>(
  'asymmetric_loss',
  calls.asymmetric_loss,
  'linear',
)

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
  {
    gamma_neg = 4,
    gamma_pos = 1,
    clip = 0.05,
    reduction = 'sum',
    ignore_index = null,
  }: AsymmetricOptions = {},
): Tensor {
  const op = 'asymmetric_loss'
  checkSameSize(op, input, target)
  checkReduction(op, reduction)
  checkGamma(op, 'gamma_neg', gamma_neg)
  checkGamma(op, 'gamma_pos', gamma_pos)
  checkClip(op, clip)
  return elementwiseLoss(record, input, target, {
    reduction,
    ignored: ignoredBy(op, ignore_index),
    parameters: { gamma_neg, gamma_pos, clip: clip ?? 0 },
  })
}

/** Throws unless `clip` is null, or a margin that leaves probabilities above it. */
export function checkClip(op: string, clip: unknown): void {
  if (clip === null) return
  checkNumber(op, 'clip', clip)
  if (!(clip >= 0 && clip < 1)) {
    throw new ValueError(`${op}: clip must be at least 0 and less than 1, or null, but got ${clip}`)
  }
}
