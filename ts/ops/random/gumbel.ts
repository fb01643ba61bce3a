import { drawing } from '../../random/generator.js'
import { onlyFloat, to } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { normalizeDim } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { add, div, eq, sub } from '../elementwise/binary.js'
import { log, neg } from '../elementwise/math.js'
import { argmax } from '../reduce/extreme.js'
import { softmax } from '../reduce/softmax.js'
import { reshape } from '../shape/view.js'
import { fillUniform } from './fill.js'

/** Below 1 by what float32 holds beside it. */
const SMALLEST = 2 ** -25

/** Samples of the Gumbel-softmax distribution; `hard` ones are one-hot, with the gradient of soft ones. */
export function gumbel_softmax(logits: Tensor, tau: number, hard: boolean, dim: number): Tensor {
  const input = onlyFloat('gumbel_softmax', 'logits', logits)
  const at = normalizeDim(dim, input.dim())
  const soft = drawing('gumbel_softmax', {}, () => {
    const uniform = empty('gumbel_softmax', input.shape)
    fillUniform('gumbel_softmax', uniform, SMALLEST, 1)
    const gumbels = neg(log(neg(log(uniform))))
    return softmax(div(add(input, gumbels), tau), at)
  })
  if (!hard) return soft
  const size = input.shape[at]
  const numbers = tensor(Int32Array.from({ length: size }, (_, i) => i))
  const along = reshape(numbers, [size, ...input.shape.slice(at + 1).map(() => 1)])
  const chosen = to(eq(argmax(soft.detach(), { dim: at, keepdim: true }), along), 'float32')
  return add(sub(chosen, soft.detach()), soft)
}
