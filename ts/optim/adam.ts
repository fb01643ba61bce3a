import * as calls from '#kernels/calls'
import { power } from '../base/double_double.js'
import { ValueError } from '../base/errors.js'
import { type Signature, signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { Tensor } from '../tensor/tensor.js'
import { checkBetas } from './betas.js'
import {
  checkNotNegative,
  type Implementation,
  type Keywords,
  Optimizer,
  type Params,
  type Rate,
  type Update,
} from './optimizer.js'
import type { OptimizerStateDict } from './state_dict.js'

/** Options of Adam and AdamW. */
export interface AdamOptions {
  /** 1e-3 by default. */
  lr: number
  /** Decay of the running means of the gradient and of its square; [0.9, 0.999] by default. */
  betas: readonly [number, number]
  /** Added to the root of the mean square; 1e-8 by default. */
  eps: number
  /** L2 penalty, added to the gradient; or decay of the parameter itself if decoupled. */
  weight_decay: number
  /** Divides by the maximum of all past mean squares (Reddi et al. 2018). */
  amsgrad: boolean
  /** Maximises instead of minimises. */
  maximize: boolean
  /** Applies the decay to the parameter, not to the gradient, as in {@link AdamW}. */
  decoupled_weight_decay: boolean
}

/** Keyword arguments of Adam. */
export interface AdamArguments extends Keywords<AdamOptions>, Implementation {
  /** False. */
  capturable?: false
}

/** Keyword arguments of AdamW. */
export type AdamWArguments = Omit<AdamArguments, 'decoupled_weight_decay'>

type Name = 'exp_avg' | 'exp_avg_sq' | 'max_exp_avg_sq'
const MOMENTS = ['exp_avg', 'exp_avg_sq'] as const
const MOMENTS_AND_MAXIMUM = [...MOMENTS, 'max_exp_avg_sq'] as const

const ADAM = signature(
  'Adam',
  'params: value',
  'lr: number|Tensor = 1e-3',
  'betas: value = [0.9, 0.999]',
  'eps: number = 1e-8',
  'weight_decay: number = 0',
  'amsgrad: bool = False',
  '*',
  'foreach: bool = None',
  'maximize: bool = False',
  'capturable: False = False',
  'differentiable: False = False',
  'fused: bool = None',
  'decoupled_weight_decay: bool = False',
)

/**
 * Adam (Kingma & Ba 2015); `weight_decay` is added to the gradient. Source: torch.optim.Adam.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.Adam(model.parameters(), { lr: 1e-3 })
 */
export class Adam extends Optimizer<AdamOptions, Name> {
  constructor(
    params: Params<AdamOptions>,
    lr?: Rate | AdamArguments,
    betas?: readonly [number, number] | Omit<AdamArguments, 'lr'>,
    eps?: number | Omit<AdamArguments, 'lr' | 'betas'>,
    weight_decay?: number | Omit<AdamArguments, 'lr' | 'betas' | 'eps'>,
    amsgrad?: boolean | Omit<AdamArguments, 'lr' | 'betas' | 'eps' | 'weight_decay'>,
    options?: Omit<AdamArguments, 'lr' | 'betas' | 'eps' | 'weight_decay' | 'amsgrad'>,
  )
  constructor(...args: unknown[]) {
    const [params, lr, betas, eps, weight_decay, amsgrad, foreach, maximize, , , , decoupled_weight_decay] =
      ADAM.read(args)
    checkRate(lr, foreach)
    super(params, {
      lr,
      betas: betas as [number, number],
      eps,
      weight_decay,
      amsgrad,
      maximize,
      decoupled_weight_decay,
    })
  }

  /** @internal */
  protected override get declared(): Signature<readonly string[]> {
    return ADAM
  }

  protected override check({ lr, betas, eps, weight_decay }: AdamOptions, isNew: boolean): void {
    checkNotNegative('learning rate', lr, isNew)
    checkNotNegative('epsilon value', eps, isNew)
    checkBetas(betas, isNew)
    checkNotNegative('weight_decay value', weight_decay, isNew)
  }

  protected override stateNames({ amsgrad }: AdamOptions) {
    return amsgrad ? MOMENTS_AND_MAXIMUM : MOMENTS
  }

  protected override update({ parameter, gradient, options, state }: Update<AdamOptions, Name>): void {
    const { lr, betas, weight_decay, decoupled_weight_decay } = options
    const { exp_avg, exp_avg_sq, max_exp_avg_sq } = state.tensors
    const { correction1, correction2 } = correctionsOf(betas, state.step)
    calls.adam(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      m: exp_avg.pointer(),
      v: exp_avg_sq.pointer(),
      v_max: options.amsgrad ? max_exp_avg_sq.pointer() : 0,
      length: parameter.numel(),
      step_size: (lr * correction2) / correction1,
      beta1: betas[0],
      beta2: betas[1],
      eps: options.eps * correction2,
      weight_decay: decoupled_weight_decay ? 0 : weight_decay,
      decay_factor: decoupled_weight_decay ? 1 - lr * weight_decay : 1,
      maximize: Boolean(options.maximize),
    })
  }
}

