/** Softmax along one dimension, and its logarithm. */

import { apply } from '../../graph/apply.js'
import { define, type Op } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { onlyFloat, type TensorLike } from '../../tensor/convert.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

type Forward = (x: number, out: number, outer: number, axis: number, inner: number) => void
type Backward = (
  upstream: number,
  y: number,
  gradient: number,
  outer: number,
  axis: number,
  inner: number,
) => void

type AlongDim = Op<{ dim: number }, { out: Tensor }>

function alongDim(name: string, forward: () => Forward, backward: () => Backward): AlongDim {
  return define<{ dim: number }, { out: Tensor }>({
    name,
    shape: ([x]) => x.shape,
    forward([x], out, { dim }) {
      forward()(x.pointer(), out.pointer(), ...splitAt(x.shape, dim))
      return { out }
    },
    backward(upstream, { out: y }, { dim }) {
      const gradient = empty('backward', y.shape)
      backward()(upstream.pointer(), y.pointer(), gradient.pointer(), ...splitAt(y.shape, dim))
      return [gradient]
    },
  })
}

const softmaxRecord = alongDim(
  'softmax',
  () => kernels.softmax,
  () => kernels.softmax_backward,
)
const logSoftmaxRecord = alongDim(
  'log_softmax',
  () => kernels.log_softmax,
  () => kernels.log_softmax_backward,
)

function applyAlong(op: AlongDim, x: TensorLike, dim: number): Tensor {
  const input = onlyFloat(op.name, 'input', x)
  return apply(op, [input], { dim: normalizeDim(dim, input.dim()) })
}

/**
 * `exp(x) / Σ exp(x)` along `dim`, accurate at any x. Source: torch.softmax.
 *
 * @throws IndexError if there is no such dimension
 * @example torch.softmax(torch.tensor([1, 1, 1, 1]), 0).tolist() // [0.25, 0.25, 0.25, 0.25]
 */
export const softmax = (x: TensorLike, dim: number): Tensor => applyAlong(softmaxRecord, x, dim)

/** The logarithm of {@link softmax}, without underflow. Source: torch.log_softmax. */
export const log_softmax = (x: TensorLike, dim: number): Tensor => applyAlong(logSoftmaxRecord, x, dim)
