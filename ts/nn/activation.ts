import { signature } from '../call/signature.js'
import {
  checkApproximation,
  type GELUApproximation,
  gelu,
  leaky_relu,
  silu,
  tanh,
} from '../ops/elementwise/activation.js'
import { sigmoid } from '../ops/elementwise/math.js'
import { relu } from '../ops/elementwise/relu.js'
import { log_softmax, softmax } from '../ops/reduce/softmax.js'
import type { Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { repr } from './repr.js'

/** Options of {@link ReLU} and {@link SiLU}. */
export interface InPlaceOptions {
  /** Whether the input itself is changed; false by default. */
  inplace?: boolean
}

const RELU = signature('ReLU', 'inplace: bool = False')
const FORWARD_RELU = signature('ReLU.forward', 'input: Tensor')

/**
 * `max(x, 0)`. Source: torch.nn.ReLU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.ReLU().forward(torch.tensor([-1, 2])).tolist() // [0, 2]
 */
export class ReLU extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    this.inplace = RELU.read(args)[0]
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_RELU.read(args)
    return this.inplace ? inPlace('relu_', input, () => relu(input)) : relu(input)
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends InPlaceOptions {
  /** Slope below 0; 0.01 by default. */
  negative_slope?: number
}

const LEAKY_RELU = signature('LeakyReLU', 'negative_slope: number = 0.01', 'inplace: bool = False')
const FORWARD_LEAKY_RELU = signature('LeakyReLU.forward', 'input: Tensor')

/**
 * `x` above 0, `negative_slope x` elsewhere. Source: torch.nn.LeakyReLU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.LeakyReLU(0.1).forward(torch.tensor([-1, 2])).tolist() // [-0.1, 2]
 */
export class LeakyReLU extends Module {
  readonly negative_slope: number
  readonly inplace: boolean

  constructor(negative_slope?: number | LeakyReLUOptions, inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [negative_slope, inplace] = LEAKY_RELU.read(args)
    this.negative_slope = negative_slope
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_LEAKY_RELU.read(args)
    const compute = () => leaky_relu(input, this.negative_slope)
    return this.inplace ? inPlace('leaky_relu_', input, compute) : compute()
  }

  override extra_repr(): string {
    return `negative_slope=${repr(this.negative_slope)}${this.inplace ? ', inplace=True' : ''}`
  }
}

const SIGMOID = signature('Sigmoid')
const FORWARD_SIGMOID = signature('Sigmoid.forward', 'input: Tensor')

/**
 * `1 / (1 + e^-x)`. Source: torch.nn.Sigmoid.
 *
 * @throws TypeError for any argument
 * @example new torch.nn.Sigmoid().forward(torch.tensor([0])).tolist() // [0.5]
 */
export class Sigmoid extends Module {
  constructor()
  constructor(...args: unknown[]) {
    SIGMOID.read(args)
    super()
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    return sigmoid(FORWARD_SIGMOID.read(args)[0])
  }
}

const TANH = signature('Tanh')
const FORWARD_TANH = signature('Tanh.forward', 'input: Tensor')

/**
 * Hyperbolic tangent. Source: torch.nn.Tanh.
 *
 * @throws TypeError for any argument
 * @example new torch.nn.Tanh().forward(torch.tensor([0])).tolist() // [0]
 */
export class Tanh extends Module {
  constructor()
  constructor(...args: unknown[]) {
    TANH.read(args)
    super()
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    return tanh(FORWARD_TANH.read(args)[0])
  }
}

const SILU = signature('SiLU', 'inplace: bool = False')
const FORWARD_SILU = signature('SiLU.forward', 'input: Tensor')

/**
 * `x sigmoid(x)`, also known as swish. Source: torch.nn.SiLU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.SiLU().forward(torch.tensor([0])).tolist() // [0]
 */
export class SiLU extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    this.inplace = SILU.read(args)[0]
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SILU.read(args)
    return this.inplace ? inPlace('silu_', input, () => silu(input)) : silu(input)
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** Options of {@link GELU}. */
export interface GELUOptions {
  /** 'none', the default, or 'tanh' for the approximation by one. */
  approximate?: GELUApproximation
}

const GELU_SIGNATURE = signature('GELU', "approximate: str = 'none'")
const FORWARD_GELU = signature('GELU.forward', 'input: Tensor')

/**
 * `x P(X < x)` with X from the standard normal distribution, or its approximation by a tanh.
 * Source: torch.nn.GELU.
 *
 * @throws TypeError unless `approximate` is a string, RuntimeError if it is neither 'none' nor 'tanh'
 * @example new torch.nn.GELU({ approximate: 'tanh' })
 */
export class GELU extends Module {
  readonly approximate: GELUApproximation

  constructor(approximate?: GELUApproximation | GELUOptions)
  constructor(...args: unknown[]) {
    super()
    const [approximate] = GELU_SIGNATURE.read(args)
    checkApproximation(approximate)
    this.approximate = approximate as GELUApproximation
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    return gelu(FORWARD_GELU.read(args)[0], { approximate: this.approximate })
  }

  override extra_repr(): string {
    return `approximate='${this.approximate}'`
  }
}

/** The dimension that torch uses if none is given, which is deprecated. */
const implicitDim = (input: Tensor): number => ([0, 1, 3].includes(input.dim()) ? 0 : 1)

const SOFTMAX = signature('Softmax', 'dim: int = None')
const FORWARD_SOFTMAX = signature('Softmax.forward', 'input: Tensor')

/**
 * Softmax along `dim`; null, for older programs, means 0 for inputs of 0, 1 or 3 dimensions, and 1 for
 * others. Source: torch.nn.Softmax.
 *
 * @throws TypeError unless `dim` is an integer; IndexError from `forward` if there is no such dimension
 * @example new torch.nn.Softmax(-1).forward(torch.zeros([2, 4])) // all 0.25
 */
export class Softmax extends Module {
  readonly dim: number | null

  constructor(dim?: number | null | { dim: number | null })
  constructor(...args: unknown[]) {
    super()
    this.dim = SOFTMAX.read(args)[0]
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTMAX.read(args)
    return softmax(input, this.dim ?? implicitDim(input))
  }

  override extra_repr(): string {
    return `dim=${repr(this.dim)}`
  }
}

const LOG_SOFTMAX = signature('LogSoftmax', 'dim: int = None')
const FORWARD_LOG_SOFTMAX = signature('LogSoftmax.forward', 'input: Tensor')

/**
 * The logarithm of the softmax along `dim`; null as in {@link Softmax}. Source: torch.nn.LogSoftmax.
 *
 * @throws TypeError unless `dim` is an integer; IndexError from `forward` if there is no such dimension
 * @example new torch.nn.LogSoftmax(-1).forward(torch.zeros([2, 4])) // all log(0.25)
 */
export class LogSoftmax extends Module {
  readonly dim: number | null

  constructor(dim?: number | null | { dim: number | null })
  constructor(...args: unknown[]) {
    super()
    this.dim = LOG_SOFTMAX.read(args)[0]
  }

  /** A tensor of any shape -> the same shape. */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_LOG_SOFTMAX.read(args)
    return log_softmax(input, this.dim ?? implicitDim(input))
  }

  override extra_repr(): string {
    return `dim=${repr(this.dim)}`
  }
}
