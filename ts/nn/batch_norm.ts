import { no_grad } from '../autograd/grad_mode.js'
import { ValueError } from '../errors.js'
import { batch_norm } from '../ops/batch_norm.js'
import { add } from '../ops/binary.js'
import { copy_ } from '../ops/in_place.js'
import { ones, tensor, zeros } from '../tensor/create.js'
import type { Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'

export interface BatchNormModuleOptions {
  eps?: number
  /** Weight of a new batch in the running statistics. */
  momentum?: number
  /** Whether a weight and a bias are learned. */
  affine?: boolean
  track_running_stats?: boolean
}

/** Normalises each channel over the batch while training, by running statistics when not. */
class BatchNorm extends Module {
  readonly eps: number
  readonly momentum: number
  readonly affine: boolean
  readonly track_running_stats: boolean
  /** [num_features], or null. */
  readonly weight: Parameter | null
  readonly bias: Parameter | null
  declare readonly running_mean: Tensor | null
  declare readonly running_var: Tensor | null
  declare readonly num_batches_tracked: Tensor | null

  constructor(
    readonly num_features: number,
    { eps = 1e-5, momentum = 0.1, affine = true, track_running_stats = true }: BatchNormModuleOptions = {},
  ) {
    super()
    this.eps = eps
    this.momentum = momentum
    this.affine = affine
    this.track_running_stats = track_running_stats
    this.weight = affine ? new Parameter(ones([num_features])) : null
    this.bias = affine ? new Parameter(zeros([num_features])) : null
    this.register_buffer('running_mean', track_running_stats ? zeros([num_features]) : null)
    this.register_buffer('running_var', track_running_stats ? ones([num_features]) : null)
    this.register_buffer('num_batches_tracked', track_running_stats ? tensor(0, { dtype: 'int32' }) : null)
  }

  override forward(x: Tensor): Tensor {
    this.checkInput(x)
    const { weight, bias, running_mean, running_var, momentum, eps, num_batches_tracked } = this
    if (this.training && num_batches_tracked !== null) {
      no_grad(() => copy_(num_batches_tracked, add(num_batches_tracked, 1)))
    }
    const training = this.training || running_mean === null
    return batch_norm(x, { weight, bias, running_mean, running_var, training, momentum, eps })
  }

  /** Throws where the input has a rank that this module does not take. */
  protected checkInput(_x: Tensor): void {}

  override extra_repr(): string {
    const python = (value: boolean) => (value ? 'True' : 'False')
    const eps = this.eps.toString().replace(/e-(\d)$/, 'e-0$1')
    return `${this.num_features}, eps=${eps}, momentum=${this.momentum}, affine=${python(this.affine)}, track_running_stats=${python(this.track_running_stats)}`
  }
}

/**
 * Batch normalisation of images [N, C, H, W]. Source: torch.nn.BatchNorm2d.
 *
 * @example new torch.nn.BatchNorm2d(32).forward(torch.randn([4, 32, 8, 8]))
 */
export class BatchNorm2d extends BatchNorm {
  protected override checkInput(x: Tensor): void {
    if (x.dim() !== 4) throw new ValueError(`expected 4D input (got ${x.dim()}D input)`)
  }
}

/** Batch normalisation of [N, C] or [N, C, L]. Source: torch.nn.BatchNorm1d. */
export class BatchNorm1d extends BatchNorm {
  protected override checkInput(x: Tensor): void {
    if (x.dim() !== 2 && x.dim() !== 3)
      throw new ValueError(`expected 2D or 3D input (got ${x.dim()}D input)`)
  }
}
