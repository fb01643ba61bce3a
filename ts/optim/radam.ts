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

/** Options of RAdam. */
export interface RAdamOptions {
  /** 1e-3 by default. */
  lr: number
  /** Decay of the running means of the gradient and of its square; [0.9, 0.999] by default. */
  betas: Betas
  /** Added to the root of the mean square; 1e-8 by default. */
  eps: number
  /** L2 penalty, added to the gradient; or decay of the parameter itself if decoupled. */
  weight_decay: number
  /** Applies the decay to the parameter, not to the gradient. */
  decoupled_weight_decay: boolean
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of RAdam. */
export interface RAdamArguments extends Keywords<RAdamOptions>, Implementation {
  /** False. */
  capturable?: false
}

type Name = 'exp_avg' | 'exp_avg_sq'
const NAMES = ['exp_avg', 'exp_avg_sq'] as const

const RADAM = signature(
  'RAdam',
  'params: value',
  'lr: number|Tensor = 1e-3',
  'betas: value = [0.9, 0.999]',
  'eps: number = 1e-8',
  'weight_decay: number = 0',
  'decoupled_weight_decay: bool = False',
  '*',
  'foreach: bool = None',
  'maximize: bool = False',
  'capturable: False = False',
  'differentiable: False = False',
)

/**
 * Adam that divides by the mean square once there are enough of its terms (Liu et al. 2020). Source: torch.optim.RAdam.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.RAdam(model.parameters(), { lr: 1e-3 })
 */
export class RAdam extends Optimizer<RAdamOptions, Name> {
  constructor(
    params: Params<RAdamOptions>,
    lr?: Rate | RAdamArguments,
    betas?: Betas | RAdamArguments,
    eps?: number | RAdamArguments,
    weight_decay?: number | RAdamArguments,
    decoupled_weight_decay?: boolean | RAdamArguments,
    options?: RAdamArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, betas, eps, weight_decay, decoupled_weight_decay, , maximize] = RADAM.read(args)
    super(params, { lr, betas: betas as Betas, eps, weight_decay, decoupled_weight_decay, maximize })
  }

  /** @internal */
  protected override get declared() {
    return RADAM
  }

  protected override check(options: RAdamOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    checkNotNegative('epsilon value', options.eps, isNew)
    checkBetas(options.betas, isNew)
    checkNotNegative('weight_decay value', options.weight_decay, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override update({ parameter, gradient, options, state }: Update<RAdamOptions, Name>): void {
    const { lr, betas, weight_decay, decoupled_weight_decay } = options
    const { step, tensors } = state
    const powerOf2 = power(betas[1], step)
    const rate = lr / (1 - power(betas[0], step))
    // The number of terms in the mean square, as a simple moving average, and its limit.
    const limit = 2 / (1 - betas[1]) - 1
    const terms = limit - (2 * step * powerOf2) / (1 - powerOf2)
    const rectified = ((terms - 4) * (terms - 2) * limit) / ((limit - 4) * (limit - 2) * terms)
    const isRectified = terms > 5
    calls.optim_moments(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      m: tensors.exp_avg.pointer(),
      v: tensors.exp_avg_sq.pointer(),
      length: parameter.numel(),
      beta1: betas[0],
      beta2: betas[1],
      gradient_factor: 0,
      mean_factor: isRectified ? rate * Math.sqrt((1 - powerOf2) * rectified) : rate,
      root_factor: isRectified ? 1 : 0,
      eps: isRectified ? options.eps : 1,
      weight_decay: decoupled_weight_decay ? 0 : weight_decay,
      decay_factor: decoupled_weight_decay ? 1 - lr * weight_decay : 1,
      maximize: Boolean(options.maximize),
    })
  }
}
