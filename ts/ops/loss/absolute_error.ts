/** The absolute error, and those that are quadratic near 0. */

import * as calls from '#kernels/calls'
import { checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { broadcastShapes, sameShape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { div, mul, sub } from '../elementwise/binary.js'
import { abs } from '../elementwise/math.js'
import { sum } from '../reduce/reduce.js'
import { expand } from '../shape/expand.js'
import { defineElementwiseLoss, elementwiseLoss } from './elementwise_loss.js'
import { reduced } from './reduced.js'
import { checkReduction, type Reduction } from './reduction.js'

/** `slope (|d| - bound / 2)` beyond `bound`, and the parabola that meets it there within. */
const record = defineElementwiseLoss<'bound' | 'slope'>('smooth_l1_loss', calls.smooth_l1_loss, 'opposite')

/** `|x - y|`; a weight has the shape of the input, and the mean divides by its sum. */
export function l1_loss(input: Tensor, target: Tensor, reduction: Reduction, weight: Tensor | null): Tensor {
  return absoluteError('l1_loss', input, target, reduction, weight, 0, 1)
}

/** `(x - y)² / (2 beta)` where `|x - y| < beta`, else `|x - y| - beta / 2`. */
export function smooth_l1_loss(input: Tensor, target: Tensor, reduction: Reduction, beta: number): Tensor {
  checkNumber('smooth_l1_loss', 'beta', beta)
  if (!(beta >= 0)) {
    throw new RuntimeError(`smooth_l1_loss does not support negative values for beta. Got: ${beta}`)
  }
  return absoluteError('smooth_l1_loss', input, target, reduction, null, beta, 1)
}

/** `(x - y)² / 2` where `|x - y| <= delta`, else `delta (|x - y| - delta / 2)`. The mean of weighted losses is a plain one, as in torch. */
export function huber_loss(
  input: Tensor,
  target: Tensor,
  reduction: Reduction,
  delta: number,
  weight: Tensor | null,
): Tensor {
  checkNumber('huber_loss', 'delta', delta)
  if (!(delta > 0)) {
    throw new RuntimeError(`huber_loss does not support non-positive values for delta. Got: ${delta}`)
  }
  return absoluteError('huber_loss', input, target, reduction, weight, delta, delta)
}

function absoluteError(
  op: string,
  input: Tensor,
  target: Tensor,
  reduction: Reduction,
  weight: Tensor | null,
  bound: number,
  slope: number,
): Tensor {
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  const shape = broadcastShapes(op, input.shape, target.shape, ['input', 'target'])
  const isFloat = input.dtype === 'float32' || target.dtype === 'float32'
  if (op === 'l1_loss' && !isFloat && weight === null) return reduced(abs(sub(input, target)), reduction)

  const x = expand(isFloat ? to(input, 'float32') : input, shape)
  const loss = (how: Reduction) =>
    elementwiseLoss(record, x, expand(target, shape), { reduction: how, parameters: { bound, slope } })
  if (weight === null) return loss(reduction)
  checkTensor(op, 'weight', weight)
  if (!sameShape(weight.shape, input.shape)) {
    throw new ValueError('Weights and input must have the same size.')
  }
  const losses = mul(loss('none'), weight)
  if (reduction !== 'mean' || op === 'huber_loss') return reduced(losses, reduction)
  return div(sum(losses), sum(weight))
}
