/** Norms over dimensions, and logarithms of sums of exponentials. */
import { RuntimeError } from '../../base/errors.js'
import { applyComposed, defineComposed } from '../../graph/composed.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import { to } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import type { Shape } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { add, div, eq, gt, mul, ne, sub } from '../elementwise/binary.js'
import { abs, exp, gradientFrom, pow, sqrt } from '../elementwise/math.js'
import { masked_fill } from '../elementwise/where.js'
import { expand } from '../shape/expand.js'
import { reshape } from '../shape/view.js'
import {
  asRun,
  keptShape,
  type ReducedDims,
  type ReduceOptions,
  resolve,
  resultShape,
  runOf,
} from './dims.js'
import { amax, amin } from './extreme.js'
import { sum } from './reduce.js'

interface Normed {
  readonly p: number
  readonly dims: readonly number[]
}

/** `upstream` times the sign of x, for tensors of one shape. */
const signed = (upstream: Tensor, x: Tensor): Tensor =>
  launch(() => gradientFrom(kernels.abs_backward, dense(upstream), dense(x)))

const zeroWhere = (x: Tensor, zeros: Tensor): Tensor => masked_fill(x, eq(zeros, 0), 0)

/** d|x|_p / dx without its sign and the upstream gradient; at 0 it is 0, as in torch. */
function slope(size: Tensor, norm: Tensor, { p, dims }: Normed): Tensor {
  if (p === 1) return pow(size, 0)
  if (Number.isFinite(p)) {
    const power = p < 1 ? zeroWhere(pow(size, p - 1), size) : pow(size, p - 1)
    return mul(power, zeroWhere(pow(norm, 1 - p), norm))
  }
  const equal = to(eq(size, norm), 'float32')
  return div(equal, sum(equal, { dim: dims, keepdim: true }))
}

const normRecord = defineComposed<Normed, { x: Tensor; out: Tensor }>({
  name: 'vector_norm',
  backward(upstream, { x, out }, options, { inputShapes: [shape] }) {
    if (options.p === 0) return [mul(x, 0)]
    const kept = keptShape(shape, options.dims)
    const [norm, up] = [reshape(out, kept), reshape(upstream, kept)]
    if (options.p === 2) return [mul(x, zeroWhere(div(up, norm), norm))]
    const size = abs(x)
    return [signed(mul(slope(size, norm, options), up), x)]
  },
})

/** Σ x² over adjacent dimensions; outside of autograd. */
function squares(x: Tensor, { dims, keepdim }: ReducedDims): Tensor {
  const out = empty('norm', resultShape([x], { dims, keepdim }))
  const given = dense(x)
  launch(() => kernels.squares_axis(given.pointer(), 0, 1, out.pointer(), ...runOf(x.shape, dims)))
  return out
}

function normOf(x: Tensor, p: number, reduction: ReducedDims): Tensor {
  const options = { dim: reduction.dims, keepdim: reduction.keepdim }
  // Of a scalar.
  if (reduction.dims.length === 0) return p === 0 ? to(ne(x, 0), 'float32') : abs(x)
  if (p === 2) return asRun(x, reduction, (run, own) => sqrt(squares(run, own)))
  if (p === 0) return to(sum(ne(x, 0), options), 'float32')
  const size = abs(x)
  if (p === 1) return sum(size, options)
  if (!Number.isFinite(p)) return (p > 0 ? amax : amin)(size, options)
  return pow(sum(pow(size, p), options), 1 / p)
}

/** `(Σ |x|^p)^(1/p)` over `dim`, or over all dimensions; the greatest or least `|x|` for p of ±Infinity, how many are not 0 for 0. */
export function vector_norm(x: Tensor, p: number, options: ReduceOptions, op = 'linalg.vector_norm'): Tensor {
  if (x.dtype !== 'float32')
    throw new RuntimeError(
      `${op}: Expected a floating point or complex tensor as input. Got ${nameOf(x.dtype)}`,
    )
  const reduction = resolve(op, x, options)
  const { dims } = reduction
  if (p < 0 || p === Number.POSITIVE_INFINITY) {
    const none = dims.find((dim) => x.shape[dim] === 0)
    if (none !== undefined)
      throw new RuntimeError(
        `${op} cannot compute the ${p} norm on the dimension ${none} because this dimension is empty and the operation does not have an identity`,
      )
  }
  return applyComposed(normRecord, x, { p, dims }, () => {
    const result = normOf(x, p, reduction)
    return { result, saved: { x, out: result } }
  })
}

const logsumexpRecord = defineComposed<Shape, { x: Tensor; out: Tensor }>({
  name: 'logsumexp',
  // As in torch: upstream exp(x - out).
  backward: (upstream, { x, out }, kept) => [mul(exp(sub(x, reshape(out, kept))), reshape(upstream, kept))],
})

/** `log Σ exp(x)` over `dim`. */
export function logsumexp(given: Tensor, options: ReduceOptions): Tensor {
  const x = to(given, 'float32')
  const reduction = resolve('logsumexp', x, options)
  return applyComposed(logsumexpRecord, x, keptShape(x.shape, reduction.dims), () => {
    const result = asRun(x, reduction, (run, { dims, keepdim }) => {
      const out = empty('logsumexp', resultShape([run], { dims, keepdim }))
      const from = dense(run)
      launch(() => kernels.logsumexp(from.pointer(), out.pointer(), ...runOf(run.shape, dims)))
      return out
    })
    return { result, saved: { x, out: result } }
  })
}

/** `|a - b|_p` of everything. */
export const dist = (a: Tensor, b: Tensor, p: number): Tensor => vector_norm(sub(a, b), p, {}, 'dist')

/** `x` with each slice along `dim` scaled down to a norm of at most `maxnorm`. */
export function renorm(x: Tensor, p: number, dim: number, maxnorm: number): Tensor {
  const dims = x.shape.map((_, i) => i).filter((i) => i !== dim)
  const norm = vector_norm(x, p, { dim: dims, keepdim: true }, 'renorm')
  const isWithin = eq(to(gt(norm, maxnorm), 'float32'), 0)
  return mul(x, expand(masked_fill(div(maxnorm, add(norm, 1e-7)), isWithin, 1), x.shape))
}
