/** Public functions: products of vectors, matrices and batches of matrices. */
import * as products from '../ops/linear/products.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Multiplication, Outer } from '../tensor/typed/products.js'
import { called } from './called.js'

/** Factors of the terms of {@link addmm} and its like. */
export interface FactorOptions {
  /** Of `input`, which is ignored if it is 0; 1 by default. */
  beta?: number | boolean
  /** Of the product; 1 by default. */
  alpha?: number | boolean
}

const FACTORS = ['*', 'beta: number|bool = 1', 'alpha: number|bool = 1'] as const

/** `input + product` of two operands. */
type Sum = (input: Tensor, left: Tensor, right: Tensor, options?: FactorOptions) => Tensor

/** Matrix product [n, m] times [m, p]. */
export const mm: Multiplication<'mat2'> = called(
  'mm',
  ['input: Tensor', 'mat2: Tensor'],
  products.mm,
) as never

/** Matrix [n, m] times vector [m]. */
export const mv: Multiplication<'vec'> = called('mv', ['input: Tensor', 'vec: Tensor'], products.mv) as never

/** The product of each pair of matrices: [b, n, m] and [b, m, p] -> [b, n, p]. */
export const bmm: Multiplication<'mat2'> = called('bmm', ['input: Tensor', 'mat2: Tensor'], (input, mat2) =>
  products.bmm(input, mat2),
) as never

/** The sum of the products of two vectors' elements. */
export const dot: Multiplication<'tensor'> = called(
  'dot',
  ['input: Tensor', 'tensor: Tensor'],
  (input, other) => products.dot(input, other),
) as never

/** The same as {@link dot}, as there are no complex numbers. */
export const vdot: Multiplication<'other'> = called(
  'vdot',
  ['input: Tensor', 'other: Tensor'],
  (input, other) => products.dot(input, other, 'vdot'),
) as never

/** Sums of products along the last dimension of both: [..., k] and [*, k] -> [..., *]. */
export const inner: (input: Tensor, other: Tensor | { other: Tensor }) => Tensor = called(
  'inner',
  ['input: Tensor', 'other: Tensor'],
  products.inner,
)

/** The product of each element of one vector with each of another: [n], [m] -> [n, m]. */
export const outer: <A extends Shape, B extends Shape>(
  input: Tensor<A>,
  vec2: Tensor<B> | { vec2: Tensor<B> },
) => Tensor<Outer<A, B>> = called('outer', ['input: Tensor', 'vec2: Tensor'], (input, vec2) =>
  products.outer(input, vec2),
) as never

/** The same as {@link outer}. */
export const ger: <A extends Shape, B extends Shape>(
  input: Tensor<A>,
  vec2: Tensor<B> | { vec2: Tensor<B> },
) => Tensor<Outer<A, B>> = called('ger', ['input: Tensor', 'vec2: Tensor'], (input, vec2) =>
  products.outer(input, vec2, 'ger'),
) as never

/** `beta input + alpha mat1 mat2`. */
export const addmm: Sum = called(
  'addmm',
  ['input: Tensor', 'mat1: Tensor', 'mat2: Tensor', ...FACTORS],
  (input, mat1, mat2, beta, alpha) => products.addmm(input, mat1, mat2, { beta, alpha }),
)

/** `beta input + alpha mat vec`. */
export const addmv: Sum = called(
  'addmv',
  ['input: Tensor', 'mat: Tensor', 'vec: Tensor', ...FACTORS],
  (input, mat, vec, beta, alpha) => products.addmv(input, mat, vec, { beta, alpha }),
)

/** `beta input + alpha vec1 vec2ᵀ`. */
export const addr: Sum = called(
  'addr',
  ['input: Tensor', 'vec1: Tensor', 'vec2: Tensor', ...FACTORS],
  (input, vec1, vec2, beta, alpha) => products.addr(input, vec1, vec2, { beta, alpha }),
)

/** `beta input + alpha batch1 batch2`, for each pair of matrices. */
export const baddbmm: Sum = called(
  'baddbmm',
  ['input: Tensor', 'batch1: Tensor', 'batch2: Tensor', ...FACTORS],
  (input, batch1, batch2, beta, alpha) => products.baddbmm(input, batch1, batch2, { beta, alpha }),
)

/** `beta input + alpha Σ batch1 batch2`, summed over the pairs of matrices. */
export const addbmm: Sum = called(
  'addbmm',
  ['input: Tensor', 'batch1: Tensor', 'batch2: Tensor', ...FACTORS],
  (input, batch1, batch2, beta, alpha) => products.addbmm(input, batch1, batch2, { beta, alpha }),
)
