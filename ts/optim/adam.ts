import { describe } from '../check.js'
import { ValueError } from '../errors.js'
import { kernels } from '../wasm/instance.js'
import { checkNotNegative, Optimizer, type Params, type Update } from './optimizer.js'
import type { OptimizerStateDict } from './state_dict.js'

/** Options of Adam and AdamW. */
export interface AdamOptions {
  /** 1e-3 by default. */
  lr: number
  /** Decay of the running means of the gradient and of its square; [0.9, 0.999] by default. */
  betas: readonly [number, number]
  /** Added to the root of the mean square; 1e-8 by default. */
  eps: number
  /** Times the parameter, added to the gradient; or taken off the parameter where decoupled. */
  weight_decay: number
  /** Divides by the greatest mean square so far (Reddi et al. 2018). */
  amsgrad: boolean
  /** Ascends instead. */
  maximize: boolean
  /** Decay acts on the parameter alone, as in {@link AdamW}. */
  decoupled_weight_decay: boolean
}

const DEFAULTS: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weight_decay: 0,
  amsgrad: false,
  maximize: false,
  decoupled_weight_decay: false,
}

type Name = 'exp_avg' | 'exp_avg_sq' | 'max_exp_avg_sq'
const MOMENTS = ['exp_avg', 'exp_avg_sq'] as const
const MOMENTS_AND_MAXIMUM = [...MOMENTS, 'max_exp_avg_sq'] as const

/**
 * Adam (Kingma & Ba 2015); `weight_decay` is added to the gradient. Source: torch.optim.Adam.
 *
 * @throws ValueError for options out of range
 * @example new torch.optim.Adam(model.parameters(), { lr: 1e-3 })
 */
export class Adam extends Optimizer<AdamOptions, Name> {
  constructor(
    params: Params<AdamOptions>,
    options: Partial<AdamOptions> = {},
    /** Those of the class; subclasses have others. */
    defaults = DEFAULTS,
  ) {
    super(params, defaults, options)
  }

  protected override check({ lr, betas, eps, weight_decay }: AdamOptions, isNew: boolean): void {
    checkNotNegative('learning rate', lr, isNew)
    checkNotNegative('epsilon value', eps, isNew)
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new ValueError(`Invalid betas: they must be an array of two numbers, but got ${describe(betas)}`)
    }
    checkBeta(0, betas[0], isNew)
    checkBeta(1, betas[1], isNew)
    checkNotNegative('weight_decay value', weight_decay, isNew)
  }

  protected override stateNames({ amsgrad }: AdamOptions) {
    return amsgrad ? MOMENTS_AND_MAXIMUM : MOMENTS
  }

  protected override update({ parameter, gradient, options, state }: Update<AdamOptions, Name>): void {
    const { lr, betas, weight_decay, decoupled_weight_decay } = options
    const { exp_avg, exp_avg_sq, max_exp_avg_sq } = state.tensors
    const correction1 = 1 - betas[0] ** state.step
    const correction2 = Math.sqrt(1 - betas[1] ** state.step)
    kernels.adam(
      parameter.pointer(),
      gradient.pointer(),
      exp_avg.pointer(),
      exp_avg_sq.pointer(),
      options.amsgrad ? max_exp_avg_sq.pointer() : 0,
      parameter.numel(),
      (lr * correction2) / correction1,
      betas[0],
      betas[1],
      options.eps * correction2,
      decoupled_weight_decay ? 0 : weight_decay,
      decoupled_weight_decay ? 1 - lr * weight_decay : 1,
      Boolean(options.maximize),
    )
  }
}

function checkBeta(index: number, beta: unknown, isNew: boolean): void {
  const isValid = typeof beta === 'number' && (isNew ? beta >= 0 && beta < 1 : beta < 1 || beta > 1)
  if (!isValid) throw new ValueError(`Invalid beta parameter at index ${index}: ${describe(beta)}`)
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), 0.01 by default. Source: torch.optim.AdamW.
 *
 * @throws ValueError for options out of range
 * @example new torch.optim.AdamW(model.parameters(), { lr: 1e-3, weight_decay: 0.05 })
 */
export class AdamW extends Adam {
  constructor(
    params: Params<AdamOptions>,
    options: Partial<Omit<AdamOptions, 'decoupled_weight_decay'>> = {},
  ) {
    super(params, options, { ...DEFAULTS, weight_decay: 0.01, decoupled_weight_decay: true })
  }

  /** Also takes the state_dict of an Adam; decay stays decoupled. */
  override load_state_dict(state_dict: OptimizerStateDict): void {
    super.load_state_dict(state_dict)
    for (const group of this.param_groups) group.decoupled_weight_decay = true
  }
}
