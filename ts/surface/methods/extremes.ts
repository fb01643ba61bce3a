/** Methods: extremes and softmax. */
import type { Shape } from '../../tensor/shape.js'
import type { Dims, Reduced } from '../../tensor/typed/reduce.js'
import {
  amax,
  amin,
  argmax,
  argmin,
  type DimOptions,
  type KeepOptions,
  log_softmax,
  max,
  min,
  type ReduceOptions,
  type ResultType,
  type SoftmaxOptions,
  softmax,
} from '../reduce.js'
import type { ValuesAndIndices } from '../return_types.js'
import { addMethods } from './add.js'

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** `exp(x) / Σ exp(x)` along `dim`. */
    softmax(dim: number | SoftmaxOptions, dtype?: 'float32' | ResultType<'float32'> | null): Tensor<S>
    /** The logarithm of the softmax along `dim`. */
    log_softmax(dim: number | SoftmaxOptions, dtype?: 'float32' | ResultType<'float32'> | null): Tensor<S>
    /** Maximum over `dim`, or over all dimensions. */
    amax<A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: Exclude<D, null> | ReduceOptions<D, K>,
      keepdim?: K | KeepOptions<K>,
    ): Tensor<Reduced<A, D, K>>
    /** Index of the first maximum. */
    argmax<A extends Shape, D extends number | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: D | ReduceOptions<D, K>,
      keepdim?: K | KeepOptions<K>,
    ): Tensor<Reduced<A, D, K>>
    /** Minimum over `dim`, or over all dimensions. */
    amin<A extends Shape, const D extends Dims | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: Exclude<D, null> | ReduceOptions<D, K>,
      keepdim?: K | KeepOptions<K>,
    ): Tensor<Reduced<A, D, K>>
    /** Index of the first minimum. */
    argmin<A extends Shape, D extends number | null = null, K extends boolean = false>(
      this: Tensor<A>,
      dim?: D | ReduceOptions<D, K>,
      keepdim?: K | KeepOptions<K>,
    ): Tensor<Reduced<A, D, K>>
    /** The smallest element. */
    min(): Tensor<readonly []>
    /** Minima along `dim`, with their indices. */
    min(dim: number | DimOptions, keepdim?: boolean | Pick<DimOptions, 'keepdim'>): ValuesAndIndices
    /** The lesser elements of both, broadcast. */
    min(other: Tensor): Tensor
    /** The greatest element. */
    max(): Tensor<readonly []>
    /** Maxima along `dim`, with their indices. */
    max(dim: number | DimOptions, keepdim?: boolean | Pick<DimOptions, 'keepdim'>): ValuesAndIndices
    /** The greater elements of both, broadcast. */
    max(other: Tensor): Tensor
  }
}

addMethods({ softmax, log_softmax, amax, amin, argmax, argmin, max, min })
