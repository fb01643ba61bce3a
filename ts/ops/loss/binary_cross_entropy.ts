/** Binary cross-entropy of logits and of probabilities. */

import * as calls from '#kernels/calls'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { to } from '../../tensor/convert.js'
import { formatSize } from '../../tensor/format.js'
import { checkFloat } from '../../tensor/promotion.js'
import { sameShape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { checkSameSize, defineElementwiseLoss, elementwiseLoss, weightFor } from './elementwise_loss.js'
import { ignoredBy, NONE_IGNORED } from './label_options.js'
import { checkReduction, type Reduction } from './reduction.js'

/** Options of the binary cross-entropy. */
export interface BinaryCrossEntropyOptions {
  /** Multiplies the losses; broadcast to the shape of the input. */
  weight?: Tensor | null
  /** 'mean' over all elements, by default, 'sum' of them, or 'none': one loss for each. */
  reduction?: Reduction
  /** Targets with this value, such as -1 or NaN, are missing: they cost nothing, and 'mean' is over the others. */
  ignore_index?: number | null
}

/** Options of the binary cross-entropy of logits. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** Weight of positive labels, usually one for each class; broadcast to the shape of the input. */
  pos_weight?: Tensor | null
}

const logitsRecord = defineElementwiseLoss(
  'binary_cross_entropy_with_logits',
  calls.binary_cross_entropy_with_logits,
  'linear',
)
const record = defineElementwiseLoss('binary_cross_entropy', calls.binary_cross_entropy, 'linear')

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
 * @example binary_cross_entropy_with_logits(torch.zeros([2, 3]), torch.ones([2, 3])).item() // 0.6931
 */
export function binary_cross_entropy_with_logits(
  input: Tensor,
  target: Tensor,
  {
    weight = null,
    pos_weight = null,
    reduction = 'mean',
    ignore_index = null,
  }: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const op = 'binary_cross_entropy_with_logits'
  checkSameSize(op, input, target)
  checkReduction(op, reduction)
  return elementwiseLoss(logitsRecord, input, target, {
    parameters: {},
    reduction,
    weight: weightFor(op, 'weight', weight, input.shape),
    pos_weight: weightFor(op, 'pos_weight', pos_weight, input.shape),
    ignored: ignoredBy(op, ignore_index),
  })
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
  { weight = null, reduction = 'mean', ignore_index = null }: BinaryCrossEntropyOptions = {},
): Tensor {
  const op = 'binary_cross_entropy'
  checkTensor(op, 'input', input)
  checkFloat(op, 'input', input.dtype)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  if (!sameShape(input.shape, target.shape)) {
    throw new ValueError(
      `Using a target size (${formatSize(target.shape)}) that is different to the input size (${formatSize(input.shape)}) is deprecated. Please ensure they have the same size.`,
    )
  }
  const ignored = ignoredBy(op, ignore_index)
  const weights = weightFor(op, 'weight', weight, input.shape)
  const labels = target.dtype === 'bool' ? target : to(target, 'float32')
  checkUnit('input', input, labels, ignored)
  if (labels.dtype === 'float32') checkUnit('target', labels, labels, ignored)
  return elementwiseLoss(record, input, labels, { reduction, weight: weights, ignored, parameters: {} })
}

/** Throws torch's error unless all of `x` whose labels are known are from 0 to 1. */
function checkUnit(argument: string, x: Tensor, labels: Tensor, ignored: number): void {
  const isWithin = launch(() => {
    const [values, length] = [dense(x).pointer(), x.numel()]
    if (ignored === NONE_IGNORED) return kernels.within_unit(values, length)
    const areBytes = labels.dtype !== 'float32'
    return kernels.known_labels_within_unit(values, dense(labels).pointer(), areBytes, ignored, length)
  })
  if (isWithin) return
  throw new RuntimeError(
    `all elements of ${argument} should be between 0 and 1 (binary_cross_entropy takes probabilities)`,
  )
}
