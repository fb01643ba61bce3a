import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
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

/** Options of Adadelta. */
export interface AdadeltaOptions {
  /** 1 by default. */
  lr: number
  /** Decay of the running means of the squares of gradients and of updates; 0.9 by default. */
  rho: number
  /** Added to both means; 1e-6 by default. */
  eps: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of Adadelta. */
export interface AdadeltaArguments extends Keywords<AdadeltaOptions>, Implementation {
  /** False. */
  capturable?: false
}

type Name = 'square_avg' | 'acc_delta'
const NAMES = ['square_avg', 'acc_delta'] as const

const ADADELTA = signature(
  'Adadelta',
  'params: value',
  'lr: number|Tensor = 1',
  'rho: number = 0.9',
  'eps: number = 1e-6',
  'weight_decay: number = 0',
  'foreach: bool = None',
  '*',
  'capturable: False = False',
  'maximize: bool = False',
  'differentiable: False = False',
)

/**
 * Adadelta (Zeiler 2012). Source: torch.optim.Adadelta.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.Adadelta(model.parameters(), { rho: 0.95 })
 */
export class Adadelta extends Optimizer<AdadeltaOptions, Name> {
  constructor(
    params: Params<AdadeltaOptions>,
    lr?: Rate | AdadeltaArguments,
    rho?: number | AdadeltaArguments,
    eps?: number | AdadeltaArguments,
    weight_decay?: number | AdadeltaArguments,
    options?: AdadeltaArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, rho, eps, weight_decay, , , maximize] = ADADELTA.read(args)
    super(params, { lr, rho, eps, weight_decay, maximize })
  }

  /** @internal */
  protected override get declared() {
    return ADADELTA
  }

  protected override check({ lr, rho, eps, weight_decay }: AdadeltaOptions, isNew: boolean): void {
    checkNotNegative('learning rate', lr, isNew)
    if (typeof rho !== 'number' || (isNew && !(rho >= 0 && rho <= 1))) {
      throw new ValueError(`Invalid rho value: ${describe(rho)}`)
    }
    checkNotNegative('epsilon value', eps, isNew)
    checkNotNegative('weight_decay value', weight_decay, isNew)
  }

  protected override stateNames() {
    return NAMES
  }

  protected override update({ parameter, gradient, options, state }: Update<AdadeltaOptions, Name>): void {
    calls.optim_adadelta(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      square: state.tensors.square_avg.pointer(),
      delta: state.tensors.acc_delta.pointer(),
      length: parameter.numel(),
      lr: options.lr,
      rho: options.rho,
      eps: options.eps,
      weight_decay: options.weight_decay,
      maximize: Boolean(options.maximize),
    })
  }
}
