import * as calls from '#kernels/calls'
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { kernels } from '../kernels/instance.js'
import { full, zeros } from '../tensor/create.js'
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

type Pair = readonly [number, number]

/** Options of Rprop. */
export interface RpropOptions {
  /** The first size of each step; 1e-2 by default. */
  lr: number
  /** Factors of a step's size where the gradient changes its sign, and where it does not; [0.5, 1.2] by default. */
  etas: Pair
  /** The least and the greatest size of a step; [1e-6, 50] by default. */
  step_sizes: Pair
  /** Maximises instead of minimises. */
  maximize: boolean
}

/** Keyword arguments of Rprop. */
export interface RpropArguments extends Keywords<RpropOptions>, Implementation {
  /** False. */
  capturable?: false
}

type Name = 'prev' | 'step_size'
const NAMES = ['prev', 'step_size'] as const

const RPROP = signature(
  'Rprop',
  'params: value',
  'lr: number|Tensor = 1e-2',
  'etas: value = [0.5, 1.2]',
  'step_sizes: value = [1e-6, 50]',
  '*',
  'capturable: False = False',
  'foreach: bool = None',
  'maximize: bool = False',
  'differentiable: False = False',
)

/**
 * Resilient backpropagation (Riedmiller & Braun 1993): steps by signs of gradients. Source: torch.optim.Rprop.
 *
 * @throws TypeError for options of another type; ValueError for options out of range
 * @example new torch.optim.Rprop(model.parameters(), { etas: [0.5, 1.1] })
 */
export class Rprop extends Optimizer<RpropOptions, Name> {
  constructor(
    params: Params<RpropOptions>,
    lr?: Rate | RpropArguments,
    etas?: Pair | RpropArguments,
    step_sizes?: Pair | RpropArguments,
    options?: RpropArguments,
  )
  constructor(...args: unknown[]) {
    const [params, lr, etas, step_sizes, , , maximize] = RPROP.read(args)
    super(params, { lr, etas: etas as Pair, step_sizes: step_sizes as Pair, maximize })
  }

  /** @internal */
  protected override get declared() {
    return RPROP
  }

  protected override check({ lr, etas, step_sizes }: RpropOptions, isNew: boolean): void {
    checkNotNegative('learning rate', lr, isNew)
    checkPair('eta values', etas)
    checkPair('step sizes', step_sizes)
    if (isNew && !(etas[0] > 0 && etas[0] < 1 && etas[1] > 1)) {
      throw new ValueError(`Invalid eta values: ${etas[0]}, ${etas[1]}`)
    }
  }

  protected override stateNames() {
    return NAMES
  }

  protected override initialState({ shape }: Tensor, name: Name, { lr }: RpropOptions): Tensor {
    return name === 'prev' ? zeros(shape) : full(shape, lr)
  }

  protected override update({ parameter, gradient, options, state }: Update<RpropOptions, Name>): void {
    const { etas, step_sizes } = options
    calls.optim_rprop(kernels, {
      parameter: parameter.pointer(),
      gradient: gradient.pointer(),
      before: state.tensors.prev.pointer(),
      size: state.tensors.step_size.pointer(),
      length: parameter.numel(),
      eta_minus: etas[0],
      eta_plus: etas[1],
      least: step_sizes[0],
      greatest: step_sizes[1],
      maximize: Boolean(options.maximize),
    })
  }
}

function checkPair(what: string, pair: unknown): void {
  if (Array.isArray(pair) && pair.length === 2 && pair.every((each) => typeof each === 'number')) return
  throw new ValueError(`Invalid ${what}: ${describe(pair)}`)
}
