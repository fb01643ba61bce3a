/** Losses of distributions, composed of operations. */

import { checkNumber, describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { full } from '../../tensor/create.js'
import { sameShape } from '../../tensor/shape.js'
import { checkTensor, Tensor } from '../../tensor/tensor.js'
import { add, div, le, mul, ne, sub } from '../elementwise/binary.js'
import { clamp, exp, log, pow } from '../elementwise/math.js'
import { masked_fill, where } from '../elementwise/where.js'
import { amin } from '../reduce/extreme.js'
import { sum } from '../reduce/reduce.js'
import { unsqueeze } from '../shape/view.js'
import { reduced } from './reduced.js'
import { checkReduction, type Reduction } from './reduction.js'

/** `y (log y - x)`, 0 for y = 0; with `log_target`, `exp(y) (y - x)`. */
export function kl_div(
  input: Tensor,
  target: Tensor,
  reduction: Reduction | 'batchmean',
  log_target: boolean,
): Tensor {
  const op = 'kl_div'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  if (reduction !== 'batchmean') checkReduction(op, reduction)
  const logarithm = log_target ? target : log(where(ne(target, 0), target, 1))
  const losses = mul(log_target ? exp(target) : target, sub(logarithm, input))
  if (reduction !== 'batchmean') return reduced(losses, reduction)
  const total = sum(losses)
  return input.dim() === 0 ? total : div(total, input.shape[0])
}

/** `exp(x) - y x`, or `x - y log(x + eps)` where the input is not a logarithm; `full` adds Stirling's approximation of `log y!`. */
export function poisson_nll_loss(
  input: Tensor,
  target: Tensor,
  {
    log_input,
    full,
    eps,
    reduction,
  }: { log_input: boolean; full: boolean; eps: number; reduction: Reduction },
): Tensor {
  const op = 'poisson_nll_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  const losses = log_input
    ? sub(exp(input), mul(target, input))
    : sub(input, mul(target, log(add(input, eps))))
  if (!full) return reduced(losses, reduction)
  const stirling = add(sub(mul(target, log(target)), target), mul(log(mul(target, 2 * Math.PI)), 0.5))
  return reduced(add(losses, masked_fill(stirling, le(target, 1), 0)), reduction)
}

/** `(log v + (x - y)² / v) / 2` with the variance v, at least `eps`; `full` adds `log(2π) / 2`. */
export function gaussian_nll_loss(
  input: Tensor,
  target: Tensor,
  given: Tensor | number,
  { full: isFull, eps, reduction }: { full: boolean; eps: number; reduction: Reduction },
): Tensor {
  const op = 'gaussian_nll_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  if (!(given instanceof Tensor)) checkNumber(op, 'var', given)
  const variance = varianceFor(input, given)
  if (variance.numel() > 0 && amin(variance.detach()).item() < 0) {
    throw new ValueError('var has negative entry/entries')
  }
  // The bound is no part of the graph: gradients flow to small variances too.
  const values = variance.detach()
  const bounded = add(variance, sub(clamp(values, { min: eps }), values))
  const losses = mul(add(log(bounded), div(pow(sub(input, target), 2), bounded)), 0.5)
  return reduced(isFull ? add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, reduction)
}

/** The variance with a last dimension: of the input's shape, without its last dimension, or with one size 1. */
function varianceFor({ shape }: Tensor, given: Tensor | number): Tensor {
  if (!(given instanceof Tensor)) return full(shape, given)
  if (sameShape(given.shape, shape)) return given
  if (sameShape(given.shape, shape.slice(0, -1))) return unsqueeze(given, -1)
  // One of them is.
  const repeated = given.shape.reduce((total, n, i) => (n === shape[i] ? total : total + n), 0)
  if (given.dim() === shape.length && repeated === 1) return given
  throw new ValueError(`var is of incorrect size (gaussian_nll_loss: ${describe(given)})`)
}
