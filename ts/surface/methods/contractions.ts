/** Methods: products over several dimensions. */
import type { Shape } from '../../tensor/shape.js'
import { type CovOptions, corrcoef, cov, cross, kron, matrix_power, trace } from '../contractions.js'
import { addMethods } from './add.js'

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** The Kronecker product. */
    kron(other: Tensor | { other: Tensor }): Tensor
    /** The sum of the diagonal of a matrix. */
    trace(): Tensor
    /** The covariances of the rows. */
    cov(options?: CovOptions): Tensor
    /** The correlations of the rows. */
    corrcoef(): Tensor
    /** The cross product of vectors of three elements along `dim`, the first of size 3 by default. */
    cross(other: Tensor, dim?: number | { dim?: number | null } | null): Tensor
    /** Each square matrix times itself, `n` times. */
    matrix_power(n: number | { n: number }): Tensor
  }
}

addMethods({ kron, trace, cov, corrcoef, cross, matrix_power })
