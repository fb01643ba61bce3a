/** Counts of numbers, and of elements between edges. No gradients. */
import { RuntimeError } from '../../base/errors.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { to } from '../../tensor/convert.js'
import { tensor, zeros } from '../../tensor/create.js'
import { checkFloat } from '../../tensor/promotion.js'
import { checkShape, formatShape, sameShape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { div, eq, ge, le, mul, sub } from '../elementwise/binary.js'
import { masked_fill } from '../elementwise/where.js'
import { amax, amin } from '../reduce/extreme.js'
import { sum } from '../reduce/reduce.js'
import { narrow } from '../shape/slice.js'
import { flatten } from '../shape/view.js'
import { places } from './search.js'

/** How often each number from 0 to before `bins` comes in `numbers`, int32, or the sum of its weights; others do not count. */
function counted(numbers: Tensor, weights: Tensor | null, bins: number): Tensor {
  const length = numbers.numel()
  if (weights === null) {
    const counts = empty('bincount', [bins], 'int32')
    launch(() => kernels.count(numbers.pointer(), counts.pointer(), length, bins))
    return counts
  }
  const sums = zeros([bins])
  launch(() => kernels.scatter_add(weights.pointer(), numbers.pointer(), sums.pointer(), length, 1, bins, 1))
  return sums
}

/** How often each number comes, or the sum of its weights. */
export function bincount(x: Tensor, weights: Tensor | null, minlength: number): Tensor {
  if (minlength < 0) throw new RuntimeError('minlength should be >= 0')
  if (x.dim() !== 1 || x.dtype === 'float32' || x.dtype === 'bool' || (x.numel() > 0 && amin(x).item() < 0))
    throw new RuntimeError('bincount only supports 1-d non-negative integral inputs.')
  if (weights !== null && (weights.dim() !== 1 || !sameShape(weights.shape, x.shape)))
    throw new RuntimeError('weights should be 1-d and have the same length as input')
  if (weights !== null && weights.dtype !== 'float32')
    throw new RuntimeError(
      `bincount: weights must be float32, but got ${weights.dtype}, of which torch gives float64 sums`,
    )
  const bins = Math.max(minlength, x.numel() === 0 ? 0 : amax(x).item() + 1)
  return counted(dense(to(x, 'int32')), weights === null ? null : dense(weights), bins)
}

/** The least and the greatest edge of the bins; if they are equal, so far around them. */
function rangeOf(op: string, x: Tensor, min: number, max: number, around: number): [number, number] {
  let [low, high] = [Math.fround(min), Math.fround(max)]
  if (low === high && x.numel() > 0) [low, high] = [amin(x).item(), amax(x).item()]
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new RuntimeError(`${op}: range of [${low}, ${high}] is not finite`)
  if (low > high) throw new RuntimeError(`${op}: max must be larger than min`)
  return low === high ? [low - around, high + around] : [low, high]
}

function checkBins(op: string, bins: number): void {
  if (!(bins > 0)) throw new RuntimeError(`${op}: bins must be > 0, but got ${bins}`)
  checkShape(op, [bins + 2])
}

/** How many elements lie in each of `bins` bins of equal width, as float32. */
export function histc(x: Tensor, bins: number, min: number, max: number): Tensor {
  checkFloat('histogram_cpu', 'input', x.dtype)
  checkBins('histc', bins)
  const given = flatten(x.detach())
  const [low, high] = rangeOf('torch.histc', given, min, max, 1)
  const scaled = div(mul(sub(given, low), bins), Math.fround(high - low))
  // Those outside of the range, and NaN, belong to no bin; the greatest edge belongs to the last one.
  const isOutside = eq(mul(to(ge(given, low), 'int32'), to(le(given, high), 'int32')), 0)
  const numbers = to(masked_fill(scaled, isOutside, -1), 'int32')
  return to(counted(masked_fill(numbers, eq(numbers, bins), bins - 1), null, bins), 'float32')
}

/** Counts between edges, or sums of weights, and the edges. */
export function histogram(
  x: Tensor,
  bins: number | Tensor,
  range: readonly number[] | null,
  weight: Tensor | null,
  density: boolean,
): [Tensor, Tensor] {
  checkFloat('histogram', 'input', x.dtype)
  if (weight !== null && !sameShape(weight.shape, x.shape))
    throw new RuntimeError(
      `histogram: if weight tensor is provided it should have the same shape as the input tensor, but got ${formatShape(weight.shape)}`,
    )
  if (weight !== null) checkFloat('histogram', 'weight', weight.dtype)
  const edges = typeof bins === 'number' ? edgesOf(x, bins, range) : bins.detach()
  if (edges.dim() !== 1 || edges.numel() === 0 || edges.dtype !== 'float32')
    throw new RuntimeError('histogram: bins must be a float32 vector of edges')
  const given = flatten(x.detach())
  const count = edges.numel() - 1
  const last = edges.data()[count]
  const below = places(edges, given, true)
  const numbers = sub(below, to(eq(given, last), 'int32'))
  // Those outside count in bins of their own, which are left out.
  const weights = weight === null ? null : dense(flatten(weight.detach()))
  const all = counted(dense(numbers), weights, count + 2)
  const hist = narrow(to(all, 'float32'), 0, 1, count)
  if (!density) return [dense(hist), edges]
  const widths = sub(narrow(edges, 0, 1, count), narrow(edges, 0, 0, count))
  return [div(div(hist, sum(hist)), widths), edges]
}

function edgesOf(x: Tensor, bins: number, range: readonly number[] | null): Tensor {
  checkBins('histogram', bins)
  if (range !== null && (range.length !== 2 || !range.every((edge) => typeof edge === 'number')))
    throw new RuntimeError('histogram: range should have 2 elements')
  const [min, max] = range ?? [0, 0]
  if (range === null && x.numel() === 0) return evenEdges(0, 1, bins)
  const [low, high] = rangeOf('histogram', x.detach(), min, max, 0.5)
  return evenEdges(low, high, bins)
}

/** As torch.linspace: from both ends towards the middle. */
function evenEdges(low: number, high: number, bins: number): Tensor {
  const step = Math.fround(Math.fround(high - low) / bins)
  const edges = Float32Array.from({ length: bins + 1 }, (_, i) =>
    i < (bins + 1) / 2 ? low + step * i : high - step * (bins - i),
  )
  return tensor(edges)
}
