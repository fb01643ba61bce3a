/** The greatest element along a dimension, and where it is. */
import { IndexError } from '../../base/errors.js'
import { applyEach } from '../../graph/apply.js'
import { defineSeveral } from '../../graph/op.js'
import { kernels } from '../../kernels/instance.js'
import type { DType } from '../../tensor/dtype.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { withSize } from '../../tensor/parts.js'
import { normalizeDim, type Shape, splitAt } from '../../tensor/shape.js'
import type { Tensor } from '../../tensor/tensor.js'

type ArgKernel = (x: number, out: number, outer: number, axis: number, inner: number) => void

const argmax: Record<DType, ArgKernel> = {
  float32: (...operands) => kernels.argmax_axis(...operands),
  int32: (...operands) => kernels.argmax_axis_of_i32(...operands),
  uint8: (...operands) => kernels.argmax_axis_of_u8(...operands),
  bool: (...operands) => kernels.argmax_axis_of_u8(...operands),
}

/** Fills `out`, int32, with the index of the first maximum along the axis of `[outer, axis, inner]`. */
export function fillArgmax(x: Tensor, out: Tensor, run: readonly [number, number, number]): void {
  argmax[x.dtype](x.pointer(), out.pointer(), ...run)
}

const maxRecord = defineSeveral({
  name: 'max',
  results([x], { dim, keepdim }: { dim: number; keepdim: boolean }) {
    const shape = reduced(x.shape, dim, keepdim)
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ]
  },
  forward([x], [values, indices], { dim }) {
    fillArgmax(x, indices, splitAt(x.shape, dim))
    gatherInto(values, x, indices, 1, dim)
    return { indices }
  },
  backward: ([upstream], { indices }, { dim }, { inputShapes: [shape] }) => [
    upstream === null ? null : scattered(upstream, indices, 1, dim, shape),
  ],
})

const reduced = (shape: Shape, dim: number, keepdim: boolean): Shape =>
  keepdim ? withSize(shape, dim, 1) : shape.filter((_, i) => i !== dim)

/** The greatest elements along `dim`, NaN if any is, and the index of the first such. */
export function max(x: Tensor, dim: number, keepdim: boolean): Tensor[] {
  const at = normalizeDim(dim, x.dim())
  if (x.shape[at] === 0) throw new IndexError(`max(): Expected reduction dim ${at} to have non-zero size.`)
  return applyEach(maxRecord, [x], { dim: at, keepdim })
}
