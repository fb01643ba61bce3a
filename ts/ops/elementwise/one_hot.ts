import { RuntimeError } from '../../base/errors.js'
import { to } from '../../tensor/convert.js'
import { tensor } from '../../tensor/create.js'
import { checkShape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import type { Tensor } from '../../tensor/tensor.js'
import { unsqueeze } from '../shape/view.js'
import { eq } from './binary.js'

/** int32 [..., classes] with 1 at each class of `x`; -1 for as many classes as the largest needs. */
export function one_hot(x: Tensor, classes: number): Tensor {
  if (x.dtype !== 'int32')
    throw new RuntimeError(`one_hot is only applicable to index tensor of type int32, but got ${x.dtype}`)
  const largest = dense(x)
    .data()
    .reduce((most: number, value: number) => {
      if (value < 0) throw new RuntimeError('Class values must be non-negative.')
      return Math.max(most, value)
    }, -1)
  if (largest < 0 && classes <= 0)
    throw new RuntimeError('Can not infer total number of classes from empty tensor.')
  const count = classes === -1 ? largest + 1 : classes
  if (count < 1) throw new RuntimeError(`num_classes should be positive, but got ${classes}`)
  if (largest >= count) throw new RuntimeError('Class values must be smaller than num_classes.')
  checkShape('one_hot', [...x.shape, count])
  const numbers = tensor(Int32Array.from({ length: count }, (_, i) => i))
  return to(eq(unsqueeze(x, -1), numbers), 'int32')
}
