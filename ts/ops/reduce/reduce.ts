/** Sums and means over dimensions. */

import { RuntimeError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import { promoted } from '../../graph/operands.js'
import { kernels } from '../../kernels/instance.js'
import { type TensorLike, toTensor } from '../../tensor/convert.js'
import { nameOf } from '../../tensor/promotion.js'
import type { Shape } from '../../tensor/shape.js'
import { expandElements } from '../../tensor/strided.js'
import { sumInto } from '../../tensor/sum.js'
import { empty, type Tensor } from '../../tensor/tensor.js'
import * as integer from '../elementwise/integer.js'
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

/** The gradient of a sum: `upstream` times `scale`, broadcast along `dims`. */
function spread(upstream: Tensor, scale: number, dims: readonly number[], shape: Shape): Tensor {
  const kept = upstream.alias(keptShape(shape, dims))
  if (scale === 1) return expandElements(kept, shape)
  const scaled = empty('backward', kept.shape)
  kernels.scale(kept.pointer(), scale, scaled.pointer(), scaled.numel())
  const gradient = expandElements(scaled, shape)
  if (gradient !== scaled) scaled.dispose()
  return gradient
}

const sumRecord = define<ReducedDims>({
  name: 'sum',
  operands: promoted,
  shape: resultShape,
  dtype: ([x]) => (x.dtype === 'float32' ? 'float32' : 'int32'),
  forward([x], out, { dims }) {
    if (x.dtype === 'float32') sumInto(x, dims, 1, out)
    else integer.sum(x, out, runOf(x.shape, dims))
  },
  backward: (upstream, _saved, { dims }, { inputShapes }) => [spread(upstream, 1, dims, inputShapes[0])],
})

const meanRecord = define<ReducedDims>({
  name: 'mean',
  shape: resultShape,
  forward([x], out, { dims }) {
    sumInto(x, dims, 1 / countOf(x.shape, dims), out)
  },
  backward: (upstream, _saved, { dims }, { inputShapes }) => [
    spread(upstream, 1 / countOf(inputShapes[0], dims), dims, inputShapes[0]),
  ],
})

/** Sum over `dim`, or over all dimensions; sums of integers and bool are exact int32. */
export function sum(x: TensorLike, options?: ReduceOptions): Tensor {
  const input = toTensor('sum', 'input', x)
  const reduction = resolve('sum', input, options)
  // The float kernel reduces several dimensions in sequence, the integer kernel only one.
  return input.dtype === 'float32'
    ? apply(sumRecord, [input], reduction)
    : asRun(input, reduction, (run, own) => apply(sumRecord, [run], own))
}

/**
 * Mean over `dim`, or over all dimensions; NaN without elements.
 *
 * @throws RuntimeError for integers and bool, as in torch: use `x.float().mean()`
 */
export function mean(x: TensorLike, options?: ReduceOptions): Tensor {
  const input = toTensor('mean', 'input', x)
  if (input.dtype !== 'float32') {
    throw new RuntimeError(
      `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${nameOf(input.dtype)}. Convert it with .float()`,
    )
  }
  return apply(meanRecord, [input], resolve('mean', input, options))
}
