import * as calls from '#kernels/calls'
import { power } from '../base/double_double.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { type Betas, checkBetas } from './betas.js'
import {
  checkNotNegative,
  type Implementation,
  type Keywords,
  Optimizer,
  type Params,
  type Rate,
  type Update,
} from './optimizer.js'

/** Options of NAdam. */
export interface NAdamOptions {
  /** 2e-3 by default. */
  lr: number
  /** Decay of the running means of the gradient and of its square; [0.9, 0.999] by default. */
  betas: Betas
  /** Added to the root of the mean square; 1e-8 by default. */
  eps: number
  /** L2 penalty, added to the gradient; or decay of the parameter itself if decoupled. */
  weight_decay: number
  /** How fast the momentum approaches the first beta; 4e-3 by default. */
  momentum_decay: number
  /** Applies the decay to the parameter, not to the gradient. */
  decoupled_weight_decay: boolean
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of NAdam. */
export interface NAdamArguments extends Keywords<NAdamOptions>, Implementation {
  /** False. */
  capturable?: false
}

type Name = 'exp_avg' | 'exp_avg_sq'
const NAMES = ['exp_avg', 'exp_avg_sq'] as const

const NADAM = signature(
  'NAdam',
  'params: value',
  'lr: number|Tensor = 2e-3',
  'betas: value = [0.9, 0.999]',
  'eps: number = 1e-8',
  'weight_decay: number = 0',
  'momentum_decay: number = 4e-3',
  'decoupled_weight_decay: bool = False',
  '*',
  'foreach: bool = None',
  'maximize: bool = False',
  'capturable: False = False',
  'differentiable: False = False',
)

/**
 * Adam with Nesterov momentum (Dozat 2016). Source: torch.optim.NAdam.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.NAdam(model.parameters(), { lr: 2e-3 })
 */
export class NAdam extends Optimizer<NAdamOptions, Name> {
  constructor(
    params: Params<NAdamOptions>,
    lr?: Rate | NAdamArguments,
    betas?: Betas | NAdamArguments,
    eps?: number | NAdamArguments,
    weight_decay?: number | NAdamArguments,
    momentum_decay?: number | NAdamArguments,
    decoupled_weight_decay?: boolean | NAdamArguments,
    options?: NAdamArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, betas, eps, weight_decay, momentum_decay, decoupled_weight_decay, , maximize] =
      NADAM.read(args)
    const rates = { lr, betas: betas as Betas, eps, weight_decay, momentum_decay }
    super(params, { ...rates, decoupled_weight_decay, maximize })
  }

  /** @internal */
  protected override get declared() {
    return NADAM
  }

  protected override check(options: NAdamOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    checkNotNegative('epsilon value', options.eps, isNew)
    checkBetas(options.betas, isNew)
    checkNotNegative('weight_decay value', options.weight_decay, isNew)
    checkNotNegative('momentum_decay value', options.momentum_decay, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override initialNumbers() {
    return { mu_product: 1 }
  }

  protected override update({ parameter, gradient, options, state }: Update<NAdamOptions, Name>): void {
    const { lr, betas, weight_decay, momentum_decay, decoupled_weight_decay } = options
    const { step, numbers, tensors } = state
    const momentum = (at: number) => betas[0] * (1 - 0.5 * power(0.96, at * momentum_decay))
    const [mu, next] = [momentum(step), momentum(step + 1)]
    // In torch it is a float32 tensor.
    const product = Math.fround(numbers.mu_product * Math.fround(mu))
    numbers.mu_product = product
    calls.optim_moments(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      m: tensors.exp_avg.pointer(),
      v: tensors.exp_avg_sq.pointer(),
      length: parameter.numel(),
      beta1: betas[0],
      beta2: betas[1],
      gradient_factor: (lr * (1 - mu)) / (1 - product),
      mean_factor: (lr * next) / (1 - product * next),
      root_factor: 1 / Math.sqrt(1 - power(betas[1], step)),
      eps: options.eps,
      weight_decay: decoupled_weight_decay ? 0 : weight_decay,
      decay_factor: decoupled_weight_decay ? 1 - lr * weight_decay : 1,
      maximize: Boolean(options.maximize),
    })
  }
}
