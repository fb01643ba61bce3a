/** Values written at an index for each place, or combined with what is there. */
import { CombineCode } from '#kernels'
import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define, type InputGradients } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { convertInto, to } from '../../tensor/convert.js'
import { copyElements } from '../../tensor/copy.js'
import { full } from '../../tensor/create.js'
import { bytesPerElement, type DType } from '../../tensor/dtype.js'
import { nameOf } from '../../tensor/promotion.js'
import { formatShape, normalizeDim, splitAt } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import { div, eq, mul } from '../elementwise/binary.js'
import { fillByInt32, withInt32 } from '../elementwise/integer.js'
import { floor_divide } from '../elementwise/pairs.js'
import { masked_fill, where } from '../elementwise/where.js'
import { clone } from '../shape/clone.js'
import { expand } from '../shape/expand.js'
import { gathered, narrowed, ownIndex } from '../shape/gather.js'
import { copy_ } from '../shape/in_place.js'
import { reshape } from '../shape/view.js'

export type Combine = 'sum' | 'prod' | 'amax' | 'amin'

/** Inputs are a tensor, checked indices, and values in their shape, which is that of the tensor but for `dim`. */
const record = define({
  name: 'scatter',
  shape: ([x]) => x.shape,
  dtype: ([x]) => x.dtype,
  forward([x, index, src], out, { dim, combine }: { dim: number; combine: Combine | null }) {
    copyElements(x, out)
    if (index.numel() > 0) {
      if (combine === null || out.dtype === 'float32') write(index, src, out, dim, combine)
      else {
        withInt32([src], (wide) =>
          fillByInt32('scatter', out, (result) => {
            if (result !== out) convertInto(x, result)
            return write(index, wide, result, dim, combine)
          }),
        )
      }
    }
    return combine === null || combine === 'sum' ? { index } : { index, x, src, out }
  },
  backward(upstream, saved, { dim, combine }, { needs }): InputGradients {
    const { index } = saved
    const at = (x: Tensor) => gathered(x, dim, index)
    if (combine === 'sum') return [upstream, null, needs[2] ? at(upstream) : null]
    if (combine === null) {
      const nothing = () => full([], 0)
      return [
        needs[0] ? scattered(upstream, dim, index, nothing(), null) : null,
        null,
        needs[2] ? at(upstream) : null,
      ]
    }
    const { x, src, out } = saved as { x: Tensor; src: Tensor; out: Tensor }
    return combine === 'prod'
      ? [
          needs[0] ? gradientOfFactor(upstream, dim, index, x, src) : null,
          null,
          needs[2] ? gradientOfFactors(upstream, dim, index, x, src, out) : null,
        ]
      : gradientsOfExtreme(upstream, dim, index, x, src, out)
  },
})

/** The kernel; 0 if an integer does not fit. */
function write(index: Tensor, src: Tensor, out: Tensor, dim: number, combine: Combine | null): number {
  const rest = [index.pointer(), out.pointer(), index.shape[dim], ...splitAt(out.shape, dim)] as const
  if (combine === null) kernels.scatter(src.pointer(), bytesPerElement[out.dtype], ...rest)
  else if (out.dtype !== 'float32')
    return kernels.combine_integers(CombineCode[combine], src.pointer(), ...rest)
  else kernels.combine_floats(CombineCode[combine], src.pointer(), ...rest)
  return 1
}

/** {@link record}, of values that are broadcast to the indices, which are checked and not the user's. */
export const scattered = (
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  combine: Combine | null,
): Tensor => apply(record, [x, index, expand(src, index.shape)], { dim, combine })

/** The gradient of a factor that is written over: the product of the others, also where it is 0. */
function gradientOfFactor(upstream: Tensor, dim: number, index: Tensor, x: Tensor, src: Tensor): Tensor {
  const own = masked_fill(x, eq(x, 0), 1)
  return div(mul(upstream, scattered(own, dim, index, src, 'prod')), own)
}

/** The gradient of the factors that are written: 0 where two others are 0. Source: scatter_reduce_backward. */
function gradientOfFactors(
  upstream: Tensor,
  dim: number,
  index: Tensor,
  x: Tensor,
  src: Tensor,
  out: Tensor,
): Tensor {
  const zero = eq(src, 0)
  const zeros = scattered(full(x.shape, 0), dim, index, where(zero, full([], 1), 0), 'sum')
  const single = mul(zero, eq(gathered(zeros, dim, index), 1))
  const others = scattered(x, dim, index, masked_fill(src, single, 1), 'prod')
  const at = (result: Tensor) => gathered(mul(upstream, result), dim, index)
  return where(single, at(others), div(at(out), masked_fill(src, zero, 1)))
}

