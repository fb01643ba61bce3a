import * as kernels from '#kernels'
import { checkNumber } from '../check.js'
import { ValueError } from '../errors.js'
import { launch } from '../memory/residency.js'
import { zeros } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkNotNegative, Optimizer, type Params } from './optimizer.js'

export interface SGDOptions {
  lr: number
  momentum: number
  dampening: number
  weight_decay: number
  nesterov: boolean
  maximize: boolean
}

/**
 * Stochastic gradient descent, with momentum. Source: torch.optim.SGD.
 *
 * @example new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
 */
export class SGD extends Optimizer<SGDOptions> {
  private readonly buffers = new WeakMap<Tensor, Tensor>()

  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weight_decay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    })
  }

  protected override check({ lr, momentum, dampening, weight_decay, nesterov }: SGDOptions): void {
    checkNotNegative('learning rate', lr)
    checkNotNegative('momentum value', momentum)
    checkNotNegative('weight_decay value', weight_decay)
    checkNumber('SGD', 'dampening', dampening)
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening')
    }
  }

  protected override update(parameter: Tensor, gradient: Tensor, options: SGDOptions): void {
    const { lr, momentum, weight_decay } = options
    const [nesterov, maximize] = [Boolean(options.nesterov), Boolean(options.maximize)]
    let { dampening } = options
    let buffer: Tensor | null = null
    if (momentum !== 0) {
      const kept = this.buffers.get(parameter)
      // The first buffer is the gradient itself: no dampening.
      if (kept === undefined) dampening = 0
      buffer = kept ?? zeros(parameter.shape)
      this.buffers.set(parameter, buffer)
    }
    launch(() => {
      const [p, g, b] = [parameter.pointer(), gradient.pointer(), buffer === null ? 0 : buffer.pointer()]
      kernels.sgd(p, g, b, parameter.numel(), lr, momentum, dampening, weight_decay, nesterov, maximize)
    })
  }
}
