/** Rectifiers and linear units. */
import { signature } from '../call/signature.js'
import * as activations from '../ops/elementwise/activations.js'
import { full } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import type { InPlaceOptions } from './activation.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { float } from './repr.js'

/** Options of {@link ELU}. */
export interface ELUOptions extends InPlaceOptions {
  /** The limit below 0, negated; 1 by default. */
  alpha?: number
}

const ELU_SIGNATURE = /* @__PURE__ */ signature('ELU', 'alpha: number = 1', 'inplace: bool = False')
const FORWARD_ELU = /* @__PURE__ */ signature('ELU.forward', 'input: Tensor')

/**
 * `x` above 0, `alpha (e^x - 1)` elsewhere. Source: torch.nn.ELU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.ELU().forward(torch.tensor([-100, 2])).tolist() // [-1, 2]
 */
export class ELU extends Module {
  readonly alpha: number
  readonly inplace: boolean

  constructor(alpha?: number | ELUOptions, inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [alpha, inplace] = ELU_SIGNATURE.read(args)
    this.alpha = alpha
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_ELU.read(args)
    const compute = () => activations.elu(input, this.alpha)
    return this.inplace ? inPlace('elu_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `alpha=${float(this.alpha)}${this.inplace ? ', inplace=True' : ''}`
  }
}

/** Options of {@link CELU}. */
export interface CELUOptions extends InPlaceOptions {
  /** The limit below 0, negated; 1 by default. */
  alpha?: number
}

const CELU_SIGNATURE = /* @__PURE__ */ signature('CELU', 'alpha: number = 1', 'inplace: bool = False')
const FORWARD_CELU = /* @__PURE__ */ signature('CELU.forward', 'input: Tensor')

/**
 * `x` above 0, `alpha (e^(x / alpha) - 1)` elsewhere. Source: torch.nn.CELU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.CELU(2).forward(torch.tensor([-100, 2])).tolist() // [-2, 2]
 */
export class CELU extends Module {
  readonly alpha: number
  readonly inplace: boolean

  constructor(alpha?: number | CELUOptions, inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [alpha, inplace] = CELU_SIGNATURE.read(args)
    this.alpha = alpha
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_CELU.read(args)
    const compute = () => activations.celu(input, this.alpha)
    return this.inplace ? inPlace('celu_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `alpha=${float(this.alpha)}${this.inplace ? ', inplace=True' : ''}`
  }
}

const SELU_SIGNATURE = /* @__PURE__ */ signature('SELU', 'inplace: bool = False')
const FORWARD_SELU = /* @__PURE__ */ signature('SELU.forward', 'input: Tensor')

/**
 * The elu that keeps mean 0 and variance 1. Source: torch.nn.SELU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.SELU().forward(torch.tensor([0])).tolist() // [0]
 */
export class SELU extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [inplace] = SELU_SIGNATURE.read(args)
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SELU.read(args)
    const compute = () => activations.selu(input)
    return this.inplace ? inPlace('selu_', input, compute) : compute()
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** Options of {@link RReLU}. */
export interface RReLUOptions extends InPlaceOptions {
  /** 1/8 by default. */
  lower?: number
  /** 1/3 by default. */
  upper?: number
}

const RRELU_SIGNATURE = /* @__PURE__ */ signature(
  'RReLU',
  'lower: number = 0.125',
  'upper: number = 0.3333333333333333',
  'inplace: bool = False',
)
const FORWARD_RRELU = /* @__PURE__ */ signature('RReLU.forward', 'input: Tensor')

/**
 * `x` above 0, elsewhere `x` times the mean of `lower` and `upper`. Random slopes of training are not supported. Source: torch.nn.RReLU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.RReLU(0.1, 0.3).eval().forward(torch.tensor([-1, 2])).tolist() // [-0.2, 2]
 */
export class RReLU extends Module {
  readonly lower: number
  readonly upper: number
  readonly inplace: boolean

  constructor(
    lower?: number | RReLUOptions,
    upper?: number | Omit<RReLUOptions, 'lower'>,
    inplace?: boolean | InPlaceOptions,
  )
  constructor(...args: unknown[]) {
    super()
    const [lower, upper, inplace] = RRELU_SIGNATURE.read(args)
    this.lower = lower
    this.upper = upper
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_RRELU.read(args)
    const compute = () => activations.rrelu(input, this.lower, this.upper, this.training)
    return this.inplace ? inPlace('rrelu_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `lower=${float(this.lower)}, upper=${float(this.upper)}${this.inplace ? ', inplace=True' : ''}`
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends FactoryOptions {
  /** 1, or the number of channels; 1 by default. */
  num_parameters?: number
  /** The slopes at first; 0.25 by default. */
  init?: number
}

const PRELU_SIGNATURE = /* @__PURE__ */ signature(
  'PReLU',
  'num_parameters: int = 1',
  'init: number = 0.25',
  DEVICE,
  DTYPE,
)
const FORWARD_PRELU = /* @__PURE__ */ signature('PReLU.forward', 'input: Tensor')

/**
 * `x` above 0, elsewhere `x` times a learned slope: one, or one for each channel. Source: torch.nn.PReLU.
 *
 * @throws TypeError for an argument of another type; RuntimeError from `forward` if the channels are not so many
 * @example new torch.nn.PReLU().forward(torch.tensor([-1, 2])).tolist() // [-0.25, 2]
 */
export class PReLU extends Module {
  readonly num_parameters: number
  /** [num_parameters] */
  weight: Parameter

  constructor(num_parameters?: number | PReLUOptions, init?: number | Omit<PReLUOptions, 'num_parameters'>)
  constructor(...args: unknown[]) {
    super()
    const [num_parameters, init] = PRELU_SIGNATURE.read(args)
    this.num_parameters = num_parameters
    this.weight = new Parameter(full([num_parameters], init))
  }

  /** [N, C, ...] -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return activations.prelu(FORWARD_PRELU.read(args)[0], this.weight)
  }

  override extra_repr(): string {
    return `num_parameters=${this.num_parameters}`
  }
}