/** The gradient of a maximum or minimum, in equal parts to all that are equal to it. */
function gradientsOfExtreme(
  upstream: Tensor,
  dim: number,
  index: Tensor,
  x: Tensor,
  src: Tensor,
  out: Tensor,
): InputGradients {
  const one = full([], 1)
  const [own, written] = [eq(x, out), eq(src, gathered(out, dim, index))].map((is) => where(is, one, 0))
  const share = div(upstream, scattered(own, dim, index, written, 'sum'))
  return [mul(own, share), null, mul(written, gathered(share, dim, index))]
}

/** What values combine with as if nothing were there. */
export function identityOf(combine: Combine, dtype: DType): number {
  if (combine === 'sum' || combine === 'prod') return combine === 'sum' ? 0 : 1
  const isMax = combine === 'amax'
  if (dtype === 'float32') return isMax ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (dtype === 'int32') return isMax ? -(2 ** 31) : 2 ** 31 - 1
  return isMax ? 0 : dtype === 'bool' ? 1 : 255
}

/** How the values of {@link scatter} combine. */
export interface Writing {
  /** Null to overwrite. */
  combine: Combine | 'mean' | null
  /** Whether what is there counts. */
  include_self?: boolean
}

/** The counts of values at each place that are behind a mean, with what was there if it counts. */
function countsOf(x: Tensor, dim: number, index: Tensor, include_self: boolean): Tensor {
  const one = full([], 1, { dtype: x.dtype === 'float32' ? 'float32' : 'int32' })
  const counts = scattered(full(x.shape, include_self ? 1 : 0, { dtype: one.dtype }), dim, index, one, 'sum')
  return include_self ? counts : masked_fill(counts, eq(counts, 0), 1)
}

/** {@link scattered} for all ways of combining, in a tensor with dimensions. */
export function combined(
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  { combine, include_self = true }: Writing,
): Tensor {
  if (combine === null) return scattered(x, dim, index, src, null)
  const kernel = combine === 'mean' ? 'sum' : combine
  const first = include_self
    ? x
    : scattered(x, dim, index, full([], identityOf(kernel, x.dtype), { dtype: x.dtype }), null)
  const result = scattered(first, dim, index, src, kernel)
  if (combine !== 'mean') return result
  const counts = countsOf(x, dim, index, include_self)
  return x.dtype === 'float32' ? div(result, counts) : to(floor_divide(result, counts), x.dtype)
}

/** `src`, or the number that it is, written at `index` of dimension `dim`. */
export function scatter(
  op: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | number,
  how: Writing,
): Tensor {
  const at = normalizeDim(dim, x.dim())
  if (x.dim() === 0) {
    const values = typeof src === 'number' ? src : reshape(src, [-1])
    return reshape(scatter(op, reshape(x, [1]), 0, reshape(index, [-1]), values, how), [])
  }
  const own = ownIndex(op, x, at, index.dim() === 0 ? reshape(index, [1]) : index)
  const values = typeof src === 'number' ? full([], src, { dtype: x.dtype }) : valuesOf(op, x, src, own)
  const part = narrowed(x, own.shape, at)
  const written = combined(part, at, own, values, how)
  if (part === x) return written
  const result = clone(x)
  copy_(narrowed(result, own.shape, at), written)
  return result
}

/** The part of `src` in the shape of the indices. */
function valuesOf(op: string, x: Tensor, src: Tensor, index: Tensor): Tensor {
  if (src.dtype !== x.dtype) {
    throw new RuntimeError(
      `${op}(): Expected self.dtype to be equal to src.dtype, but got ${nameOf(x.dtype)} and ${nameOf(src.dtype)}`,
    )
  }
  const wide = src.dim() === 0 ? reshape(src, [1]) : src
  if (wide.dim() !== index.dim()) {
    throw new RuntimeError(`${op}(): Index tensor must have the same number of dimensions as src tensor`)
  }
  const fits = index.shape.every((size, i) => size <= wide.shape[i])
  if (index.numel() > 0 && !fits) {
    throw new RuntimeError(
      `Expected index ${formatShape(index.shape)} to be no larger size than src ${formatShape(wide.shape)}`,
    )
  }
  return fits ? narrowed(wide, index.shape, -1) : empty(op, index.shape, src.dtype)
}
