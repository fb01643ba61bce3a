import * as calls from '#kernels/calls'
import { checkNumber } from '../base/check.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import {
  checkNotNegative,
  type Implementation,
  type Keywords,
  Optimizer,
  type Params,
  type Rate,
  type Update,
} from './optimizer.js'

/** Options of ASGD. */
export interface ASGDOptions {
  /** 1e-2 by default. */
  lr: number
  /** Decay of the parameters; 1e-4 by default. */
  lambd: number
  /** Exponent by which the learning rate falls; 0.75 by default. */
  alpha: number
  /** The step after which the parameters are averaged; 1e6 by default. */
  t0: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of ASGD. */
export interface ASGDArguments extends Keywords<ASGDOptions>, Implementation {
  /** False. */
  capturable?: false
}

const NAMES = ['ax'] as const

const ASGD_SIGNATURE = signature(
  'ASGD',
  'params: value',
  'lr: number|Tensor = 1e-2',
  'lambd: number = 1e-4',
  'alpha: number = 0.75',
  't0: number = 1e6',
  'weight_decay: number = 0',
  'foreach: bool = None',
  'maximize: bool = False',
  'differentiable: False = False',
  'capturable: False = False',
)

/**
 * Averaged stochastic gradient descent (Polyak & Juditsky 1992). Source: torch.optim.ASGD.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.ASGD(model.parameters(), { t0: 1000 })
 */
export class ASGD extends Optimizer<ASGDOptions, 'ax'> {
  constructor(
    params: Params<ASGDOptions>,
    lr?: Rate | ASGDArguments,
    lambd?: number | ASGDArguments,
    alpha?: number | ASGDArguments,
    t0?: number | ASGDArguments,
    weight_decay?: number | ASGDArguments,
    options?: ASGDArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, lambd, alpha, t0, weight_decay, , maximize] = ASGD_SIGNATURE.read(args)
    super(params, { lr, lambd, alpha, t0, weight_decay, maximize })
  }

  /** @internal */
  protected override get declared() {
    return ASGD_SIGNATURE
  }

  protected override check(options: ASGDOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    checkNotNegative('lambd value', options.lambd, isNew)
    checkNotNegative('alpha value', options.alpha, isNew)
    checkNumber('ASGD', 't0', options.t0)
    checkNotNegative('weight_decay value', options.weight_decay, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override initialNumbers({ lr }: ASGDOptions) {
    return { eta: Math.fround(lr), mu: 1 }
  }

  protected override update({ parameter, gradient, options, state }: Update<ASGDOptions, 'ax'>): void {
    const { lr, lambd, alpha, t0 } = options
    const { step, numbers, tensors } = state
    calls.optim_asgd(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      mean: tensors.ax.pointer(),
      length: parameter.numel(),
      eta: numbers.eta,
      decay_factor: 1 - lambd * numbers.eta,
      mu: numbers.mu,
      weight_decay: options.weight_decay,
      maximize: Boolean(options.maximize),
    })
    // In torch they are float32 tensors.
    numbers.eta = Math.fround(lr / (1 + lambd * lr * step) ** alpha)
    numbers.mu = Math.fround(1 / Math.max(1, step - t0))
  }
}
