import * as kernels from '#kernels'
import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { bernoulli } from '../random/sample.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { mul } from './binary.js'
import { toFloat } from './convert.js'

/**
 * While training, each element set to 0 with probability `p`, the others times 1 / (1 - p); else `x`
 * itself. Draws from the default generator as CPU torch does. Source: torch.nn.functional.dropout.
 *
 * @throws ValueError unless 0 <= p <= 1
 * @example dropout(torch.ones([4]), 0.5).tolist() // zeros and twos
 */
export function dropout(x: Tensor, p = 0.5, { training = true }: { training?: boolean } = {}): Tensor {
  checkTensor('dropout', 'input', x)
  checkProbability(p)
  if (!training || p === 0) return x
  const input = toFloat('dropout', 'input', x)
  if (p === 1) return mul(input, 0)
  const mask = bernoulli(input, { p: 1 - p })
  // As torch divides, in float32.
  launch(() => kernels.scale_in_place(mask.pointer(), 1 / Math.fround(1 - p), mask.numel()))
  const result = mul(input, mask)
  // Otherwise backward needs it.
  if (!result.requires_grad) mask.dispose()
  return result
}

/** Throws torch's sentence unless `p` can be a probability of dropping. */
export function checkProbability(p: unknown): void {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1))
    throw new ValueError(`dropout probability has to be between 0 and 1, but got ${describe(p)}`)
}
