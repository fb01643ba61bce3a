/** Public functions: products over several dimensions and of several matrices; those of torch.linalg too. */
import { signature } from '../call/signature.js'
import * as contract from '../ops/linear/contract.js'
import * as covariance from '../ops/linear/covariance.js'
import * as notation from '../ops/linear/einsum.js'
import { matmul } from '../ops/linear/matmul.js'
import { diagonal as diagonalOf } from '../ops/shape/diagonal.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import type { DiagonalOptions } from './shape.js'

const EINSUM = signature('einsum', 'equation: str', '*operands: value')
const CHAIN = signature('chain_matmul', '*matrices: Tensor')

/** Tensors among what was given. */
const tensorsIn = (op: string, given: readonly unknown[]): Tensor[] =>
  given.map((x, i) => {
    checkTensor(op, `operands[${i}]`, x)
    return x
  })

/**
 * Sums of products over named dimensions: those that the right side does not name are summed. Operands may come in one array, or
 * each with the numbers of its dimensions.
 *
 * @throws RuntimeError if the equation does not fit the operands
 * @example torch.einsum('bij,bjk->bik', a, b) // batched product
 * @example torch.einsum('ii', a) // trace
 */
export function einsum(equation: string, ...operands: (Tensor | readonly Tensor[])[]): Tensor
export function einsum(...sublists: (Tensor | readonly (number | '...')[])[]): Tensor
export function einsum(...args: unknown[]): Tensor {
  if (typeof args[0] === 'string' || args.length === 0 || EINSUM.hasKeywords(args)) {
    const [equation, given] = EINSUM.read(args)
    const operands = given.length === 1 && Array.isArray(given[0]) ? given[0] : given
    return notation.einsum(equation, tensorsIn('einsum', operands))
  }
  if (!Array.isArray(args[1])) EINSUM.read(args)
  return notation.einsum(...notation.fromSublists(args))
}

/** Dimensions of {@link tensordot}: how many, or which of both. */
export type ContractedDims = number | readonly [readonly number[], readonly number[]]

/**
 * Sums of products over the last dimensions of `a` and the first ones of `b`, 2 by default, or over those that are named.
 *
 * @example torch.tensordot(torch.ones([2, 3]), torch.ones([3, 4]), 1).shape // [2, 4]
 */
export const tensordot: (a: Tensor, b: Tensor, dims?: ContractedDims | { dims?: ContractedDims }) => Tensor =
  called('tensordot', ['a: Tensor', 'b: Tensor', 'dims: int|list = 2'], (a, b, dims) => {
    if (typeof dims === 'number') return contract.tensordot(a, b, dims)
    const lists = dims.map((list) => (Array.isArray(list) ? list : [list]))
    const isPair = lists.length === 2 && lists.flat().every(Number.isInteger)
    if (!isPair) throw new TypeError('tensordot: dims must be an integer or two arrays of integers')
    return contract.tensordot(a, b, lists as unknown as [number[], number[]])
  })

/** The Kronecker product: each element of `input` times all of `other`, block by block. */
export const kron: (input: Tensor, other: Tensor | { other: Tensor }) => Tensor = called(
  'kron',
  ['input: Tensor', 'other: Tensor'],
  contract.kron,
)

/** The product of matrices in the order with the fewest multiplications. */
export function chain_matmul(...matrices: Tensor[]): Tensor
export function chain_matmul(...args: unknown[]): Tensor {
  const [matrices] = CHAIN.read(args)
  for (const [i, x] of matrices.entries()) {
    if (x.dim() !== 2)
      throw new TypeError(`chain_matmul: matrices[${i}] must be a matrix, but has ${x.dim()} dimensions`)
  }
  return matrices.length === 1 ? matrices[0] : contract.multi_dot(matrices, 'chain_matmul')
}

/** Each square matrix of a batch times itself, `n` times; the unit matrix for 0. */
export const matrix_power: (input: Tensor, n: number | { n: number }) => Tensor = called(
  'matrix_power',
  ['input: Tensor', 'n: int'],
  (input, n) => contract.matrix_power(input, n, 'matrix_power'),
)

