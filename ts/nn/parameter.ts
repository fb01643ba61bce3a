import { format } from '../tensor/format.js'
import type { Shape } from '../tensor/shape.js'
import { checkTensor, Tensor } from '../tensor/tensor.js'

/** A tensor that a module learns: it requires grad, and modules find it among their fields. Shares memory with `data`. */
export class Parameter<S extends Shape = Shape> extends Tensor<S> {
  constructor(data: Tensor<S>, requires_grad = true) {
    checkTensor('Parameter', 'data', data)
    super(data.shape, data.dtype, data.storage, data.byteOffset)
    this.requires_grad = requires_grad
    data.storage.keep()
  }

  override toString(): string {
    return `Parameter containing:\n${format(this)}`
  }
}
