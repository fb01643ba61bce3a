/** The focal loss of binary labels. */

import * as calls from '#kernels/calls'
import { checkNumber } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkSameSize, defineElementwiseLoss, elementwiseLoss } from './elementwise_loss.js'
import { refuseGradient } from './fused_loss.js'
import { ignoredBy } from './label_options.js'
import { checkReduction, type Reduction } from './reduction.js'

/** Options of the focal loss. */
export interface FocalOptions {
  /** Weight of positive labels, from 0 to 1; negative ones have 1 - alpha. -1 for none. 0.25 by default. */
  alpha?: number
  /** Focusing exponent: how strongly easy examples are down-weighted, at least 0; 2 by default. */
  gamma?: number
  /** 'mean' over all elements, 'sum' of them, or 'none': one loss for each. */
  reduction?: Reduction
  /** Targets with this value, such as -1 or NaN, are missing: they cost nothing, and 'mean' is over the others. */
  ignore_index?: number | null
}

const record = defineElementwiseLoss<'alpha' | 'gamma'>('sigmoid_focal_loss', calls.sigmoid_focal_loss, null)

/**
 * The focal loss on raw logits: `α_t (1 - p_t)^γ` times the binary cross-entropy, where p_t is the
 * probability of the right answer. Accurate at any logit, also infinite ones, and for a
 * tiny 1 - p_t. No gradient flows to the target.
 *
 * Source: torchvision.ops.sigmoid_focal_loss (Lin et al. 2017), with its defaults, so the reduction is 'none'.
 *
 * @param input logits of any shape
 * @param target 0/1 or soft, of the same shape; float32, uint8, int32 or bool
 * @throws ValueError if the shapes differ, or alpha or gamma is out of range
 * @example sigmoid_focal_loss(logits, targets, { gamma: 2, reduction: 'sum' })
 */
export function sigmoid_focal_loss(
  input: Tensor,
  target: Tensor,
  { alpha = 0.25, gamma = 2, reduction = 'none', ignore_index = null }: FocalOptions = {},
): Tensor {
  const op = 'sigmoid_focal_loss'
  checkSameSize(op, input, target)
  refuseGradient(op, 'target', target)
  checkReduction(op, reduction)
  checkAlpha(op, alpha)
  checkGamma(op, 'gamma', gamma)
  const ignored = ignoredBy(op, ignore_index)
  return elementwiseLoss(record, input, target, { reduction, ignored, parameters: { alpha, gamma } })
}

/** Throws torchvision's error unless `alpha` is a weight, or -1. */
export function checkAlpha(op: string, alpha: unknown): void {
  checkNumber(op, 'alpha', alpha)
  if ((alpha >= 0 && alpha <= 1) || alpha === -1) return
  throw new ValueError(
    `Invalid alpha value: ${alpha}. alpha must be in the range [0,1] or -1 for ignore. (${op})`,
  )
}

/** Throws unless a focusing exponent is a finite non-negative number. */
export function checkGamma(op: string, argument: string, gamma: unknown): void {
  checkNumber(op, argument, gamma)
  if (gamma >= 0 && gamma < Number.POSITIVE_INFINITY) return
  throw new ValueError(`${op}: ${argument} must be a finite number of at least 0, but got ${gamma}`)
}
