/** Smooth activations, gates, and softmax in other forms. */
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import * as activations from '../ops/elementwise/activations.js'
import { logsigmoid, neg } from '../ops/elementwise/math.js'
import { softmax } from '../ops/reduce/softmax.js'
import type { Tensor } from '../tensor/tensor.js'
import type { InPlaceOptions } from './activation.js'
import { inPlace } from './in_place.js'
import { Module } from './module.js'
import { float, repr } from './repr.js'

const HARDSWISH_SIGNATURE = /* @__PURE__ */ signature('Hardswish', 'inplace: bool = False')
const FORWARD_HARDSWISH = /* @__PURE__ */ signature('Hardswish.forward', 'input: Tensor')

/**
 * `x min(max(x + 3, 0), 6) / 6`. Source: torch.nn.Hardswish.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Hardswish().forward(torch.tensor([-3, 3])).tolist() // [0, 3]
 */
export class Hardswish extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [inplace] = HARDSWISH_SIGNATURE.read(args)
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_HARDSWISH.read(args)
    const compute = () => activations.hardswish(input)
    return this.inplace ? inPlace('hardswish_', input, compute) : compute()
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

const HARDSIGMOID_SIGNATURE = /* @__PURE__ */ signature('Hardsigmoid', 'inplace: bool = False')
const FORWARD_HARDSIGMOID = /* @__PURE__ */ signature('Hardsigmoid.forward', 'input: Tensor')

/**
 * `min(max(x + 3, 0), 6) / 6`. Source: torch.nn.Hardsigmoid.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Hardsigmoid().forward(torch.tensor([0])).tolist() // [0.5]
 */
export class Hardsigmoid extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [inplace] = HARDSIGMOID_SIGNATURE.read(args)
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_HARDSIGMOID.read(args)
    const compute = () => activations.hardsigmoid(input)
    return this.inplace ? inPlace('hardsigmoid_', input, compute) : compute()
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

const MISH_SIGNATURE = /* @__PURE__ */ signature('Mish', 'inplace: bool = False')
const FORWARD_MISH = /* @__PURE__ */ signature('Mish.forward', 'input: Tensor')

/**
 * `x tanh(softplus(x))`. Source: torch.nn.Mish.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Mish().forward(torch.tensor([0])).tolist() // [0]
 */
export class Mish extends Module {
  readonly inplace: boolean