/** The sum of the diagonal of a matrix. */
export const trace: (input: Tensor) => Tensor = called('trace', ['input: Tensor'], covariance.trace)

/** Keywords of {@link cov}. */
export interface CovOptions {
  /** Subtracted from the number of observations; 1 by default. */
  correction?: number
  /** How often each observation counts: integers. */
  fweights?: Tensor | null
  /** How much each observation counts. */
  aweights?: Tensor | null
}

/** The covariances of the rows of a matrix [variables, observations]. */
export const cov: (input: Tensor, options?: CovOptions) => Tensor = called(
  'cov',
  ['input: Tensor', '*', 'correction: int = 1', 'fweights: Tensor = None', 'aweights: Tensor = None'],
  (input, correction, fweights, aweights) => covariance.cov(input, { correction, fweights, aweights }),
)

/** The correlations of the rows of a matrix [variables, observations]. */
export const corrcoef: (input: Tensor) => Tensor = called('corrcoef', ['input: Tensor'], covariance.corrcoef)

/** The cross product of vectors of three elements along `dim`, the first of size 3 by default. */
export const cross: (input: Tensor, other: Tensor, dim?: number | { dim?: number | null } | null) => Tensor =
  called('cross', ['input: Tensor', 'other: Tensor', 'dim: int = None'], (input, other, dim) =>
    covariance.cross('cross', input, other, dim),
  )

/** The cross product of vectors of three elements along `dim`, the last by default. Source: torch.linalg.cross. */
export const linalg_cross: (input: Tensor, other: Tensor, options?: { dim?: number }) => Tensor = called(
  'linalg.cross',
  ['input: Tensor', 'other: Tensor', '*', 'dim: int = -1'],
  (input, other, dim) => covariance.cross('linalg.cross', input, other, dim),
)

/** Sums of products along `dim`, the last by default. Source: torch.linalg.vecdot. */
export const vecdot: (x: Tensor, y: Tensor, options?: { dim?: number }) => Tensor = called(
  'linalg.vecdot',
  ['x: Tensor', 'y: Tensor', '*', 'dim: int = -1'],
  covariance.vecdot,
)

/** The diagonals of the matrices in the last two dimensions, as a view. Source: torch.linalg.diagonal. */
export const linalg_diagonal: (A: Tensor, options?: DiagonalOptions) => Tensor = called(
  'linalg.diagonal',
  ['A: Tensor', '*', 'offset: int = 0', 'dim1: int = -2', 'dim2: int = -1'],
  diagonalOf,
)

/** Each square matrix of a batch times itself, `n` times. Source: torch.linalg.matrix_power. */
export const linalg_matrix_power: (A: Tensor, n: number | { n: number }) => Tensor = called(
  'linalg.matrix_power',
  ['A: Tensor', 'n: int'],
  (A, n) => contract.matrix_power(A, n, 'linalg.matrix_power'),
)

/** The product of several matrices, of which the first and last may be vectors, in the cheapest order. Source: torch.linalg.multi_dot. */
export const multi_dot: (tensors: readonly Tensor[]) => Tensor = called(
  'linalg.multi_dot',
  ['tensors: list'],
  (tensors) => contract.multi_dot(tensorsIn('linalg.multi_dot', tensors)),
)

/** The same as `torch.matmul`. Source: torch.linalg.matmul. */
export const linalg_matmul: (input: Tensor, other: Tensor | { other: Tensor }) => Tensor = called(
  'linalg.matmul',
  ['input: Tensor', 'other: Tensor'],
  matmul,
)

/** `input1 weight input2 + bias`: input1 [..., in1], input2 [..., in2], weight [out, in1, in2] -> [..., out]. */
export const bilinear: (
  input1: Tensor,
  input2: Tensor,
  weight: Tensor,
  bias?: Tensor | { bias?: Tensor | null } | null,
) => Tensor = called(
  'bilinear',
  ['input1: Tensor', 'input2: Tensor', 'weight: Tensor', 'bias: Tensor = None'],
  contract.bilinear,
)
