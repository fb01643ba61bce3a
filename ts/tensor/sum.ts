/** Sums of elements; outside of autograd. */
import { RuntimeError } from '../base/errors.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { formatShape, productOf, type Shape, split } from './shape.js'
import { empty, type Tensor } from './tensor.js'

/** `a + b`, for the same shape. */
export function sumOf(a: Tensor, b: Tensor): Tensor {
  const sum = empty('add', a.shape)
  const length = sum.numel()
  launch(() => kernels.add(a.pointer(), b.pointer(), sum.pointer(), 1, length, 0, 1, 0, 1))
  return sum
}

/** `a / b`, for the same shape. */
export function quotient(a: Tensor, b: Tensor): Tensor {
  const result = empty('div', a.shape)
  const length = result.numel()
  launch(() => kernels.div(a.pointer(), b.pointer(), result.pointer(), 1, length, 0, 1, 0, 1))
  return result
}

/** Sums `x` over the ascending `dims` into `out`, times `scale`. Adjacent dimensions are reduced as one axis, the last ones first. */
export function sumInto(x: Tensor, dims: readonly number[], scale: number, out: Tensor): void {
  const { shape } = x
  if (dims.length === 0) kernels.sum_axis(x.pointer(), scale, out.pointer(), 1, 1, x.numel())
  let current = x
  let inner = 1
  let first = shape.length
  for (let end = dims.length; end > 0; ) {
    let start = end - 1
    while (start > 0 && dims[start - 1] === dims[start] - 1) start--
    const after = dims[end - 1] + 1
    inner *= productOf(shape, after, first)
    first = dims[start]
    const outer = productOf(shape, 0, first)
    const target = start === 0 ? out : empty('sum', [outer, inner])
    const sizes = split(outer, productOf(shape, first, after), inner)
    kernels.sum_axis(current.pointer(), start === 0 ? scale : 1, target.pointer(), ...sizes)
    if (current !== x) current.dispose()
    current = target
    end = start
  }
}

/** Reverses broadcasting: `gradient` summed to `shape`. */
export function sumTo(op: string, gradient: Tensor, shape: Shape): Tensor {
  const missing = gradient.dim() - shape.length
  const dims = gradient.shape
    .map((_, i) => i)
    .filter((i) => i < missing || (shape[i - missing] === 1 && gradient.shape[i] !== 1))
  const fits = missing >= 0 && shape.every((size, i) => size === 1 || size === gradient.shape[i + missing])
  if (!fits) {
    throw new RuntimeError(
      `${op}: backward gave a gradient of shape ${formatShape(gradient.shape)} for an input of shape ${formatShape(shape)}`,
    )
  }
  const out = empty('backward', shape)
  launch(() => sumInto(gradient, dims, 1, out))
  return out
}