  constructor(inplace?: boolean | InPlaceOptions)
  constructor(...args: unknown[]) {
    super()
    const [inplace] = MISH_SIGNATURE.read(args)
    this.inplace = inplace
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_MISH.read(args)
    const compute = () => activations.mish(input)
    return this.inplace ? inPlace('mish_', input, compute) : compute()
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** Options of {@link Softplus}. */
export interface SoftplusOptions {
  /** 1 by default. */
  beta?: number
  /** 20 by default. */
  threshold?: number
}

const SOFTPLUS_SIGNATURE = /* @__PURE__ */ signature('Softplus', 'beta: number = 1', 'threshold: number = 20')
const FORWARD_SOFTPLUS = /* @__PURE__ */ signature('Softplus.forward', 'input: Tensor')

/**
 * `log(1 + e^(beta x)) / beta`; x itself where `beta x` exceeds `threshold`. Source: torch.nn.Softplus.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Softplus().forward(torch.tensor([0])).tolist() // [log 2]
 */
export class Softplus extends Module {
  readonly beta: number
  readonly threshold: number

  constructor(beta?: number | SoftplusOptions, threshold?: number | Omit<SoftplusOptions, 'beta'>)
  constructor(...args: unknown[]) {
    super()
    const [beta, threshold] = SOFTPLUS_SIGNATURE.read(args)
    this.beta = beta
    this.threshold = threshold
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTPLUS.read(args)
    return activations.softplus(input, this.beta, this.threshold)
  }

  override extra_repr(): string {
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`
  }
}

const SOFTSIGN_SIGNATURE = /* @__PURE__ */ signature('Softsign')
const FORWARD_SOFTSIGN = /* @__PURE__ */ signature('Softsign.forward', 'input: Tensor')

/**
 * `x / (1 + |x|)`. Source: torch.nn.Softsign.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Softsign().forward(torch.tensor([1])).tolist() // [0.5]
 */
export class Softsign extends Module {
  constructor()
  constructor(...args: unknown[]) {
    SOFTSIGN_SIGNATURE.read(args)
    super()
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTSIGN.read(args)
    return activations.softsign(input)
  }
}

const TANHSHRINK_SIGNATURE = /* @__PURE__ */ signature('Tanhshrink')
const FORWARD_TANHSHRINK = /* @__PURE__ */ signature('Tanhshrink.forward', 'input: Tensor')

/**
 * `x - tanh(x)`. Source: torch.nn.Tanhshrink.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.Tanhshrink().forward(torch.tensor([0])).tolist() // [0]
 */
export class Tanhshrink extends Module {
  constructor()
  constructor(...args: unknown[]) {
    TANHSHRINK_SIGNATURE.read(args)
    super()
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_TANHSHRINK.read(args)
    return activations.tanhshrink(input)
  }
}

const LOGSIGMOID_SIGNATURE = /* @__PURE__ */ signature('LogSigmoid')
const FORWARD_LOGSIGMOID = /* @__PURE__ */ signature('LogSigmoid.forward', 'input: Tensor')

/**
 * `log(sigmoid(x))`. Source: torch.nn.LogSigmoid.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.LogSigmoid().forward(torch.tensor([0])).tolist() // [-log 2]
 */
export class LogSigmoid extends Module {
  constructor()
  constructor(...args: unknown[]) {
    LOGSIGMOID_SIGNATURE.read(args)
    super()
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_LOGSIGMOID.read(args)
    return logsigmoid(input)
  }
}

/** Options of {@link GLU}. */
export interface GLUOptions {
  /** -1 by default. */
  dim?: number
}

const GLU_SIGNATURE = /* @__PURE__ */ signature('GLU', 'dim: int = -1')
const FORWARD_GLU = /* @__PURE__ */ signature('GLU.forward', 'input: Tensor')

/**
 * The first half along `dim` times the sigmoid of the second. Source: torch.nn.GLU.
 *
 * @throws TypeError for an argument of another type
 * @example new torch.nn.GLU().forward(torch.zeros([2, 4])) // [2, 2]
 */
export class GLU extends Module {
  readonly dim: number

  constructor(dim?: number | GLUOptions)
  constructor(...args: unknown[]) {
    super()
    const [dim] = GLU_SIGNATURE.read(args)
    this.dim = dim
  }

  /** The size of `dim` is halved. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_GLU.read(args)
    return activations.glu(input, this.dim)
  }

  override extra_repr(): string {
    return `dim=${repr(this.dim)}`
  }
}

/** The dimension that torch uses if none is given, which is deprecated. */
const implicitDim = (input: Tensor): number => ([0, 1, 3].includes(input.dim()) ? 0 : 1)

const SOFTMIN_SIGNATURE = /* @__PURE__ */ signature('Softmin', 'dim: int = None')
const FORWARD_SOFTMIN = /* @__PURE__ */ signature('Softmin.forward', 'input: Tensor')

/**
 * The softmax of `-x` along `dim`; null as in `Softmax`. Source: torch.nn.Softmin.
 *
 * @throws TypeError unless `dim` is an integer; IndexError from `forward` if there is no such dimension
 * @example new torch.nn.Softmin(-1).forward(torch.zeros([2, 4])) // all 0.25
 */
export class Softmin extends Module {
  readonly dim: number | null

  constructor(dim?: number | null | { dim: number | null })
  constructor(...args: unknown[]) {
    super()
    this.dim = SOFTMIN_SIGNATURE.read(args)[0]
  }

  /** A tensor of any shape -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTMIN.read(args)
    return softmax(neg(input), this.dim ?? implicitDim(input))
  }

  override extra_repr(): string {
    return `dim=${repr(this.dim)}`
  }
}

const SOFTMAX2D_SIGNATURE = /* @__PURE__ */ signature('Softmax2d')
const FORWARD_SOFTMAX2D = /* @__PURE__ */ signature('Softmax2d.forward', 'input: Tensor')

/**
 * The softmax over the channels of images, [N, C, H, W] or [C, H, W]. Source: torch.nn.Softmax2d.
 *
 * @throws TypeError for any argument; ValueError from `forward` for an input of other dimensions
 * @example new torch.nn.Softmax2d().forward(torch.zeros([1, 2, 1, 1])) // all 0.5
 */
export class Softmax2d extends Module {
  constructor()
  constructor(...args: unknown[]) {
    SOFTMAX2D_SIGNATURE.read(args)
    super()
  }

  /** Images -> the same shape. */
  override forward(input: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD_SOFTMAX2D.read(args)
    if (input.dim() !== 3 && input.dim() !== 4) {
      throw new ValueError(`Softmax2d: expected input to be 3D or 4D, got ${input.dim()}D instead`)
    }
    return softmax(input, -3)
  }
}
