/** Variance and standard deviation over dimensions. */
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { sumInto } from '../../tensor/sum.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { div, eq, mul, sub } from '../elementwise/binary.js'
import { abs } from '../elementwise/math.js'
import { masked_fill } from '../elementwise/where.js'
import {
  asRun,
  countOf,
  keptShape,
  type ReducedDims,
  type ReduceOptions,
  resolve,
  resultShape,
  runOf,
} from './dims.js'
import { mean } from './reduce.js'

interface Spread extends ReducedDims {
  /** What is subtracted from the number of elements. */
  readonly correction: number
  /** Whether no dimensions were named. */
  readonly whole: boolean
}

const freedom = (x: Tensor, { dims, correction }: Spread) => countOf(x.shape, dims) - correction

function varianceInto(x: Tensor, out: Tensor, spread: Spread): void {
  const { dims } = spread
  const center = empty('var', out.shape)
  sumInto(x, dims, 1 / countOf(x.shape, dims), center)
  // Without degrees of freedom it is NaN or infinite.
  const scale = 1 / Math.max(freedom(x, spread), 0)
  kernels.squares_axis(x.pointer(), center.pointer(), scale, out.pointer(), ...runOf(x.shape, dims))
  center.dispose()
}

/** `2 upstream (x - mean) / (n - correction)`, with upstream for the variance. */
function gradientOf(upstream: Tensor, x: Tensor, spread: Spread): Tensor {
  const { dims } = spread
  const kept = upstream.alias(keptShape(x.shape, dims))
  const deviation = sub(x, mean(x, { dim: dims, keepdim: true }))
  const free = freedom(x, spread)
  // As in torch, which divides |x - mean| by 0 here.
  if (spread.whole && free <= 0) return mul(kept, div(abs(deviation), 0))
  return mul(mul(kept, 2 / free), deviation)
}

const varRecord = define<Spread, { x: Tensor }>({
  name: 'var',
  shape: resultShape,
  forward([x], out, spread) {
    varianceInto(x, out, spread)
    return { x }
  },
  backward: (upstream, { x }, spread) => [gradientOf(upstream, x, spread)],
})

const stdRecord = define<Spread, { x: Tensor; out: Tensor }>({
  name: 'std',
  shape: resultShape,
  forward([x], out, spread) {
    const variance = empty('std', out.shape)
    varianceInto(x, variance, spread)
    kernels.sqrt(variance.pointer(), out.pointer(), out.numel())
    variance.dispose()
    return { x, out }
  },
  // Of no deviation torch's gradient is 0.
  backward: (upstream, { x, out }, spread) => [
    gradientOf(masked_fill(div(upstream, mul(out, 2)), eq(out, 0), 0), x, spread),
  ],
})

/** The variance, or the standard deviation, over `dim`, or over all dimensions. */
export function spreadOf(
  name: 'var' | 'std',
  x: Tensor,
  options: ReduceOptions,
  correction: number,
  op: string = name,
): Tensor {
  if (x.dtype !== 'float32') throw new RuntimeError(`${op}: std and var only support floating point dtypes`)
  const whole = !Array.isArray(options.dim) && typeof options.dim !== 'number'
  const record = name === 'var' ? varRecord : stdRecord
  return asRun(x, resolve(op, x, options), (run, own) =>
    apply(record as typeof stdRecord, [run], { ...own, correction, whole }),
  )
}
