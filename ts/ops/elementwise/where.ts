import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, to, toTensor } from '../../tensor/convert.js'
import { full } from '../../tensor/create.js'
import type { DType } from '../../tensor/dtype.js'
import { elementOf, nameOf, promote, resultType } from '../../tensor/promotion.js'
import { broadcastShapes } from '../../tensor/shape.js'
import { checkTensor, empty, Tensor } from '../../tensor/tensor.js'
import { asWhole } from '../../tensor/trace.js'
import { expand } from '../shape/expand.js'
import { fillByInt32, withInt32 } from './integer.js'

/** Inputs are a mask and two sides, of the same shape; both sides have the same type. */
const whereRecord = define({
  name: 'where',
  shape: ([, a]) => a.shape,
  dtype: ([, a]) => a.dtype,
  forward([condition, a, b], out) {
    if (out.dtype === 'float32') choose(condition, a, b, out)
    else
      withInt32([a, b], (left, right) =>
        fillByInt32('where', out, (into) => choose(condition, left, right, into)),
      )
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

/** Selects elements of 4 bytes: the kernel copies bits of any type. */
function choose(condition: Tensor, a: Tensor, b: Tensor, out: Tensor): number {
  kernels.select(condition.pointer(), a.pointer(), b.pointer(), out.pointer(), out.numel())
  return 1
}

/**
 * `condition ? a : b`, element by element, all three broadcast together; the result has the type to which torch promotes both.
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
  return ofOneShape('where', condition, side(a, left), side(b, right), dtype)
}

/** Applies the record to operands of one shape, and sides of type `dtype`. */
function ofOneShape(op: string, condition: Tensor, a: Tensor, b: Tensor, dtype: DType): Tensor {
  const sides = broadcastShapes(op, a.shape, b.shape, ['input', 'other'])
  const shape = broadcastShapes(op, condition.shape, sides, ['condition', 'input and other'])
  const operands = [to(condition, 'bool'), to(a, dtype), to(b, dtype)]
  const result = apply(
    whereRecord,
    operands.map((x) => expand(x, shape)),
    undefined,
  )
  return asWhole('where', operands, result)
}

/**
 * `value` where `mask` is true, elsewhere `x`.
 *
 * @param mask bool, broadcast with `x`
 * @param value a number, or a 0-d tensor, to which gradients also flow
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
  return ofOneShape('masked_fill', mask, filler, x, x.dtype)
}
