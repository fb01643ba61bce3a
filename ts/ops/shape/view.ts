/** Other shapes of the same elements, sharing their memory. */

import { RuntimeError } from '../../base/errors.js'
import { applyView } from '../../graph/apply.js'
import { defineGradient } from '../../graph/op.js'
import { copyElements } from '../../tensor/copy.js'
import { zerosLike } from '../../tensor/parts.js'
import { checkShape, inferShape, normalizeDim, numelOf, ownIntegers, type Shape } from '../../tensor/shape.js'
import { checkTensor, type Tensor } from '../../tensor/tensor.js'

/** A view of the elements from `offset` on: its gradient lies there among zeros. */
export const defineView = (name: string) =>
  defineGradient<{ offset: number }>({
    name,
    backward(upstream, _saved, { offset }, { inputShapes: [shape] }) {
      if (numelOf(shape) === upstream.numel()) return [upstream.alias(shape)]
      const gradient = zerosLike(shape)
      copyElements(upstream, gradient.alias(upstream.shape, offset))
      return [gradient]
    },
  })

const reshapeRecord = defineView('reshape')

/** The same elements in another shape, sharing memory; one size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'input', x)
  const inferred = inferShape(ownIntegers('reshape', 'shape', shape), x.numel())
  checkShape('reshape', inferred)
  return applyView(reshapeRecord, x, inferred)
}

/** Dimensions `start_dim` to `end_dim` as one. */
export function flatten(x: Tensor, start_dim = 0, end_dim = -1): Tensor {
  checkTensor('flatten', 'input', x)
  const start = normalizeDim(start_dim, x.dim())
  const end = normalizeDim(end_dim, x.dim())
  if (start > end) throw new RuntimeError('flatten() has invalid args: start_dim cannot come after end_dim')
  return reshape(x, [
    ...x.shape.slice(0, start),
    numelOf(x.shape.slice(start, end + 1)),
    ...x.shape.slice(end + 1),
  ])
}

/** A dimension of size 1 more, before `dim`. */
export function unsqueeze(x: Tensor, dim: number): Tensor {
  checkTensor('unsqueeze', 'input', x)
  const at = normalizeDim(dim, x.dim() + 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/** Without dimension `dim` if its size is 1; without all of size 1 if `dim` is left out. */
export function squeeze(x: Tensor, dim?: number | readonly number[]): Tensor {
  checkTensor('squeeze', 'input', x)
  if (dim === undefined)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    )
  const given = typeof dim === 'number' ? [dim] : ownIntegers('squeeze', 'dim', dim)
  const dims = given.map((d) => normalizeDim(d, x.dim()))
  const twice = dims.find((d, i) => dims.includes(d, i + 1))
  if (twice !== undefined)
    throw new RuntimeError(`dim ${twice} appears multiple times in the list of dims (squeeze)`)
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !dims.includes(i)),
  )
}
