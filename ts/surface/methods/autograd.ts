/** Methods and properties: the history of tensors. */
import { RuntimeError } from '../../base/errors.js'
import type { Shape } from '../../tensor/shape.js'
import { Tensor } from '../../tensor/tensor.js'
import { called } from '../called.js'
import { addMethods } from './add.js'

/** What has made a tensor. */
export interface GradFn {
  /** As torch's: 'MulBackward0'. */
  name(): string
}

declare module '../../tensor/tensor.js' {
  interface Tensor<S extends Shape = Shape> {
    /** Makes it a leaf that requires no gradient, and returns it. */
    detach_(): this
    /** Whether backward passes add to `grad` of this tensor although it is not a leaf. */
    readonly retains_grad: boolean
    /** What has made it, with a name such as 'MulBackward0'; null for leaves. */
    readonly grad_fn: GradFn | null
  }
}

/** Forgets what has made the tensor. */
const detach_ = called('detach_', ['self: Tensor'], (self) => {
  if (self.viewOf !== null) {
    throw new RuntimeError("Can't detach views in-place. Use detach() instead.")
  }
  self.edge = null
  self.requires_grad = false
  return self
})

addMethods({ detach_ })

Object.defineProperty(Tensor.prototype, 'retains_grad', {
  configurable: true,
  get(this: Tensor) {
    return this.edge?.hooks?.retaining === this
  },
})

Object.defineProperty(Tensor.prototype, 'grad_fn', {
  configurable: true,
  get(this: Tensor) {
    const { edge } = this
    if (edge === null) return null
    // A product with a number has a record of its own.
    const own = edge.name === 'scale' ? 'mul' : edge.name
    const name = `${own.replace(/(^|_)([a-z])/g, (_, _line, letter: string) => letter.toUpperCase())}Backward0`
    return { name: () => name.replace('BackwardBackward0', 'Backward'), toString: () => `<${name}>` }
  },
})
