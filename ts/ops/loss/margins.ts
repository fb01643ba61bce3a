/** Losses of distances and margins, composed of operations. */

import { checkNumber } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { formatShape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { add, div, eq, lt, mul, ne, sub } from '../elementwise/binary.js'
import { abs, clamp, neg, pow, sqrt } from '../elementwise/math.js'
import { where } from '../elementwise/where.js'
import { amax, amin } from '../reduce/extreme.js'
import { sum } from '../reduce/reduce.js'
import { reduced } from './reduced.js'
import { checkReduction, type Reduction } from './reduction.js'

const positivePart = (x: Tensor): Tensor => clamp(x, { min: 0 })

/** x where the target is 1, `max(0, margin - x)` where it is -1. */
export function hinge_embedding_loss(
  input: Tensor,
  target: Tensor,
  margin: number,
  reduction: Reduction,
): Tensor {
  const op = 'hinge_embedding_loss'
  checkTensor(op, 'input', input)
  checkTensor(op, 'target', target)
  checkReduction(op, reduction)
  const missed = positivePart(add(neg(input), margin))
  return reduced(add(where(ne(target, 1), missed, 0), where(ne(target, -1), input, 0)), reduction)
}

/** `max(0, -y (a - b) + margin)`. */
export function margin_ranking_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin: number,
  reduction: Reduction,
): Tensor {
  const op = 'margin_ranking_loss'
  checkTensors(op, { input1, input2, target })
  checkReduction(op, reduction)
  const sizes = [input1, input2, target].map(({ shape }) => formatShape(shape))
  if (input1.dim() !== input2.dim() || input1.dim() !== target.dim()) {
    throw new RuntimeError(
      `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${sizes[0]}, input2: ${sizes[1]}, target: ${sizes[2]} `,
    )
  }
  // The margin is a float in torch, so that the loss of integers is one too.
  const order = to(mul(neg(target), sub(input1, input2)), 'float32')
  return reduced(positivePart(add(order, margin)), reduction)
}

/** `1 - cos(a, b)` where the target is 1, `max(0, cos(a, b) - margin)` where it is -1. */
export function cosine_embedding_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin: number,
  reduction: Reduction,
): Tensor {
  const op = 'cosine_embedding_loss'
  checkTensors(op, { input1, input2, target })
  checkReduction(op, reduction)
  if (target.dim() > 1) {
    throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported')
  }
  if (input1.dim() !== target.dim() + 1 || input2.dim() !== target.dim() + 1) {
    throw new RuntimeError(
      `${target.dim()}D target tensor expects ${target.dim() + 1}D input tensors, but found inputs with sizes ${formatShape(input1.shape)} and ${formatShape(input2.shape)}.`,
    )
  }
  const dim = -1
  const squares = (x: Tensor) => add(sum(mul(x, x), { dim }), 1e-12)
  const cosine = div(sum(mul(input1, input2), { dim }), sqrt(mul(squares(input1), squares(input2))))
  const near = where(eq(target, 1), add(neg(cosine), 1), 0)
  const far = where(eq(target, -1), positivePart(sub(cosine, margin)), 0)
  return reduced(add(near, far), reduction)
}

/** `max(0, d(anchor, positive) - d(anchor, negative) + margin)`; with `swap` the nearer of anchor and positive to the negative counts. */
export function triplet_margin(
  op: string,
  { anchor, positive, negative }: Record<'anchor' | 'positive' | 'negative', Tensor>,
  distance: (a: Tensor, b: Tensor) => Tensor,
  { margin, swap, reduction }: { margin: number; swap: boolean; reduction: Reduction },
): Tensor {
  checkTensors(op, { anchor, positive, negative })
  checkReduction(op, reduction)
  if (!(margin > 0)) throw new ValueError(`margin must be greater than 0, got ${margin}`)
  const sizes = [anchor, positive, negative].map((x) => x.dim())
  if (sizes[0] !== sizes[1] || sizes[0] !== sizes[2]) {
    throw new RuntimeError(
      `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${sizes[0]}D, positive ${sizes[1]}D, and negative ${sizes[2]}D inputs`,
    )
  }
  const near = distance(anchor, positive)
  const far = distance(anchor, negative)
  const other = swap ? distance(positive, negative) : far
  const least = swap ? where(lt(other, far), other, far) : far
  return reduced(positivePart(add(sub(near, least), margin)), reduction)
}

/** `‖a - b + eps‖_p` along the last dimension. */
export function distanceBy(p: number, eps: number): (a: Tensor, b: Tensor) => Tensor {
  checkNumber('triplet_margin_loss', 'p', p)
  const dim = -1
  return (a, b) => {
    const difference = add(sub(a, b), eps)
    if (p === 2) return sqrt(sum(mul(difference, difference), { dim }))
    const sizes = abs(difference)
    if (p === 1) return sum(sizes, { dim })
    if (p === 0) return sum(ne(sizes, 0), { dim })
    if (p === Number.POSITIVE_INFINITY) return amax(sizes, { dim })
    if (p === Number.NEGATIVE_INFINITY) return amin(sizes, { dim })
    return pow(sum(pow(sizes, p), { dim }), 1 / p)
  }
}

function checkTensors(op: string, named: Readonly<Record<string, unknown>>): void {
  for (const [name, given] of Object.entries(named)) checkTensor(op, name, given)
}
