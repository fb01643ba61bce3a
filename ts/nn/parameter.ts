import { classNames } from '../base/check.js'
import { signature } from '../call/signature.js'
import { format } from '../tensor/format.js'
import type { Shape } from '../tensor/shape.js'
import { Tensor } from '../tensor/tensor.js'

const PARAMETER = signature('Parameter', 'data: Tensor', 'requires_grad: bool = True')

/**
 * A tensor that a module learns: it requires grad, and modules find it among their fields. Shares
 * memory with `data`. Source: torch.nn.Parameter.
 *
 * @throws TypeError for arguments of another type
 * @example scale = new torch.nn.Parameter(torch.ones([8]))
 */
export class Parameter<out S extends Shape = Shape> extends Tensor<S> {
  /** Exists in types only, to distinguish a parameter from other tensors. */
  declare protected readonly isLearned: true

  constructor(data: Tensor<S>, requires_grad?: boolean | { requires_grad?: boolean })
  constructor(...args: unknown[]) {
    const [data, requires_grad] = PARAMETER.read(args)
    super(data.shape as S, data.dtype, data.storage, data.byteOffset, data.strides)
    this.requires_grad = requires_grad
    data.storage.keep()
  }

  override toString(): string {
    return `Parameter containing:\n${format(this)}`
  }
}

// Vitest and jest treat objects of different classes as unequal, but a parameter should equal a tensor with its values.
Object.defineProperty(Parameter.prototype, 'constructor', { value: Tensor })
classNames.set(Parameter.prototype, 'Parameter')
