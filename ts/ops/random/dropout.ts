/** Dropout. */

import { describe } from '../../base/check.js'
import { ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat } from '../../tensor/convert.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { mul } from '../elementwise/binary.js'
import { fillBernoulli } from './fill.js'

/** `out = x * mask`, for the same shape. */
function multiply(x: Tensor, mask: Tensor, out: Tensor): void {
  const length = out.numel()
  kernels.mul(x.pointer(), mask.pointer(), out.pointer(), 1, length, 0, 1, 0, 1)
}

const record = define<{ keep: number }, { mask: Tensor }>({
  name: 'dropout',
  shape: ([x]) => x.shape,
  forward([x], out, { keep }) {
    const mask = empty('dropout', x.shape)
    // Brings everything into linear memory before the stream advances: after that nothing can fail.
    for (const operand of [x, out, mask]) operand.pointer()
    fillBernoulli('dropout', mask, keep)
    // In float32, as torch divides.
    kernels.scale_in_place(mask.pointer(), 1 / Math.fround(keep), mask.numel())
    multiply(x, mask, out)
    return { mask }
  },
  makes: ['mask'],
  backward(upstream, { mask }) {
    const gradient = empty('backward', upstream.shape)
    multiply(upstream, mask, gradient)
    return [gradient]
  },
})

/**
 * If `training`, sets each element to 0 with probability `p`, and scales the others by 1 / (1 - p); otherwise returns `x`
 * itself. Draws from the default generator like CPU torch. Source: torch.nn.functional.dropout.
 *
 * @throws ValueError unless 0 <= p <= 1
 * @example dropout(torch.ones([4]), 0.5).tolist() // zeros and twos
 */
export function dropout(x: Tensor, p = 0.5, { training = true }: { training?: boolean } = {}): Tensor {
  checkTensor('dropout', 'input', x)
  checkProbability(p)
  if (!training || p === 0) return x
  const input = onlyFloat('dropout', 'input', x)
  if (p === 1) return mul(input, 0)
  return apply(record, [input], { keep: 1 - p })
}

/** Throws torch's error unless `p` is a probability. */
export function checkProbability(p: unknown): void {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1))
    throw new ValueError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`)
}
