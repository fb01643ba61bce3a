/** The mean squared error. */

import * as calls from '#kernels/calls'
import { ValueError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { broadcastShapes, sameShape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { div, mul, sub } from '../elementwise/binary.js'
import { pow } from '../elementwise/math.js'
import { sum } from '../reduce/reduce.js'
import { expand } from '../shape/expand.js'
import { defineElementwiseLoss, elementwiseLoss } from './elementwise_loss.js'
import { checkReduction, type Reduction } from './reduction.js'

const record = defineElementwiseLoss('mse_loss', calls.mse_loss, 'opposite')

/**
 * The squared error `(x - y)²`. Gradients flow to input and target.
 * Source: torch.nn.functional.mse_loss.
 *
 * @param target float32, uint8, int32 or bool; broadcast with `input`, which is rarely intended (torch warns)
 * @param options `weight` of the shape of `input`, for which the mean divides by the sum of the weights;
 * `reduction` 'mean' by default
 * @example mse_loss(torch.tensor([1, 2]), torch.tensor([1, 4])).item() // 2
 */
export function mse_loss(
  input: Tensor,
  target: Tensor,
  { weight = null, reduction = 'mean' }: { weight?: Tensor | null; reduction?: Reduction } = {},
): Tensor {
  const op = 'mse_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  const shape = broadcastShapes(op, input.shape, target.shape, ['input', 'target'])
  const [x, y] = [expand(input, shape), expand(target, shape)]
  if (weight === null) return elementwiseLoss(record, x, y, { reduction, parameters: {} })

  checkTensor(op, 'weight', weight)
  if (!sameShape(weight.shape, input.shape)) {
    throw new ValueError('Weights and input must have the same size.')
  }
  const losses = mul(pow(sub(to(x, 'float32'), to(y, 'float32')), 2), to(weight, 'float32'))
  if (reduction === 'none') return losses
  return reduction === 'sum' ? sum(losses) : div(sum(losses), sum(weight))
}
