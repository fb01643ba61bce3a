import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf, nameOf, promote, resultType } from '../../tensor/promotion.js'
import { broadcastShapes } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { checkTensor, empty, Tensor } from '../../tensor/tensor.js'
import { expand } from '../shape/expand.js'

const whereRecord = define({
  name: 'where',
  shape: ([, a]) => a.shape,
  forward([condition, a, b], out) {
    kernels.select(condition.pointer(), a.pointer(), b.pointer(), out.pointer(), out.numel())
    return { condition }
  },
  backward(upstream, { condition }, _options, { needs }) {
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
 * `condition ? a : b`, element by element, all three broadcast together; of the type to which torch promotes both.
 *
 * @example torch.where(x.gt(0), x, 0)
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  checkTensor('where', 'condition', condition)
  if (condition.dtype !== 'bool' && condition.dtype !== 'uint8') {
    throw new RuntimeError(
      `where expected condition to be a boolean tensor, but got a tensor with dtype ${nameOf(condition.dtype)}`,
    )
  }
  const areScalars = !(a instanceof Tensor || b instanceof Tensor)
  const [left, right] = [toTensor('where', 'input', a), toTensor('where', 'other', b)]
  const dtype = areScalars ? promote(left.dtype, right.dtype) : resultType([a, b])
  const side = (x: TensorLike, tensor: Tensor) => {
    if (x instanceof Tensor) return tensor
    const element = elementOf('where', Number(x), dtype)
    return dtype === 'float32' ? tensor : full([], element, { dtype })
  }
  return choose('where', condition, side(a, left), side(b, right), dtype)
}

function choose(op: string, condition: Tensor, a: Tensor, b: Tensor, dtype: DType): Tensor {
  const sides = broadcastShapes(op, a.shape, b.shape, ['input', 'other'])
  const shape = broadcastShapes(op, condition.shape, sides, ['condition', 'input and other'])
  const mask = expand(to(condition, 'bool'), shape)
  if (dtype === 'int32') {
    // The kernel moves bits whatever they mean; a float32 would not hold every int32.
    const asFloats = (x: Tensor) => {
      const { storage, byteOffset } = dense(expand(to(x, dtype), shape))
      return new Tensor(shape, 'float32', storage, byteOffset)
    }
    const chosen = apply(whereRecord, [mask, asFloats(a), asFloats(b)], undefined)
    return new Tensor(shape, 'int32', chosen.storage, chosen.byteOffset)
  }
  const floats = [a, b].map((x) => expand(to(to(x, dtype), 'float32'), shape))
  return to(apply(whereRecord, [mask, ...floats], undefined), dtype)
}

/**
 * `value` where `mask` is true, elsewhere `x`.
 *
 * @param mask bool, broadcast with `x`
 * @param value a number, or a 0-d tensor, to which gradients flow too
 * @example scores.masked_fill(seen, -Infinity)
 */
export function masked_fill(x: Tensor, mask: Tensor, value: TensorLike): Tensor {
  checkTensor('masked_fill', 'input', x)
  checkTensor('masked_fill', 'mask', mask)
  if (mask.dtype !== 'bool') {
    throw new RuntimeError(`masked_fill only supports boolean masks, but got mask with dtype ${mask.dtype}`)
  }
  const given = toTensor('masked_fill', 'value', value)
  const isOwnType = given.dtype === x.dtype && value instanceof Tensor
  if (given.dim() > 0) {
    throw new RuntimeError(
      `masked_fill only supports a 0-dimensional value tensor, but got tensor with ${given.dim()} dimension(s).`,
    )
  }
  // An element is cut off, or refused, as a scalar is; a gradient flows to one that is left as it is.
  const number = () => (value instanceof Tensor ? value.item() : Number(value))
  const filler = isOwnType ? given : full([], elementOf('masked_fill', number(), x.dtype), { dtype: x.dtype })
  return choose('masked_fill', mask, filler, x, x.dtype)
}
