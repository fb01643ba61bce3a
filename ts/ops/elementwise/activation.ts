/** Smooth activations, element by element. */

import { checkNumber, describe } from '../../base/check.js'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { floating } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import type { TensorLike } from '../../tensor/convert.js'
import { elementOf } from '../../tensor/promotion.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { elementwise, gradientFrom, shapeOfInput } from './math.js'

const records = {
  tanh: elementwise(
    'tanh',
    () => kernels.tanh,
    'result',
    () => kernels.tanh_backward,
  ),
  silu: elementwise(
    'silu',
    () => kernels.silu,
    'input',
    () => kernels.silu_backward,
    floating,
  ),
}

const geluRecord = define<{ approximate: GELUApproximation }, { x: Tensor }>({
  name: 'gelu',
  operands: floating,
  shape: shapeOfInput,
  forward([x], out, { approximate }) {
    const kernel = approximate === 'tanh' ? kernels.gelu_tanh : kernels.gelu
    kernel(x.pointer(), out.pointer(), out.numel())
    return { x }
  },
  backward(upstream, { x }, { approximate }) {
    const kernel = approximate === 'tanh' ? kernels.gelu_tanh_backward : kernels.gelu_backward
    return [gradientFrom(kernel, upstream, x)]
  },
})

const leakyReluRecord = define<{ slope: number }, { x: Tensor }>({
  name: 'leaky_relu',
  operands: floating,
  shape: shapeOfInput,
  forward([x], out, { slope }) {
    kernels.leaky_relu(x.pointer(), slope, out.pointer(), out.numel())
    return { x }
  },
  backward(upstream, { x }, { slope }) {
    const gradient = empty('backward', upstream.shape)
    const [up, length] = [upstream.pointer(), upstream.numel()]
    kernels.leaky_relu_backward(up, x.pointer(), slope, gradient.pointer(), length)
    return [gradient]
  },
})

/** Hyperbolic tangent. */
export const tanh = (x: TensorLike): Tensor => apply(records.tanh, [x], undefined)

/** `x sigmoid(x)`, also known as swish. Source: torch.nn.functional.silu. */
export const silu = (x: TensorLike): Tensor => apply(records.silu, [x], undefined)

/** The formula of {@link gelu}: the normal distribution, or an approximation by a tanh. */
export type GELUApproximation = 'none' | 'tanh'

/**
 * `x P(X < x)` with X from the standard normal distribution (Hendrycks & Gimpel 2016); with approximate
 * 'tanh' it is `x (1 + tanh(sqrt(2/π) (x + 0.044715 x³))) / 2`. Source: torch.nn.functional.gelu.
 *
 * @throws RuntimeError if `approximate` is neither 'none' nor 'tanh'
 */
export function gelu(
  x: TensorLike,
  { approximate = 'none' }: { approximate?: GELUApproximation } = {},
): Tensor {
  checkApproximation(approximate)
  return apply(geluRecord, [x], { approximate })
}

/** Throws torch's error unless it is valid. */
export function checkApproximation(approximate: unknown): asserts approximate is GELUApproximation {
  if (approximate === 'none' || approximate === 'tanh') return
  throw new RuntimeError(
    `approximate argument must be either none or tanh, but got ${describe(approximate)}.`,
  )
}

/** `x` above 0, `negative_slope x` elsewhere. Source: torch.nn.functional.leaky_relu. */
export function leaky_relu(x: TensorLike, negative_slope = 0.01): Tensor {
  checkNumber('leaky_relu', 'negative_slope', negative_slope)
  return apply(leakyReluRecord, [x], {
    slope: elementOf('leaky_relu', negative_slope, 'float32'),
  })
}
