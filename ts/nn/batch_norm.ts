import { ValueError } from '../errors.js'
import { batch_norm } from '../ops/batch_norm.js'
import { ones, tensor, zeros } from '../tensor/create.js'
import { checkTensor, type Tensor } from '../tensor/tensor.js'
import { Module } from './module.js'
import { Parameter } from './parameter.js'
import { repr } from './repr.js'

/** Options of BatchNorm1d and BatchNorm2d. */
export interface BatchNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number
  /** Weight of a new batch in the running statistics, 0.1 by default; null for the mean over all batches. */
  momentum?: number | null
  /** Whether a weight and a bias are learned; true by default. */
  affine?: boolean
  /** False leaves the bias out; true by default. */
  bias?: boolean
  /** Whether running statistics are kept, to be used when not training; true by default. */
  track_running_stats?: boolean
}

/** Normalises each channel over the batch while training, by running statistics when not. */
class BatchNorm extends Module {
  readonly eps: number
  readonly momentum: number | null
  readonly affine: boolean
  readonly track_running_stats: boolean
  /** [num_features], or null. */
  readonly weight: Parameter | null
  /** [num_features], or null. */
  readonly bias: Parameter | null
  /** [num_features], or null without running statistics. A buffer, as the next two. */
  declare readonly running_mean: Tensor | null
  declare readonly running_var: Tensor | null
  /** Batches that the running statistics have seen, int32. */
  declare readonly num_batches_tracked: Tensor | null

  constructor(
    readonly num_features: number,
    {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      bias = true,
      track_running_stats = true,
    }: BatchNormModuleOptions = {},
  ) {
    super()
    this.eps = eps
    this.momentum = momentum
    this.affine = affine
    this.track_running_stats = track_running_stats
    this.weight = affine ? new Parameter(ones([num_features])) : null
    this.bias = affine && bias ? new Parameter(zeros([num_features])) : null
    this.register_buffer('running_mean', track_running_stats ? zeros([num_features]) : null)
    this.register_buffer('running_var', track_running_stats ? ones([num_features]) : null)
    this.register_buffer('num_batches_tracked', track_running_stats ? tensor(0, { dtype: 'int32' }) : null)
  }

  override forward(x: Tensor): Tensor {
    checkTensor(this.constructor.name, 'input', x)
    this.checkRank(x.dim())
    const { weight, bias, running_mean, running_var, eps, num_batches_tracked } = this
    const isCounted = this.training && num_batches_tracked !== null
    const count = isCounted ? num_batches_tracked.item() + 1 : 0
    const momentum = this.momentum ?? (isCounted ? 1 / count : 0)
    const training = this.training || (running_mean === null && running_var === null)
    const result = batch_norm(x, running_mean, running_var, { weight, bias, training, momentum, eps })
    if (isCounted) num_batches_tracked.fill_(count)
    return result
  }

  /** Throws unless the module takes inputs of so many dimensions. */
  protected checkRank(_rank: number): void {}

  override extra_repr(): string {
    const { num_features, eps, momentum, affine, bias, track_running_stats } = this
    return `${num_features}, eps=${repr(eps)}, momentum=${repr(momentum)}, affine=${repr(affine)}, bias=${repr(bias !== null)}, track_running_stats=${repr(track_running_stats)}`
  }
}

/**
 * Batch normalisation of images [N, C, H, W], channel by channel. Source: torch.nn.BatchNorm2d.
 *
 * @throws ValueError when training on a single value a channel
 * @example new torch.nn.BatchNorm2d(32).forward(torch.randn([4, 32, 8, 8]))
 */
export class BatchNorm2d extends BatchNorm {
  protected override checkRank(rank: number): void {
    if (rank !== 4) throw new ValueError(`expected 4D input (got ${rank}D input)`)
  }
}

/**
 * Batch normalisation of features [N, C] or sequences [N, C, L]. Source: torch.nn.BatchNorm1d.
 *
 * @throws ValueError when training on a single value a channel
 * @example new torch.nn.BatchNorm1d(64).forward(torch.randn([32, 64]))
 */
export class BatchNorm1d extends BatchNorm {
  protected override checkRank(rank: number): void {
    if (rank !== 2 && rank !== 3) throw new ValueError(`expected 2D or 3D input (got ${rank}D input)`)
  }
}
