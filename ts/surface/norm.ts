/** Public functions: norms of vectors and matrices; those of torch.linalg too. */
import { RuntimeError } from '../base/errors.js'
import { type MatrixOrd, matrix_norm as matrixNorm } from '../ops/linear/matrix_norm.js'
import { svdvals } from '../ops/linear/svd.js'
import { vector_norm as vectorNorm } from '../ops/reduce/norm.js'
import type { TensorLike } from '../tensor/convert.js'
import type { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import { resultOf } from './cumulative.js'
import type { ResultType } from './reduce.js'

/** One or several dimensions. */
type Dims = number | readonly number[]

/** Keywords of {@link norm}. */
export interface NormOptions extends ResultType<'float32'> {
  /** 'fro', the same as 2, by default; Infinity for the greatest magnitude, 0 for how many are not 0; 'nuc' of matrices. */
  p?: number | 'fro' | 'nuc' | null
  dim?: Dims | null
  keepdim?: boolean
}

const KEEPDIM = 'keepdim: bool = False'
const DTYPE = "dtype: 'float32' = None"

/**
 * `(Σ |x|^p)^(1/p)` over `dim`, or over all dimensions. Source: torch.norm.
 *
 * @example torch.norm(torch.tensor([3, 4])).item() // 5
 */
export const norm: (
  input: TensorLike,
  p?: number | 'fro' | 'nuc' | NormOptions | null,
  dim?: Dims | Omit<NormOptions, 'p'> | null,
  keepdim?: boolean | Pick<NormOptions, 'keepdim' | 'dtype'>,
  options?: ResultType<'float32'>,
) => Tensor = called(
  'norm',
  ['input: TensorLike', "p: number|str = 'fro'", 'dim: int|ints = None', KEEPDIM, DTYPE],
  (input, p, dim, keepdim, dtype) =>
    resultOf('norm', input, dtype, (x) => {
      if (typeof p === 'number') return vectorNorm(x, p, { dim, keepdim })
      if (p === 'fro') return vectorNorm(x, 2, { dim, keepdim })
      const dims = typeof dim === 'number' ? [dim] : (dim ?? [-2, -1])
      return matrixNorm('norm', x, p, dims, keepdim)
    }),
)

/** Keywords of {@link vector_norm}. */
export interface VectorNormOptions extends ResultType<'float32'> {
  ord?: number
  dim?: Dims | null
  keepdim?: boolean
}

/** `(Σ |x|^ord)^(1/ord)` over `dim`, or over all dimensions; 2 by default. Source: torch.linalg.vector_norm. */
export const vector_norm: (
  x: TensorLike,
  ord?: number | VectorNormOptions,
  dim?: Dims | Omit<VectorNormOptions, 'ord'> | null,
  keepdim?: boolean | Pick<VectorNormOptions, 'keepdim' | 'dtype'>,
  options?: ResultType<'float32'>,
) => Tensor = called(
  'linalg.vector_norm',
  ['x: TensorLike', 'ord: number = 2', 'dim: int|ints = None', KEEPDIM, '*', DTYPE],
  (given, ord, dim, keepdim, dtype) =>
    resultOf('linalg.vector_norm', given, dtype, (x) => vectorNorm(x, ord, { dim, keepdim })),
)

/** Keywords of {@link matrix_norm}. */
export interface MatrixNormOptions extends ResultType<'float32'> {
  ord?: MatrixOrd
  dim?: readonly number[]
  keepdim?: boolean
}

/**
 * The norms of the matrices in two dimensions, the last ones by default: 'fro'; ±1 and ±Infinity, the greatest or least sum of
 * magnitudes of a column or a row; 'nuc', the sum of singular values, and ±2, the greatest or least. Source: torch.linalg.matrix_norm.
 */
export const matrix_norm: (
  A: Tensor,
  ord?: MatrixOrd | MatrixNormOptions,
  dim?: readonly number[] | Omit<MatrixNormOptions, 'ord'>,
  keepdim?: boolean | Pick<MatrixNormOptions, 'keepdim' | 'dtype'>,
  options?: ResultType<'float32'>,
) => Tensor = called(
  'linalg.matrix_norm',
  ['A: Tensor', "ord: number|str = 'fro'", 'dim: ints = [-2,-1]', KEEPDIM, '*', DTYPE],
  (A, ord, dim, keepdim, dtype) =>
    resultOf('linalg.matrix_norm', A, dtype, (x) => matrixNorm('linalg.matrix_norm', x, ord, dim, keepdim)),
)

/** Keywords of {@link linalg_norm}. */
export interface LinalgNormOptions extends ResultType<'float32'> {
  ord?: MatrixOrd | null
  dim?: Dims | null
  keepdim?: boolean
}

/** A vector norm of one dimension, or of everything without `ord`; a matrix norm of two. Source: torch.linalg.norm. */
export const linalg_norm: (
  A: TensorLike,
  ord?: MatrixOrd | LinalgNormOptions | null,
  dim?: Dims | Omit<LinalgNormOptions, 'ord'> | null,
  keepdim?: boolean | Pick<LinalgNormOptions, 'keepdim' | 'dtype'>,
  options?: ResultType<'float32'>,
) => Tensor = called(
  'linalg.norm',
  ['A: TensorLike', 'ord: number|str = None', 'dim: int|ints = None', KEEPDIM, '*', DTYPE],
  (given, ord, dim, keepdim, dtype) =>
    resultOf('linalg.norm', given, dtype, (x) => normByRank(x, ord, dim, keepdim)),
)

function normByRank(x: Tensor, ord: MatrixOrd | null, dim: Dims | null, keepdim: boolean): Tensor {
  const op = 'linalg.norm'
  if (ord === null) return vectorNorm(x, 2, { dim, keepdim }, op)
  const dims = typeof dim === 'number' ? [dim] : dim
  if (dims !== null && dims.length !== 1 && dims.length !== 2)
    throw new RuntimeError(`${op}: If dim is specified, it must be of length 1 or 2. Got ${dims}`)
  if (dims === null && x.dim() !== 1 && x.dim() !== 2)
    throw new RuntimeError(
      `${op}: If dim is not specified but ord is, the input must be 1D or 2D. Got ${x.dim()}D.`,
    )
  if (typeof ord === 'string' || (dims?.length ?? x.dim()) === 2)
    return matrixNorm(op, x, ord, dims ?? [-2, -1], keepdim)
  return vectorNorm(x, ord, { dim: dims, keepdim }, op)
}

/** The singular values of the matrices in the last two dimensions, in falling order. Source: torch.linalg.svdvals. */
export const singularValues: (A: Tensor, options?: { driver?: null }) => Tensor = called(
  'linalg.svdvals',
  ['A: Tensor', '*', 'driver: None = None'],
  (A) => svdvals('linalg.svdvals', A),
)
