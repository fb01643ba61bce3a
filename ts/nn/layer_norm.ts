import { signature } from '../call/signature.js'
import { layer_norm } from '../ops/norm/layer_norm.js'
import { ones, zeros } from '../tensor/create.js'
import { ownIntegers, type Shape } from '../tensor/shape.js'
import type { Tensor } from '../tensor/tensor.js'
import type { IfKnown } from '../tensor/typed/sizes.js'
import { DEVICE, DTYPE, type FactoryOptions } from './factory.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { repr } from './repr.js'

/** Options of {@link LayerNorm}. */
export interface LayerNormModuleOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number
  /** Whether a weight (initially ones) and a bias (initially zeros) are learned; true by default. */
  elementwise_affine?: boolean
  /** False omits the bias; true by default. */
  bias?: boolean
}

const LAYER_NORM = signature(
  'LayerNorm',
  'normalized_shape: int|ints',
  'eps: number = 1e-5',
  'elementwise_affine: bool = True',
  'bias: bool = True',
  DEVICE,
  DTYPE,
)
const FORWARD = signature('LayerNorm.forward', 'input: Tensor')

/**
 * Normalises each sample to mean 0 and variance 1 over its last dimensions, `normalized_shape`.
 * Source: torch.nn.LayerNorm.
 *
 * @throws TypeError for arguments of another type; RuntimeError from `forward` if the input does not end with that shape
 * @example new torch.nn.LayerNorm(64).forward(torch.randn([32, 10, 64]))
 */
export class LayerNorm extends Module {
  readonly normalized_shape: Shape
  readonly eps: number
  readonly elementwise_affine: boolean
  /** Of the normalised shape, or null. */
  weight: Parameter | null = null
  /** Of the normalised shape, or null. */
  bias: Parameter | null = null

  constructor(
    normalized_shape: number | Shape,
    eps?: number,
    elementwise_affine?: boolean,
    bias?: boolean,
    options?: FactoryOptions,
  )
  constructor(normalized_shape: number | Shape, options?: LayerNormModuleOptions)
  constructor(options: LayerNormModuleOptions & { normalized_shape: number | Shape })
  constructor(...args: unknown[]) {
    super()
    const [normalized_shape, eps, elementwise_affine, bias] = LAYER_NORM.read(args)
    const shape = typeof normalized_shape === 'number' ? [normalized_shape] : normalized_shape
    this.normalized_shape = ownIntegers('LayerNorm', 'normalized_shape', shape)
    this.eps = eps
    this.elementwise_affine = elementwise_affine
    this.register_parameter('weight', elementwise_affine ? new Parameter(ones(this.normalized_shape)) : null)
    this.register_parameter(
      'bias',
      elementwise_affine && bias ? new Parameter(zeros(this.normalized_shape)) : null,
    )
  }

  /** [..., ...normalized_shape] -> the same shape */
  override forward<S extends Shape>(input: Tensor<S>): Tensor<IfKnown<S, S>>
  override forward(...args: unknown[]): Tensor {
    const [input] = FORWARD.read(args)
    const { normalized_shape, weight, bias, eps } = this
    return layer_norm(input, normalized_shape, { weight, bias, eps })
  }

  override extra_repr(): string {
    const { normalized_shape: shape, eps, elementwise_affine, bias } = this
    const tuple = shape.length === 1 ? `(${shape[0]},)` : repr(shape)
    return `${tuple}, eps=${repr(eps)}, elementwise_affine=${repr(elementwise_affine)}, bias=${repr(bias !== null)}`
  }
}
