import * as calls from '#kernels/calls'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { full } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import {
  checkNotNegative,
  type Implementation,
  type Keywords,
  Optimizer,
  type Params,
  type Rate,
  type Update,
} from './optimizer.js'

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** 1e-2 by default. */
  lr: number
  /** Divides `lr` by `1 + lr_decay * (step - 1)`. */
  lr_decay: number
  /** L2 penalty: this factor times the parameter is added to the gradient. */
  weight_decay: number
  /** Initial value of the sums of squares, in all groups. */
  initial_accumulator_value: number
  /** Added to the root of the sum of squares; 1e-10 by default. */
  eps: number
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of Adagrad. */
export interface AdagradArguments extends Keywords<AdagradOptions>, Implementation {}

const NAMES = ['sum'] as const

const ADAGRAD = signature(
  'Adagrad',
  'params: value',
  'lr: number|Tensor = 1e-2',
  'lr_decay: number = 0',
  'weight_decay: number = 0',
  'initial_accumulator_value: number = 0',
  'eps: number = 1e-10',
  'foreach: bool = None',
  '*',
  'maximize: bool = False',
  'differentiable: False = False',
  'fused: bool = None',
)

/**
 * Adagrad (Duchi et al. 2011). Source: torch.optim.Adagrad.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.Adagrad(model.parameters(), { lr: 0.01, lr_decay: 1e-4 })
 */
export class Adagrad extends Optimizer<AdagradOptions, 'sum'> {
  constructor(
    params: Params<AdagradOptions>,
    lr?: Rate | AdagradArguments,
    lr_decay?: number | Omit<AdagradArguments, 'lr'>,
    weight_decay?: number | Omit<AdagradArguments, 'lr' | 'lr_decay'>,
    initial_accumulator_value?: number | Omit<AdagradArguments, 'lr' | 'lr_decay' | 'weight_decay'>,
    eps?: number | Omit<AdagradArguments, 'lr' | 'lr_decay' | 'weight_decay' | 'initial_accumulator_value'>,
    options?: Omit<
      AdagradArguments,
      'lr' | 'lr_decay' | 'weight_decay' | 'initial_accumulator_value' | 'eps'
    >,
  )
  constructor(...args: unknown[]) {
    const [params, lr, lr_decay, weight_decay, initial_accumulator_value, eps, , maximize] =
      ADAGRAD.read(args)
    super(params, { lr, lr_decay, weight_decay, initial_accumulator_value, eps, maximize })
    this.startAll()
  }

  /** @internal */
  protected override get declared() {
    return ADAGRAD
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
    calls.adagrad(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      sum: state.tensors.sum.pointer(),
      length: parameter.numel(),
      lr: options.lr / (1 + (state.step - 1) * options.lr_decay),
      eps: options.eps,
      weight_decay: options.weight_decay,
      maximize: Boolean(options.maximize),
    })
  }
}
