import { defineInspection } from '../base/inspect.js'
import type { Tensor } from '../tensor/tensor.js'

/**
 * Values and their indices, like torch.return_types: accessible by name, or iterable in this order.
 *
 * @example
 * const { values } = x.topk(3)
 * const [most, classes] = x.max(1)
 */
export class ValuesAndIndices {
  /** The elements. */
  readonly values: Tensor
  /** Their indices along the dimension, int32. */
  readonly indices: Tensor
  readonly #op: string

  /** @internal */
  constructor(op: string, [values, indices]: readonly Tensor[]) {
    defineInspection<ValuesAndIndices>(ValuesAndIndices.prototype, String)
    this.values = values
    this.indices = indices
    this.#op = op
  }

  /** The values. */
  get 0(): Tensor {
    return this.values
  }

  /** The indices. */
  get 1(): Tensor {
    return this.indices
  }

  /** Yields the values, then the indices. */
  *[Symbol.iterator](): Generator<Tensor, void> {
    yield this.values
    yield this.indices
  }

  /** As torch prints it. */
  toString(): string {
    return `torch.return_types.${this.#op}(\nvalues=${this.values},\nindices=${this.indices})`
  }
}
