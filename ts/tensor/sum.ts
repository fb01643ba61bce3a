/** Sums of elements; outside of autograd. */
import { RuntimeError } from '../base/errors.js'
import { kernels } from '../kernels/instance.js'
import { launch } from '../memory/residency.js'
import { formatShape, numelOf, type Shape, splitAt } from './shape.js'
import { empty, type Tensor } from './tensor.js'

/** `a + b`, both of one shape. */
export function sumOf(a: Tensor, b: Tensor): Tensor {
  const sum = empty('add', a.shape)
  const length = sum.numel()
  launch(() => kernels.add(a.pointer(), b.pointer(), sum.pointer(), 1, length, 0, 1, 0, 1))
  return sum
}

/** Runs of neighbouring dimensions, each to be reduced as one axis, the last first. */
function axes(shape: Shape, dims: readonly number[]): { shape: Shape; dim: number }[] {
  const runs: { shape: Shape; dim: number }[] = []
  let current = [...shape]
  for (let end = dims.length; end > 0; ) {
    let start = end - 1
    while (start > 0 && dims[start - 1] === dims[start] - 1) start--
    const [from, to] = [dims[start], dims[end - 1] + 1]
    const merged = [...current.slice(0, from), numelOf(current.slice(from, to)), ...current.slice(to)]
    runs.push({ shape: merged, dim: from })
    current = [...current.slice(0, from), 1, ...current.slice(to)]
    end = start
  }
  return runs
}

/** Sums `x` over `dims` into `out`, times `scale`. */
export function sumInto(x: Tensor, dims: readonly number[], scale: number, out: Tensor): void {
  const runs = axes(x.shape, dims)
  if (runs.length === 0) {
    kernels.sum_axis(x.pointer(), scale, out.pointer(), 1, 1, x.numel())
    return
  }
  let current = x
  runs.forEach(({ shape, dim }, i) => {
    const last = i === runs.length - 1
    const [outer, axis, inner] = splitAt(shape, dim)
    const target = last ? out : empty('sum', [outer, inner])
    kernels.sum_axis(current.pointer(), last ? scale : 1, target.pointer(), outer, axis, inner)
    if (current !== x) current.dispose()
    current = target
  })
}

/** Undoes broadcasting: `gradient` summed to `shape`. */
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
