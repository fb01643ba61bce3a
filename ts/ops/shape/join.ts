/** Joining tensors. */

import { describe } from '../../base/check.js'
import { RuntimeError, ValueError } from '../../base/errors.js'
import { apply } from '../../graph/apply.js'
import { define } from '../../graph/op.js'
import type { DType } from '../../tensor/dtype.js'
import { copyPart, withSize } from '../../tensor/parts.js'
import { promote } from '../../tensor/promotion.js'
import { formatShape, normalizeDim, type Shape, sameShape } from '../../tensor/shape.js'
import { checkTensor, empty, type Tensor } from '../../tensor/tensor.js'
import { unsqueeze } from './view.js'

const catRecord = define<{ dim: number }>({
  name: 'cat',
  operands: (_op, given) =>
    (given as readonly Tensor[]).reduce<DType>((type, x) => promote(type, x.dtype), 'bool'),
  shape: (inputs, { dim }) => catShape(inputs, dim),
  dtype: ([first]) => first.dtype,
  forward(inputs, out, { dim }) {
    copyParts(inputs, out, dim)
  },
  backward(upstream, _saved, { dim }, { inputShapes }) {
    let start = 0
    return inputShapes.map((shape) => {
      const gradient = empty('backward', shape)
      if (isSkipped(shape)) return gradient
      copyPart('from', gradient, upstream, dim, start)
      start += shape[dim]
      return gradient
    })
  },
})

/** As in torch, an empty vector may stand beside tensors of any shape. */
const isSkipped = (shape: Shape): boolean => shape.length === 1 && shape[0] === 0

/** The shape that the others must have. */
const firstShape = (tensors: readonly Tensor[]): Shape =>
  tensors.find(({ shape }) => !isSkipped(shape))?.shape ?? tensors[0].shape

function catShape(tensors: readonly Tensor[], dim: number): Shape {
  const first = firstShape(tensors)
  tensors.forEach(({ shape }, i) => {
    if (isSkipped(shape)) return
    if (shape.length === 0)
      throw new RuntimeError(`zero-dimensional tensor (at position ${i}) cannot be concatenated`)
    if (shape.length !== first.length) {
      throw new RuntimeError(
        `Tensors must have same number of dimensions: got ${first.length} and ${shape.length}`,
      )
    }
    const other = shape.findIndex((size, d) => d !== dim && size !== first[d])
    if (other >= 0) {
      throw new RuntimeError(
        `Sizes of tensors must match except in dimension ${dim}. Expected size ${first[other]} but got size ${shape[other]} for tensor number ${i} in the list.`,
      )
    }
  })
  return withSize(
    first,
    dim,
    tensors.reduce((sum, { shape }) => sum + (isSkipped(shape) ? 0 : shape[dim]), 0),
  )
}

function copyParts(tensors: readonly Tensor[], out: Tensor, dim: number): void {
  let start = 0
  for (const tensor of tensors) {
    if (isSkipped(tensor.shape)) continue
    copyPart('into', tensor, out, dim, start)
    start += tensor.shape[dim]
  }
}

/** A checked copy of a user's list of tensors. */
function ownTensors(op: string, list: readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(list))
    throw new TypeError(`${op}: tensors must be an array of Tensors, but got ${describe(list)}`)
  const tensors: readonly Tensor[] = [...list]
  for (const [i, tensor] of tensors.entries()) checkTensor(op, `tensors[${i}]`, tensor)
  return tensors
}

/** Concatenates tensors along dimension `dim`; their shapes must be equal except for it. The dtype is promoted. */
export function cat(list: readonly Tensor[], dim = 0): Tensor {
  const tensors = ownTensors('cat', list)
  if (tensors.length === 0) throw new ValueError('torch.cat(): expected a non-empty list of Tensors')
  const at = normalizeDim(dim, firstShape(tensors).length)
  return apply(catRecord, tensors, { dim: at })
}

/** Stacks tensors of the same shape along a new dimension `dim`. */
export function stack(list: readonly Tensor[], dim = 0): Tensor {
  const tensors = ownTensors('stack', list)
  if (tensors.length === 0) throw new RuntimeError('stack expects a non-empty TensorList')
  const first = tensors[0].shape
  const at = normalizeDim(dim, first.length + 1)
  const different = tensors.findIndex((tensor) => !sameShape(tensor.shape, first))
  if (different >= 0) {
    throw new RuntimeError(
      `stack expects each tensor to be equal size, but got ${formatShape(first)} at entry 0 and ${formatShape(tensors[different].shape)} at entry ${different}`,
    )
  }
  return cat(
    tensors.map((tensor) => unsqueeze(tensor, at)),
    at,
  )
}
