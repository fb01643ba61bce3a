/** Dropout of whole channels, and dropout that keeps mean and variance. */
import { RuntimeError } from '../../base/errors.js'
import { drawing } from '../../random/generator.js'
import { onlyFloat } from '../../tensor/convert.js'
import { formatShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { add, mul } from '../elementwise/binary.js'
import { checkProbability } from './dropout.js'
import { fillBernoulli } from './fill.js'

/** What is dropped at once: an element, or a channel of a sample. */
export type Unit = 'element' | 'channel'

/** Of what SELU converges to at minus infinity (Klambauer et al. 2017). */
const ALPHA = 1.7580993408473766

/** Zeros with probability `p`, else ones, which multiply `x`. */
function noise(op: string, x: Tensor, p: number, unit: Unit): Tensor {
  const shape = unit === 'element' ? x.shape : x.shape.map((size, i) => (i < 2 ? size : 1))
  const mask = empty(op, shape)
  fillBernoulli(op, mask, 1 - p)
  return mask
}

/** The result in training; `alpha` shifts and scales, so that mean and variance stay. */
export function featureDropout(
  op: string,
  x: Tensor,
  p: number,
  training: boolean,
  { unit, alpha }: { unit: Unit; alpha: boolean },
): Tensor {
  checkTensor(op, 'input', x)
  checkProbability(p)
  if (p === 0 || !training || x.numel() === 0) return x
  const input = onlyFloat(op, 'input', x)
  if (unit === 'channel' && x.dim() < 2) {
    throw new RuntimeError(
      `${op}: Feature dropout requires at least 2 dimensions in the input, but got ${formatShape(x.shape)}`,
    )
  }
  if (p === 1) return mul(input, 0)
  return drawing(op, {}, () => {
    const mask = noise(op, input, p, unit)
    if (!alpha) return mul(input, mul(mask, 1 / Math.fround(1 - p)))
    const a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p))
    const shift = add(mul(add(mask, -1), ALPHA * a), ALPHA * a * p)
    return add(mul(input, mul(mask, a)), shift)
  })
}
