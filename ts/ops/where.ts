import * as kernels from '#kernels'
import { apply } from '../autograd/apply.js'
import { broadcastShapes } from '../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../tensor/tensor.js'
import { type TensorLike, to, toFloat } from './convert.js'
import { expand } from './expand.js'
import { define } from './record.js'

const whereRecord = define({
  name: 'where',
  shape: ([, a]) => a.shape,
  forward([condition, a, b], out) {
    kernels.select(condition.pointer(), a.pointer(), b.pointer(), out.pointer(), out.numel())
    return [condition]
  },
  backward(upstream, [condition], _options, { needs }) {
    const side = (wanted: boolean) => {
      const gradient = empty('backward', upstream.shape)
      const [up, mask] = [upstream.pointer(), condition.pointer()]
      kernels.select_backward(up, mask, wanted, gradient.pointer(), gradient.numel())
      return gradient
    }
    return [null, needs[1] ? side(true) : null, needs[2] ? side(false) : null]
  },
})

/**
 * `condition ? a : b`, element by element, all three broadcast together.
 *
 * @example torch.where(x.gt(0), x, 0)
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  checkTensor('where', 'condition', condition)
  const [floatA, floatB] = [toFloat('where', 'input', a), toFloat('where', 'other', b)]
  const sides = broadcastShapes('where', floatA.shape, floatB.shape, ['input', 'other'])
  const shape = broadcastShapes('where', condition.shape, sides, ['condition', 'input and other'])
  const mask = expand(to(condition, 'bool'), shape)
  return apply(whereRecord, [mask, expand(floatA, shape), expand(floatB, shape)], undefined)
}
