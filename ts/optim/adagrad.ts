import { full } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { kernels } from '../wasm/instance.js'
import { checkNotNegative, Optimizer, type Params, type Update } from './optimizer.js'

export interface AdagradOptions {
  /** 1e-2 by default. */
  lr: number
  /** Divides `lr` by `1 + lr_decay` times the steps so far. */
  lr_decay: number
  /** Times the parameter, added to the gradient. */
  weight_decay: number
  /** What the sums of squares start from, in all groups. */
  initial_accumulator_value: number
  /** Added to the root of the sum of squares; 1e-10 by default. */
  eps: number
  /** Ascends instead. */
  maximize: boolean
}

const DEFAULTS: AdagradOptions = {
  lr: 1e-2,
  lr_decay: 0,
  weight_decay: 0,
  initial_accumulator_value: 0,
  eps: 1e-10,
  maximize: false,
}

const NAMES = ['sum'] as const

/**
 * Adagrad (Duchi et al. 2011). Source: torch.optim.Adagrad.
 *
 * @throws ValueError for options out of range
 * @example new torch.optim.Adagrad(model.parameters(), { lr: 0.01, lr_decay: 1e-4 })
 */
export class Adagrad extends Optimizer<AdagradOptions, 'sum'> {
  constructor(params: Params<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(params, DEFAULTS, options)
    this.startAll()
  }

  protected override check(options: AdagradOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    checkNotNegative('lr_decay value', options.lr_decay, isNew)
    checkNotNegative('weight_decay value', options.weight_decay, isNew)
    checkNotNegative('initial_accumulator_value value', options.initial_accumulator_value, isNew)
    checkNotNegative('epsilon value', options.eps, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override initialState(parameter: Tensor): Tensor {
    return full(parameter.shape, this.defaults.initial_accumulator_value)
  }

  protected override update({ parameter, gradient, options, state }: Update<AdagradOptions, 'sum'>): void {
    kernels.adagrad(
      parameter.pointer(),
      gradient.pointer(),
      state.tensors.sum.pointer(),
      parameter.numel(),
      options.lr / (1 + (state.step - 1) * options.lr_decay),
      options.eps,
      options.weight_decay,
      Boolean(options.maximize),
    )
  }
}
