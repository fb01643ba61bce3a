import * as calls from '#kernels/calls'
import { checkNumber } from '../base/check.js'
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

/** Options of SGD. */
export interface SGDOptions {
  /** 1e-3 by default. */
  lr: number
  /** Momentum factor. */
  momentum: number
  /** Dampening of the momentum: the share of each gradient that is left out. */
  dampening: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Nesterov momentum. */
  nesterov: boolean
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of SGD. */
export interface SGDArguments extends Keywords<SGDOptions>, Implementation {}

const NONE = [] as const
const MOMENTUM = ['momentum_buffer'] as const

const SGD_SIGNATURE = signature(
  'SGD',
  'params: value',
  'lr: number|Tensor = 1e-3',
  'momentum: number = 0',
  'dampening: number = 0',
  'weight_decay: number = 0',
  'nesterov: bool = False',
  '*',
  'maximize: bool = False',
  'foreach: bool = None',
  'differentiable: False = False',
  'fused: bool = None',
)

/**
 * Stochastic gradient descent, with momentum. Source: torch.optim.SGD.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
 */
export class SGD extends Optimizer<SGDOptions, 'momentum_buffer'> {
  constructor(
    params: Params<SGDOptions>,
    lr?: Rate | SGDArguments,
    momentum?: number | Omit<SGDArguments, 'lr'>,
    dampening?: number | Omit<SGDArguments, 'lr' | 'momentum'>,
    weight_decay?: number | Omit<SGDArguments, 'lr' | 'momentum' | 'dampening'>,
    nesterov?: boolean | Omit<SGDArguments, 'lr' | 'momentum' | 'dampening' | 'weight_decay'>,
    options?: Omit<SGDArguments, 'lr' | 'momentum' | 'dampening' | 'weight_decay' | 'nesterov'>,
  )
  constructor(...args: unknown[]) {
    const [params, lr, momentum, dampening, weight_decay, nesterov, maximize] = SGD_SIGNATURE.read(args)
    super(params, { lr, momentum, dampening, weight_decay, nesterov, maximize })
  }

  /** @internal */
  protected override get declared() {
    return SGD_SIGNATURE
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
    calls.sgd(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      buffer: momentum === 0 ? 0 : state.tensors.momentum_buffer.pointer(),
      length: parameter.numel(),
      lr,
      momentum,
      // The first momentum buffer is the gradient itself.
      dampening: state.isNew ? 0 : dampening,
      weight_decay,
      nesterov: Boolean(options.nesterov),
      maximize: Boolean(options.maximize),
    })
  }
}
