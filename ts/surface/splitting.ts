/** Public functions: a tensor as several parts, all of them views. */
import * as parts from '../ops/shape/split.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'

/** The dimension of an operation; 0 by default. */
export interface Along {
  dim?: number
}

const INPUT = 'input: Tensor'
const DIM = 'dim: int = 0'

/** Parts of so many elements along `dim`, the last one of what is left, or parts of the given sizes. */
export const split: (input: Tensor, split_size: number | Shape, dim?: number | Along) => Tensor[] = called(
  'split',
  [INPUT, 'split_size: int|ints', DIM],
  parts.split,
)

/** Parts of the given sizes along `dim`. */
export const split_with_sizes: (input: Tensor, split_sizes: Shape, dim?: number | Along) => Tensor[] = called(
  'split_with_sizes',
  [INPUT, 'split_sizes: ints', DIM],
  parts.split_with_sizes,
)

/** At most `chunks` parts of equal size along `dim`, the last one of what is left. */
export const chunk: (input: Tensor, chunks: number, dim?: number | Along) => Tensor[] = called(
  'chunk',
  [INPUT, 'chunks: int', DIM],
  parts.chunk,
)

/**
 * Parts that end before each index, or as many parts as a number says, whose sizes differ by at most one.
 *
 * @example torch.tensor_split(torch.arange(5), 2) // [0, 1, 2] and [3, 4]
 */
export const tensor_split: (
  input: Tensor,
  indices_or_sections: number | Shape | Tensor | { sections: number } | { indices: Shape },
  dim?: number | Along,
) => Tensor[] = called(
  'tensor_split',
  [
    INPUT,
    'indices_or_sections: int|ints|Tensor = None',
    DIM,
    '*',
    'sections: int = None',
    'indices: ints = None',
    'tensor_indices_or_sections: Tensor = None',
  ],
  (input, by, dim, sections, indices, tensor) => {
    const given = by ?? sections ?? indices ?? tensor
    if (given === null) throw new TypeError("tensor_split() missing required argument 'indices_or_sections'")
    return parts.tensor_split(input, given, dim)
  },
)

/** Equal parts, or parts that end before each index, along a dimension. */
type AlongOne = (
  input: Tensor,
  indices_or_sections: number | Shape | { sections: number } | { indices: Shape },
) => Tensor[]

const along = (name: string, rank: number, dim: number): AlongOne =>
  called(
    name,
    [INPUT, 'indices_or_sections: int|ints = None', '*', 'sections: int = None', 'indices: ints = None'],
    (input, by, sections, indices) => {
      const given = by ?? sections ?? indices
      if (given === null) throw new TypeError(`${name}() missing required argument 'indices_or_sections'`)
      return parts.split_along(name, input, given, Math.min(dim, Math.max(input.dim() - 1, 0)), rank)
    },
  )

/** Parts along dimension 1, of a vector along its only one. */
export const hsplit: AlongOne = along('hsplit', 1, 1)
/** Parts along dimension 0. */
export const vsplit: AlongOne = along('vsplit', 2, 0)
/** Parts along dimension 2. */
export const dsplit: AlongOne = along('dsplit', 3, 2)

/** The parts at each index of `dim`, without it. */
export const unbind: (input: Tensor, dim?: number | Along) => Tensor[] = called(
  'unbind',
  [INPUT, DIM],
  parts.unbind,
)

/** The same as {@link split}. */
export const unsafe_split: typeof split = called(
  'unsafe_split',
  [INPUT, 'split_size: int|ints', DIM],
  parts.split,
)
/** The same as {@link chunk}. */
export const unsafe_chunk: typeof chunk = called('unsafe_chunk', [INPUT, 'chunks: int', DIM], parts.chunk)
