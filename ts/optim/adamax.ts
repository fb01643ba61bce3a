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

/** Options of Adamax. */
export interface AdamaxOptions {
  /** 2e-3 by default. */
  lr: number
  /** Decay of the running mean of the gradient, and of the maximum of its size; [0.9, 0.999] by default. */
  betas: Betas
  /** Added to the size of the gradient; 1e-8 by default. */
  eps: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of Adamax. */
export interface AdamaxArguments extends Keywords<AdamaxOptions>, Implementation {
  /** False. */
  capturable?: false
}

type Name = 'exp_avg' | 'exp_inf'
const NAMES = ['exp_avg', 'exp_inf'] as const

const ADAMAX = signature(
  'Adamax',
  'params: value',
  'lr: number|Tensor = 2e-3',
  'betas: value = [0.9, 0.999]',
  'eps: number = 1e-8',
  'weight_decay: number = 0',
  'foreach: bool = None',
  '*',
  'maximize: bool = False',
  'differentiable: False = False',
  'capturable: False = False',
)

/**
 * Adam with the infinity norm (Kingma & Ba 2015). Source: torch.optim.Adamax.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.Adamax(model.parameters(), { lr: 2e-3 })
 */
export class Adamax extends Optimizer<AdamaxOptions, Name> {
  constructor(
    params: Params<AdamaxOptions>,
    lr?: Rate | AdamaxArguments,
    betas?: Betas | AdamaxArguments,
    eps?: number | AdamaxArguments,
    weight_decay?: number | AdamaxArguments,
    options?: AdamaxArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, betas, eps, weight_decay, , maximize] = ADAMAX.read(args)
    super(params, { lr, betas: betas as Betas, eps, weight_decay, maximize })
  }

  /** @internal */
  protected override get declared() {
    return ADAMAX
  }

  protected override check(options: AdamaxOptions, isNew: boolean): void {
    checkNotNegative('learning rate', options.lr, isNew)
    checkNotNegative('epsilon value', options.eps, isNew)
    checkBetas(options.betas, isNew)
    checkNotNegative('weight_decay value', options.weight_decay, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override update({ parameter, gradient, options, state }: Update<AdamaxOptions, Name>): void {
    const { lr, betas } = options
    calls.optim_adamax(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      m: state.tensors.exp_avg.pointer(),
      u: state.tensors.exp_inf.pointer(),
      length: parameter.numel(),
      step_size: lr / (1 - power(betas[0], state.step)),
      beta1: betas[0],
      beta2: betas[1],
      eps: options.eps,
      weight_decay: options.weight_decay,
      maximize: Boolean(options.maximize),
    })
  }
}
