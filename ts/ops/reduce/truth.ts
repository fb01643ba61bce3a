/** Whether elements are true, how many are, and sums that ignore NaN. */
import { apply } from '../../graph/apply.js'
import { applyComposed, defineComposed } from '../../graph/composed.js'
import { define } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import { to } from '../../tensor/convert.js'
import type { Shape } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'
import { div, eq, mul, ne } from '../elementwise/binary.js'
import { masked_fill } from '../elementwise/where.js'
import {
  asRun,
  keptShape,
  type ReducedDims,
  type ReduceOptions,
  resolve,
  resultShape,
  runOf,
} from './dims.js'
import { sum } from './reduce.js'

const truth = (name: string, all: boolean) => {
  const record = define<ReducedDims>({
    name,
    operands: () => 'bool',
    shape: resultShape,
    dtype: () => 'bool',
    forward([x], out, { dims }) {
      kernels.any_axis(x.pointer(), out.pointer(), all, ...runOf(x.shape, dims))
    },
  })
  return (x: Tensor, options: ReduceOptions): Tensor => {
    const result = asRun(x.detach(), resolve(name, x, options), (run, own) => apply(record, [run], own))
    return x.dtype === 'uint8' ? to(result, 'uint8') : result
  }
}

/** Whether any element is not 0; of uint8 as uint8. */
export const any = truth('any', false)

/** Whether no element is 0; of uint8 as uint8. */
export const all = truth('all', true)

/** How many elements are not 0. */
export const count_nonzero = (x: Tensor, options: ReduceOptions): Tensor =>
  sum(to(x.detach(), 'bool'), options)

const nansumRecord = defineComposed<Shape, { x: Tensor }>({
  name: 'nansum',
  backward: (upstream, { x }, kept) => [mul(upstream.alias(kept), to(eq(x, x), 'float32'))],
})

/** Sum of the elements that are not NaN. */
export function nansum(x: Tensor, options: ReduceOptions): Tensor {
  if (x.dtype !== 'float32') return sum(x, options)
  const kept = keptShape(x.shape, resolve('nansum', x, options).dims)
  return applyComposed(nansumRecord, x, kept, () => {
    return { result: sum(masked_fill(x, ne(x, x), 0), options), saved: { x } }
  })
}

/** Mean of the elements that are not NaN. */
export const nanmean = (x: Tensor, options: ReduceOptions): Tensor =>
  div(nansum(x, options), sum(eq(x.detach(), x.detach()), options))
