import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import {
  broadcastStrides,
  checkShape,
  formatShape,
  ownIntegers,
  type Shape,
  sameShape,
} from '../../tensor/shape.js'
import { expandElements, stridedCopy } from '../../tensor/strided.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'

const expandRecord = define<{ shape: Shape }>({
  name: 'expand',
  shape: (_inputs, { shape }) => shape,
  forward([x], out) {
    stridedCopy(x, out, broadcastStrides(x.shape, out.shape))
  },
  backward: (upstream, _saved, _options, { inputShapes }) => [sumTo('expand', upstream, inputShapes[0])],
})

/** Dimensions of size 1, and missing leading ones, repeated to `shape`; -1 keeps a size. A copy, not a view. */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor('expand', 'input', x)
  const sizes = ownIntegers('expand', 'shape', shape)
  const missing = sizes.length - x.dim()
  if (missing < 0) {
    throw new RuntimeError(
      `expand: the number of sizes provided (${sizes.length}) must be greater or equal to the number of dimensions in the tensor (${x.dim()})`,
    )
  }
  const target = sizes.map((size, i) => {
    const existing = i < missing ? 1 : x.shape[i - missing]
    if (size === -1 && i < missing) {
      throw new RuntimeError(
        `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`,
      )
    }
    if (size !== -1 && size !== existing && existing !== 1) {
      throw new RuntimeError(
        `The expanded size of the tensor (${size}) must match the existing size (${existing}) at non-singleton dimension ${i}.  Target sizes: ${formatShape(sizes)}.  Tensor sizes: ${formatShape(x.shape)}`,
      )
    }
    return size === -1 ? existing : size
  })
  checkShape('expand', target)
  if (sameShape(target, x.shape)) return x
  return x.dtype === 'float32' ? apply(expandRecord, [x], { shape: target }) : expandElements(x, target)
}
