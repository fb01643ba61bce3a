/** Products over a dimension, and what is accumulated along one. */
import { ScanCode } from '#kernels'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { launch } from '../../memory/residency.js'
import type { DType } from '../../tensor/dtype.js'
import { checkFloat } from '../../tensor/promotion.js'
import { normalizeDim, splitAt } from '../../tensor/shape.js'
import { dense } from '../../tensor/strided.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { add, div, ge, lt, mul, sub } from '../elementwise/binary.js'
import { fillByInt32, withInt32 } from '../elementwise/integer.js'
import { abs, exp, log } from '../elementwise/math.js'
import { where } from '../elementwise/where.js'
import { flatten } from '../shape/view.js'
import { keptShape, type ReducedDims, resultShape, runOf } from './dims.js'

type Run = readonly [outer: number, axis: number, inner: number]

/** Of integers int32. */
const accumulated = ([x]: readonly Tensor[]): DType => (x.dtype === 'float32' ? 'float32' : 'int32')

/** The gradient of cumulative products along the axis, or of the last one alone. */
function productGradient(upstream: Tensor, x: Tensor, whole: boolean, run: Run): Tensor {
  const gradient = empty('backward', x.shape)
  const later = empty('backward', [run[1], 2])
  const [up, at] = [upstream.pointer(), gradient.pointer()]
  kernels.product_backward(up, x.pointer(), whole, at, later.pointer(), ...run)
  later.dispose()
  return gradient
}

const prodRecord = define<ReducedDims, { x: Tensor; out: Tensor }>({
  name: 'prod',
  operands: promoted,
  shape: resultShape,
  dtype: accumulated,
  forward([x], out, { dims }) {
    const run = runOf(x.shape, dims)
    if (x.dtype === 'float32') kernels.product_axis(x.pointer(), out.pointer(), ...run)
    else
      withInt32([x], (wide) =>
        fillByInt32('prod', out, (into) => kernels.integer_product(wide.pointer(), into.pointer(), ...run)),
      )
    return { x, out }
  },
  backward(upstream, { x, out }, { dims }) {
    // A product that is neither 0 nor infinite has no such factor.
    if (!out.data().every((product) => product !== 0 && Number.isFinite(product)))
      return [productGradient(upstream, x, true, runOf(x.shape, dims))]
    return [div(mul(upstream, out).alias(keptShape(x.shape, dims)), x)]
  },
})

/** The product along `dim`, or of everything. */
export function prod(x: Tensor, dim: number | null, keepdim: boolean): Tensor {
  if (dim === null) return apply(prodRecord, [flatten(x)], { dims: [0], keepdim: false })
  const at = normalizeDim(dim, x.dim())
  return apply(prodRecord, [x], { dims: x.dim() === 0 ? [] : [at], keepdim })
}

/** What is accumulated along `dim` of float32, from the end if `reverse`; outside of autograd. */
function scanned(x: Tensor, code: number, dim: number, reverse: boolean): Tensor {
  const out = empty('backward', x.shape)
  const given = dense(x)
  launch(() => kernels.scan(given.pointer(), out.pointer(), code, reverse, ...splitAt(x.shape, dim)))
  return out
}

type Saved = { x: Tensor | undefined; out: Tensor | undefined }

const cumulative = (
  name: string,
  code: number,
  backward: (upstream: Tensor, saved: { x: Tensor; out: Tensor }, dim: number) => Tensor,
) =>
  define<{ dim: number }, Saved>({
    name,
    operands: promoted,
    shape: ([x]) => x.shape,
    dtype: accumulated,
    forward([x], out, { dim }) {
      const run = splitAt(x.shape, dim)
      if (x.dtype === 'float32') kernels.scan(x.pointer(), out.pointer(), code, false, ...run)
      else {
        const isProduct = code === ScanCode.product
        withInt32([x], (wide) =>
          fillByInt32(name, out, (into) =>
            kernels.integer_scan(wide.pointer(), into.pointer(), isProduct, ...run),
          ),
        )
      }
      const saves = code !== ScanCode.sum
      return { x: saves ? x : undefined, out: code === ScanCode.log_sum_exp ? out : undefined }
    },
    backward: (upstream, saved, { dim }) => [backward(upstream, saved as { x: Tensor; out: Tensor }, dim)],
  })

const cumsumRecord = cumulative('cumsum', ScanCode.sum, (upstream, _saved, dim) =>
  scanned(upstream, ScanCode.sum, dim, true),
)
const cumprodRecord = cumulative('cumprod', ScanCode.product, (upstream, { x }, dim) =>
  productGradient(upstream, x, false, splitAt(x.shape, dim)),
)
const logcumsumexpRecord = cumulative('logcumsumexp', ScanCode.log_sum_exp, (upstream, { x, out }, dim) => {
  // Σ_{k >= i} upstream[k] exp(x[i] - out[k]), for the upstream of each sign by logarithms.
  const logarithm = log(abs(upstream))
  const part = (isSign: Tensor) => {
    const terms = where(isSign, sub(logarithm, out), Number.NEGATIVE_INFINITY)
    return exp(add(scanned(terms, ScanCode.log_sum_exp, dim, true), x))
  }
  return sub(part(ge(upstream, 0)), part(lt(upstream, 0)))
})

const along = (record: typeof cumsumRecord, x: Tensor, dim: number): Tensor =>
  apply(record, [x], { dim: normalizeDim(dim, x.dim()) })

/** Sums of the elements so far along `dim`; of integers exact int32. */
export const cumsum = (x: Tensor, dim: number): Tensor => along(cumsumRecord, x, dim)

/** Products of the elements so far along `dim`; of integers exact int32. */
export const cumprod = (x: Tensor, dim: number): Tensor => along(cumprodRecord, x, dim)

/** `log Σ exp(x)` of the elements so far along `dim`. */
export function logcumsumexp(x: Tensor, dim: number): Tensor {
  checkFloat('logcumsumexp_out_cpu', 'input', x.dtype)
  return along(logcumsumexpRecord, x, dim)
}