/** The last ones: those of all parameters in a step are mostly the same. */
let corrections = { beta1: 0, beta2: 0, step: 0, correction1: 1, correction2: 1 }

/** What undoes that both means started at 0. */
function correctionsOf([beta1, beta2]: AdamOptions['betas'], step: number): typeof corrections {
  const { beta1: before1, beta2: before2, step: stepBefore } = corrections
  if (beta1 !== before1 || beta2 !== before2 || step !== stepBefore) {
    const correction1 = 1 - power(beta1, step)
    const correction2 = Math.sqrt(1 - power(beta2, step))
    corrections = { beta1, beta2, step, correction1, correction2 }
  }
  return corrections
}

/** As in torch, although there is only one implementation here: a program that runs here runs there. */
function checkRate(lr: unknown, foreach: unknown): void {
  if (lr instanceof Tensor && foreach === true)
    throw new ValueError('lr as a Tensor is not supported for capturable=False and foreach=True')
}

const ADAMW = signature(
  'AdamW',
  'params: value',
  'lr: number|Tensor = 1e-3',
  'betas: value = [0.9, 0.999]',
  'eps: number = 1e-8',
  'weight_decay: number = 0.01',
  'amsgrad: bool = False',
  '*',
  'maximize: bool = False',
  'foreach: bool = None',
  'capturable: False = False',
  'differentiable: False = False',
  'fused: bool = None',
)

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), 0.01 by default. Source: torch.optim.AdamW.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.AdamW(model.parameters(), { lr: 1e-3, weight_decay: 0.05 })
 */
export class AdamW extends Adam {
  constructor(
    params: Params<AdamOptions>,
    lr?: Rate | AdamWArguments,
    betas?: readonly [number, number] | Omit<AdamWArguments, 'lr'>,
    eps?: number | Omit<AdamWArguments, 'lr' | 'betas'>,
    weight_decay?: number | Omit<AdamWArguments, 'lr' | 'betas' | 'eps'>,
    amsgrad?: boolean | Omit<AdamWArguments, 'lr' | 'betas' | 'eps' | 'weight_decay'>,
    options?: Omit<AdamWArguments, 'lr' | 'betas' | 'eps' | 'weight_decay' | 'amsgrad'>,
  )
  constructor(...args: unknown[]) {
    const [params, lr, betas, eps, weight_decay, amsgrad, maximize, foreach] = ADAMW.read(args)
    checkRate(lr, foreach)
    const options = { lr, betas: betas as [number, number], eps, weight_decay, amsgrad, maximize }
    super(params as Params<AdamOptions>, { ...options, decoupled_weight_decay: true })
  }

  /** @internal */
  protected override get declared(): Signature<readonly string[]> {
    return ADAMW
  }

  /** Also accepts the state_dict of an Adam; decay stays decoupled. */
  override load_state_dict(state_dict: OptimizerStateDict): void
  override load_state_dict(...args: [OptimizerStateDict]): void {
    super.load_state_dict(...args)
    for (const group of this.param_groups) group.decoupled_weight_decay = true
  }
}
