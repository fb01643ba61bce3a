/** Losses of class indices: the negative log-likelihood, and the margin between classes. */

import * as calls from '#kernels/calls'
import { IndexError, RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat, to } from '../../tensor/convert.js'
import { formatShape, MAX_ELEMENTS, numelOf, sameShape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { reshape } from '../shape/view.js'
import { indexOutside, toIndices } from './class_indices.js'
import { checkIgnoreIndex, checkTargetShape, classesLast } from './cross_entropy.js'
import { defineFusedLoss, pointerOrNull, type Reduced, refuseGradient } from './fused_loss.js'
import { checkReduction, type Reduction, reductionCodes } from './reduction.js'

type Read = { target: Tensor; weight: Tensor | undefined }

/** The rows and classes of logits with the classes last. */
function dimsOf({ shape }: Tensor): { rows: number; classes: number } {
  // The number of rows without classes may exceed 32 bits.
  return { rows: Math.min(numelOf(shape.slice(0, -1)), MAX_ELEMENTS), classes: shape[shape.length - 1] }
}

/** Inputs have the classes last; an int32 index for each row, and perhaps a weight. */
const likelihood = defineFusedLoss<Reduced & { ignore_index: number }, Read>({
  name: 'nll_loss',
  shape: (input) => input.shape.slice(0, -1),
  reads: ([, target, weight]) => ({ target, weight }),
  run([input, target, weight], out, gradient, { ignore_index, reduction }) {
    calls.nll_loss(kernels, {
      x: input.pointer(),
      targets: target.pointer(),
      ignored: ignore_index,
      weight: pointerOrNull(weight ?? null),
      gradient: pointerOrNull(gradient),
      out: out.pointer(),
      ...dimsOf(input),
      reduction: reductionCodes[reduction],
    })
  },
})

const margins = defineFusedLoss<Reduced & { is_squared: boolean; margin: number }, Read & { input: Tensor }>({
  name: 'multi_margin_loss',
  shape: (input) => input.shape.slice(0, -1),
  reads: ([input, target, weight]) => ({ input, target, weight }),
  run([input, target, weight], out, gradient, { is_squared, margin, reduction }) {
    calls.multi_margin_loss(kernels, {
      logits: input.pointer(),
      targets: target.pointer(),
      is_squared,
      margin,
      weight: pointerOrNull(weight ?? null),
      gradient: pointerOrNull(gradient),
      out: out.pointer(),
      ...dimsOf(input),
      reduction: reductionCodes[reduction],
    })
  },
})

/** `-w_t x_t` for the class t of each row; 'mean' divides by the sum of the weights. */
export function nll_loss(
  input: Tensor,
  target: Tensor,
  { weight, ignore_index, reduction }: { weight: Tensor | null; ignore_index: number; reduction: Reduction },
): Tensor {
  const op = 'nll_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  checkIgnoreIndex(op, ignore_index)
  if (input.dim() === 0) throw new ValueError(`Expected 1 or more dimensions (got 0) (${op})`)
  const classes = input.shape[Math.min(input.dim() - 1, 1)]
  const weights = weightsOf(op, weight, classes)
  checkTargetShape(op, input, target)
  const indices = checkedIndices(op, target, classes, ignore_index)
  const logarithms = classesLast(onlyFloat(op, 'input', input))
  return apply(likelihood, [logarithms, indices, ...weights], { ignore_index, reduction })
}

/** `w_t Σ max(0, margin - x_t + x_j)^p / C` over the classes j other than t. */
export function multi_margin_loss(
  given: Tensor,
  target: Tensor,
  {
    p,
    margin,
    weight,
    reduction,
  }: { p: number; margin: number; weight: Tensor | null; reduction: Reduction },
): Tensor {
  const op = 'multi_margin_loss'
  checkTensor(op, 'input', given)
  const input = given.dim() === 0 ? reshape(given, [1]) : given
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  if (p !== 1 && p !== 2) throw new RuntimeError(`only p == 1 and p == 2 supported (${op}: p is ${p})`)
  const classes = input.shape[input.dim() - 1]
  if (input.dim() > 2 || classes === 0) {
    throw new RuntimeError(
      `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatShape(input.shape)} (${op})`,
    )
  }
  const rows = input.shape.slice(0, -1)
  const isOne = rows.length === 0 && target.numel() === 1 && target.dim() <= 1
  if (!isOne && !sameShape(target.shape, rows)) {
    throw new RuntimeError(
      `inconsistent target size, expected ${numelOf(rows)} but got ${formatShape(target.shape)} (${op})`,
    )
  }
  const weights = weightsOf(op, weight, classes)
  const indices = checkedIndices(op, target, classes, null)
  const options = { is_squared: p === 2, margin, reduction }
  return apply(margins, [onlyFloat(op, 'input', input), indices, ...weights], options)
}

function weightsOf(op: string, weight: Tensor | null, classes: number): Tensor[] {
  if (weight === null) return []
  checkTensor(op, 'weight', weight)
  refuseGradient(op, 'weight', weight)
  if (!sameShape(weight.shape, [classes])) {
    throw new RuntimeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)} (${op})`,
    )
  }
  return [to(weight, 'float32').detach()]
}

/** Class indices as int32, each of them in range or `ignored`. */
function checkedIndices(op: string, target: Tensor, classes: number, ignored: number | null): Tensor {
  const indices = toIndices(op, target)
  const outside = indexOutside(indices, 0, classes, ignored ?? 0)
  if (outside === null && (ignored !== null || classes > 0)) return indices
  if (indices.numel() === 0) return indices
  throw new IndexError(`Target ${outside} is out of bounds. (${op}: input has ${classes} classes)`)
}
