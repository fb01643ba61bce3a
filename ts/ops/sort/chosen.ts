/** Operations that choose elements along one dimension: their values, and their indices. */
import type { Kernels } from '#kernels'
import { applyEach } from '../../graph/apply.js'
import { defineSeveral, type OpOfSeveral } from '../../graph/op.js'
import { gatherInto, scattered } from '../../tensor/gather.js'
import { normalizeDim, type Shape, splitAt } from '../../tensor/shape.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

export interface ChosenOptions {
  /** The dimension, normalised. */
  readonly dim: number
  /** Of a vector of which one element is chosen: the kernel by which those that equal it share the gradient evenly. */
  readonly evenly?: () => Kernels['max_axis_backward']
}

type Saved = { indices: Tensor; x: Tensor | undefined; values: Tensor | undefined }

export type Choosing<Options> = OpOfSeveral<Options, Saved>

/** Declares such an operation: the shape of both results, and what writes the indices, inside a launch. */
export const choosing = <Options extends ChosenOptions>(
  name: string,
  shape: (x: Tensor, options: Options) => Shape,
  choose: (x: Tensor, indices: Tensor, options: Options) => void,
): Choosing<Options> =>
  defineSeveral<Options, Saved>({
    name,
    results([x], options) {
      const chosen = shape(x, options)
      return [
        { shape: chosen, dtype: x.dtype },
        { shape: chosen, dtype: 'int32' },
      ]
    },
    forward([x], [values, indices], options) {
      choose(x, indices, options)
      gatherInto(values, x, indices, countOf(x.shape, indices, options), options.dim)
      return options.evenly ? { indices, x, values } : { indices, x: undefined, values: undefined }
    },
    backward([upstream], { indices, x, values }, options, { inputShapes: [shape] }) {
      if (upstream === null) return [null]
      const { evenly } = options
      if (evenly === undefined || x === undefined || values === undefined)
        return [scattered(upstream, indices, countOf(shape, indices, options), options.dim, shape)]
      const gradient = empty('backward', shape)
      const [up, chosen] = [upstream.pointer(), values.pointer()]
      evenly()(up, x.pointer(), chosen, gradient.pointer(), 1, x.numel(), 1)
      return [gradient]
    },
  })

/** How many are chosen along the dimension. */
function countOf(shape: Shape, indices: Tensor, { dim }: ChosenOptions): number {
  const [outer, , inner] = splitAt(shape, dim)
  return outer * inner === 0 ? 0 : indices.numel() / (outer * inner)
}

/** Runs such an operation, whose dimension may be negative. */
export const choose = <Options extends ChosenOptions>(
  op: Choosing<Options>,
  x: Tensor,
  options: Options,
): Tensor[] => applyEach(op, [x], { ...options, dim: normalizeDim(options.dim, x.dim()) })
