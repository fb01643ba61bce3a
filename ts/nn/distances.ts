/** Layers that compare two tensors. */
import { describe } from '../base/check.js'
import { ValueError } from '../base/errors.js'
import { signature } from '../call/signature.js'
import { Storage } from '../memory/storage.js'
import { bilinear } from '../ops/linear/contract.js'
import { cosine_similarity, pairwise_distance } from '../ops/linear/distance.js'
import { empty, type Tensor } from '../tensor/tensor.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { uniform_ } from './init.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

const TWO = ['x1: Tensor', 'x2: Tensor'] as const
const COSINE = signature('CosineSimilarity', 'dim: int = 1', 'eps: number = 1e-8')
const COSINE_FORWARD = signature('CosineSimilarity.forward', ...TWO)
const PAIRWISE = signature('PairwiseDistance', 'p: number = 2', 'eps: number = 1e-6', 'keepdim: bool = False')
const PAIRWISE_FORWARD = signature('PairwiseDistance.forward', ...TWO)
const BILINEAR = signature(
  'Bilinear',
  'in1_features: int',
  'in2_features: int',
  'out_features: int',
  'bias: bool = True',
  DEVICE,
  DTYPE,
)
const BILINEAR_FORWARD = signature('Bilinear.forward', 'input1: Tensor', 'input2: Tensor')
const BILINEAR_RESET = signature('Bilinear.reset_parameters')

/**
 * The cosine of the angle between vectors along `dim`. Source: torch.nn.CosineSimilarity.
 *
 * @throws TypeError for an argument of another type
 */
export class CosineSimilarity extends Module {
  readonly dim: number
  readonly eps: number

  constructor(dim?: number | { dim?: number; eps?: number }, eps?: number | { eps?: number })
  constructor(...args: unknown[]) {
    super()
    const [dim, eps] = COSINE.read(args)
    this.dim = dim
    this.eps = eps
  }

  /** Two tensors, broadcast -> their shape without `dim`. */
  override forward(x1: Tensor, x2: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return cosine_similarity(...COSINE_FORWARD.read(args), this.dim, this.eps)
  }
}

/**
 * `|x1 - x2 + eps|` along the last dimension. Source: torch.nn.PairwiseDistance.
 *
 * @throws TypeError for an argument of another type
 */
export class PairwiseDistance extends Module {
  readonly norm: number
  readonly eps: number
  readonly keepdim: boolean

  constructor(
    p?: number | { p?: number; eps?: number; keepdim?: boolean },
    eps?: number | { eps?: number; keepdim?: boolean },
    keepdim?: boolean | { keepdim?: boolean },
  )
  constructor(...args: unknown[]) {
    super()
    const [p, eps, keepdim] = PAIRWISE.read(args)
    this.norm = p
    this.eps = eps
    this.keepdim = keepdim
  }

  /** Two tensors [..., D] -> [...], or [..., 1] if `keepdim`. */
  override forward(x1: Tensor, x2: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    return pairwise_distance(...PAIRWISE_FORWARD.read(args), this.norm, this.eps, this.keepdim)
  }
}

/** Options of {@link Bilinear}. */
export interface BilinearOptions extends FactoryOptions {
  /** Whether a bias is learned; true by default. */
  bias?: boolean
}

/**
 * `x1 weight x2 + bias`, for each output. Source: torch.nn.Bilinear.
 *
 * @throws TypeError for an argument of another type; ValueError for a size below 1
 */
export class Bilinear extends Module {
  readonly in1_features: number
  readonly in2_features: number
  readonly out_features: number
  /** [out_features, in1_features, in2_features] */
  weight: Parameter
  /** [out_features], or null without a bias. */
  bias: Parameter | null = null

  constructor(
    in1_features: number,
    in2_features: number,
    out_features: number,
    bias?: boolean | BilinearOptions,
    options?: FactoryOptions,
  )
  constructor(...args: unknown[]) {
    super()
    const [in1_features, in2_features, out_features, bias] = BILINEAR.read(args)
    for (const [name, size] of Object.entries({ in1_features, in2_features, out_features })) {
      const least = name === 'in1_features' ? 1 : 0
      if (size < least) throw new ValueError(`${name} must be > 0, but got ${describe(size)}`)
    }
    this.in1_features = in1_features
    this.in2_features = in2_features
    this.out_features = out_features
    this.weight = new Parameter(empty('Bilinear', [out_features, in1_features, in2_features]))
    this.register_parameter('bias', bias ? new Parameter(empty('Bilinear', [out_features])) : null)
    this.reset_parameters()
  }

  /** Draws new values. */
  reset_parameters(): void
  reset_parameters(...args: unknown[]): void {
    BILINEAR_RESET.read(args)
    const { weight, bias, in1_features } = this
    const bound = 1 / Math.sqrt(in1_features)
    const drawn = bias === null ? [weight] : [weight, bias]
    Storage.changeAll(drawn, () => {
      for (const x of drawn) uniform_(x, -bound, bound)
    })
  }

  /** input1 [..., in1_features], input2 [..., in2_features] -> [..., out_features] */
  override forward(input1: Tensor, input2: Tensor): Tensor
  override forward(...args: unknown[]): Tensor {
    const [input1, input2] = BILINEAR_FORWARD.read(args)
    return bilinear(input1, input2, this.weight, this.bias)
  }

  override extra_repr(): string {
    const bias = this.bias === null ? 'False' : 'True'
    return `in1_features=${this.in1_features}, in2_features=${this.in2_features}, out_features=${this.out_features}, bias=${bias}`
  }
}
