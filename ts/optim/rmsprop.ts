import * as calls from '#kernels/calls'
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

/** Options of RMSprop. */
export interface RMSpropOptions {
  /** 1e-2 by default. */
  lr: number
  /** Decay of the running mean of the gradient's square; 0.99 by default. */
  alpha: number
  /** Added to the root of the mean square; 1e-8 by default. */
  eps: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Momentum factor. */
  momentum: number
  /** Divides by the standard deviation of the gradient instead of by the root mean square. */
  centered: boolean
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of RMSprop. */
export interface RMSpropArguments extends Keywords<RMSpropOptions>, Omit<Implementation, 'fused'> {
  /** False. */
  capturable?: false
}

type Name = 'square_avg' | 'momentum_buffer' | 'grad_avg'
const SQUARE = ['square_avg'] as const
const SQUARE_AND_BUFFER = ['square_avg', 'momentum_buffer'] as const
const SQUARE_AND_MEAN = ['square_avg', 'grad_avg'] as const
const ALL = ['square_avg', 'momentum_buffer', 'grad_avg'] as const

const RMSPROP = signature(
  'RMSprop',
  'params: value',
  'lr: number|Tensor = 1e-2',
  'alpha: number = 0.99',
  'eps: number = 1e-8',
  'weight_decay: number = 0',
  'momentum: number = 0',
  'centered: bool = False',
  'capturable: False = False',
  'foreach: bool = None',
  'maximize: bool = False',
  'differentiable: False = False',
)

/**
 * RMSprop (Hinton's lecture 6e; centered as in Graves 2013). Source: torch.optim.RMSprop.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.RMSprop(model.parameters(), { lr: 1e-3, momentum: 0.9 })
 */
export class RMSprop extends Optimizer<RMSpropOptions, Name> {
  constructor(
    params: Params<RMSpropOptions>,
    lr?: Rate | RMSpropArguments,
    alpha?: number | Omit<RMSpropArguments, 'lr'>,
    eps?: number | Omit<RMSpropArguments, 'lr' | 'alpha'>,
    weight_decay?: number | Omit<RMSpropArguments, 'lr' | 'alpha' | 'eps'>,
    momentum?: number | Omit<RMSpropArguments, 'lr' | 'alpha' | 'eps' | 'weight_decay'>,
    centered?: boolean | Omit<RMSpropArguments, 'lr' | 'alpha' | 'eps' | 'weight_decay' | 'momentum'>,
    options?: Omit<RMSpropArguments, 'lr' | 'alpha' | 'eps' | 'weight_decay' | 'momentum' | 'centered'>,
  )
  constructor(...args: unknown[]) {
    const [params, lr, alpha, eps, weight_decay, momentum, centered, , , maximize] = RMSPROP.read(args)
    super(params, { lr, alpha, eps, weight_decay, momentum, centered, maximize })
  }

  /** @internal */
  protected override get declared() {
    return RMSPROP
  }

  protected override check({ lr, alpha, eps, weight_decay, momentum }: RMSpropOptions, isNew: boolean): void {
    checkNotNegative('learning rate', lr, isNew)
    checkNotNegative('epsilon value', eps, isNew)
    checkNotNegative('momentum value', momentum, isNew)
    checkNotNegative('weight_decay value', weight_decay, isNew)
    checkNotNegative('alpha value', alpha, isNew)
  }

  protected override stateNames({ momentum, centered }: RMSpropOptions) {
    if (centered) return momentum === 0 ? SQUARE_AND_MEAN : ALL
    return momentum === 0 ? SQUARE : SQUARE_AND_BUFFER
  }

  protected override update({ parameter, gradient, options, state }: Update<RMSpropOptions, Name>): void {
    const { lr, alpha, eps, weight_decay, momentum } = options
    const { square_avg, momentum_buffer, grad_avg } = state.tensors
    calls.rmsprop(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      square: square_avg.pointer(),
      mean: options.centered ? grad_avg.pointer() : 0,
      buffer: momentum === 0 ? 0 : momentum_buffer.pointer(),
      length: parameter.numel(),
      lr,
      alpha,
      eps,
      weight_decay,
      momentum,
      maximize: Boolean(options.maximize),
    })
  }
}
