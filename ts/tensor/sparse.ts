import { defineKind } from '../call/kinds.js'
import type { Shape } from './shape.js'
import type { Tensor } from './tensor.js'

/**
 * What takes rows of sparse tensors beside those of tensors knows them by this class alone, and calls its methods: an app
 * without sparse tensors does not carry them.
 */
export abstract class SparseTensor {
  abstract readonly shape: Shape
  abstract index_select(dim: 0, index: Tensor): SparseTensor
  abstract narrow(dim: 0, start: number, length: number): SparseTensor
  /** `F.linear` of these rows. @internal */
  abstract linear(weight: Tensor, bias: Tensor | null): Tensor
  /** The rows of all of them, one after another. @internal */
  abstract joined(rows: readonly unknown[]): SparseTensor
}

declare module '../call/kinds.js' {
  interface Kinds {
    SparseCSRTensor: SparseTensor
  }
}

defineKind('SparseCSRTensor', 'a SparseCSRTensor', (value) => value instanceof SparseTensor)
