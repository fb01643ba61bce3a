import { RuntimeError } from '../../base/errors.js'
import { defineGradient } from '../../graph/op.js'
import { checkShape, formatShape, ownIntegers, type Shape } from '../../tensor/shape.js'
import type { Strides } from '../../tensor/strides.js'
import { sumTo } from '../../tensor/sum.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'
import { type Layout, viewBy } from './view.js'

const expandRecord = defineGradient<Layout>({
  name: 'expand',
  backward: (upstream, _saved, _layout, { inputShapes }) => [sumTo('expand', upstream, inputShapes[0])],
})

/** Broadcasts dimensions of size 1, and missing leading ones, to `shape`, as a view; -1 keeps a size. */
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
  return viewBy(expandRecord, x, (own, strides) => ({
    shape: target,
    strides: expandedStrides(own, strides, target),
    offset: 0,
  }))
}

/** The strides: 0 for broadcast dimensions; leading ones of size 1 have the stride of all that follow. Source: at::inferExpandGeometry. */
function expandedStrides(shape: Shape, strides: Strides, target: Shape): Strides {
  const result = new Array<number>(target.length).fill(0)
  const missing = target.length - shape.length
  if (shape.length === 0) return result
  for (let i = target.length - 1; i >= 0; i--) {
    const size = i < missing ? 1 : shape[i - missing]
    if (size === target[i]) result[i] = i < missing ? target[i + 1] * result[i + 1] : strides[i - missing]
  }
  return result
}
