/** Between two tensors. */
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { compose } from '../../graph/composed.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import { broadcastShapes } from '../../tensor/shape.js'
import { empty, Tensor } from '../../tensor/tensor.js'
import { add, lt, mul, sub } from './binary.js'
import { broadcast } from './broadcast.js'
import { abs } from './math.js'
import { where } from './where.js'

/** By a number as the weight. */
const record = define<{ weight: number }>({
  name: 'lerp',
  inputs: ['input', 'end'],
  shape: ([a, b]) => broadcastShapes('lerp', a.shape, b.shape, ['input', 'end']),
  forward([a, b], out, { weight }) {
    broadcast((start, end, into, ...dims) => kernels.lerp(start, end, weight, into, ...dims), a, b, out)
  },
  backward(upstream, _saved, { weight }, { needs }) {
    return [1 - weight, weight].map((factor, i) => {
      if (!needs[i]) return null
      const gradient = empty('backward', upstream.shape)
      kernels.scale(upstream.pointer(), factor, gradient.pointer(), gradient.numel())
      return gradient
    })
  },
})

/** `start + weight (end - start)`, from the nearer end. */
export function lerp(start: Tensor, end: Tensor, weight: TensorLike): Tensor {
  for (const x of [end, weight]) {
    if (!(x instanceof Tensor) || x.dtype === start.dtype) continue
    throw new RuntimeError(`expected dtype ${start.dtype} for \`end\` but got dtype ${x.dtype}`)
  }
  if (start.dtype !== 'float32') throw new RuntimeError(`"lerp" not implemented for '${nameOf(start.dtype)}'`)
  if (!(weight instanceof Tensor)) return apply(record, [start, end], { weight: Number(weight) })
  return compose([start, end, weight], () => {
    const difference = sub(end, start)
    const fromEnd = sub(end, mul(sub(1, weight), difference))
    return where(lt(abs(weight), 0.5), add(start, mul(weight, difference)), fromEnd)
  })
}
