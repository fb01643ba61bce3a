import { checkNumber } from '../check.js'
import { ValueError } from '../errors.js'
import { kernels } from '../wasm/instance.js'
import { checkNotNegative, Optimizer, type Params, type Update } from './optimizer.js'

/** Options of SGD. */
export interface SGDOptions {
  /** 1e-3 by default. */
  lr: number
  /** Share of the last step that the next one keeps. */
  momentum: number
  /** What of each gradient does not enter the momentum. */
  dampening: number
  /** Times the parameter, added to the gradient. */
  weight_decay: number
  /** Looks ahead along the momentum (Nesterov). */
  nesterov: boolean
  /** Ascends instead. */
  maximize: boolean
}

const DEFAULTS: SGDOptions = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weight_decay: 0,
  nesterov: false,
  maximize: false,
}

const NONE = [] as const
const MOMENTUM = ['momentum_buffer'] as const

/**
 * Stochastic gradient descent, with momentum. Source: torch.optim.SGD.
 *
 * @throws ValueError for options out of range
 * @example new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
 */
export class SGD extends Optimizer<SGDOptions, 'momentum_buffer'> {
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, DEFAULTS, options)
  }

  protected override check(
    { lr, momentum, dampening, weight_decay, nesterov }: SGDOptions,
    isNew: boolean,
  ): void {
    checkNotNegative('learning rate', lr, isNew)
    checkNotNegative('momentum value', momentum, isNew)
    checkNotNegative('weight_decay value', weight_decay, isNew)
    checkNumber('SGD', 'dampening', dampening)
    if (isNew && nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening')
    }
  }

  protected override stateNames({ momentum }: SGDOptions) {
    return momentum === 0 ? NONE : MOMENTUM
  }

  protected override get countsSteps(): boolean {
    return false
  }

  protected override update({
    parameter,
    gradient,
    options,
    state,
  }: Update<SGDOptions, 'momentum_buffer'>): void {
    const { lr, momentum, dampening, weight_decay } = options
    kernels.sgd(
      parameter.pointer(),
      gradient.pointer(),
      momentum === 0 ? 0 : state.tensors.momentum_buffer.pointer(),
      parameter.numel(),
      lr,
      momentum,
      // The first buffer is the gradient itself.
      state.isNew ? 0 : dampening,
      weight_decay,
      Boolean(options.nesterov),
      Boolean(options.maximize),
    )
  }
}
