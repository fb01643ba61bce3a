/** The logistic loss of labels -1 and 1. */

import * as calls from '#kernels/calls'
import { broadcastShapes } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { expand } from '../shape/expand.js'
import { defineElementwiseLoss, elementwiseLoss } from './elementwise_loss.js'
import { refuseGradient } from './fused_loss.js'
import { ignoredBy } from './label_options.js'
import { checkReduction, type Reduction } from './reduction.js'

const record = defineElementwiseLoss('soft_margin_loss', calls.soft_margin_loss, null)

/** `log(1 + exp(-y x))`, which is accurate at any logit. */
export function soft_margin_loss(
  input: Tensor,
  target: Tensor,
  reduction: Reduction,
  ignore_index: number | null,
): Tensor {
  const op = 'soft_margin_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  refuseGradient(op, 'target', target)
  const shape = broadcastShapes(op, input.shape, target.shape, ['input', 'target'])
  const ignored = ignoredBy(op, ignore_index)
  const [x, y] = [expand(input, shape), expand(target, shape)]
  return elementwiseLoss(record, x, y, { reduction, ignored, parameters: {} })
}
